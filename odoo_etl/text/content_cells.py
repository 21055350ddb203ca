"""Cells that stand for a content which another Odoo keeps: nobody reads it before it is known to be wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote

ODOO: Final = "odoo://"
_ADDRESS: Final = re.compile(
    r"odoo://(?P<connection>[^/?#]+)/(?P<model>[\w.]+)/(?P<id>\d+)/(?P<field>\w+)\?sha1=(?P<sha1>[0-9a-f]+)&size=(?P<size>\d+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class OdooContent:
    """The content of a field of one record in an Odoo that rows come from.

    Attributes:
        connection: its name in project.yaml.
        model: of the record; `ir.attachment` with the field `datas` for attachments.
        id: of the record there.
        sha1: the checksum that Odoo keeps of it (`ir.attachment.checksum`), in lower case.
        size: in bytes, more than 0: a field without a content is an empty cell.
    """

    connection: str
    model: str
    id: int
    field: str
    sha1: str
    size: int

    @property
    def place(self) -> str:
        """The place of the content, as people see it: `odoo://old/res.partner/7/image_1920`."""
        return f"{ODOO}{quote(self.connection, safe='')}/{self.model}/{self.id}/{self.field}"

    def __str__(self) -> str:
        """The place with checksum and size: all that `parse` needs."""
        return f"{self.place}?sha1={self.sha1}&size={self.size}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cell of which a text was made. Raises ValueError: it was made of none."""
        found = _ADDRESS.fullmatch(text)
        if found is None:
            raise ValueError(text)
        connection, model, record, field, sha1, size = found.groups()
        return cls(unquote(connection), model, int(record), field, sha1, int(size))
