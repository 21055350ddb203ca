"""Contents of records by reference: where they are, their checksum and size, so that nobody reads them for nothing.

Odoo keeps most contents as attachments, with the SHA-1 of each; those are asked for in one call for all records of a
page. A content that has none (it stands in the table of its model, is computed, or the server is older than 19 and does
not list it) is read to know its checksum, and let go of.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from odoo_etl.errors import unless_refused
from odoo_etl.odoo import OdooClient
from odoo_etl.sources.odoo.branches import DATAS, Branch, Record
from odoo_etl.text import OdooContent

ATTACHMENT: Final = "ir.attachment"
READ_AT_ONCE: Final = 10  # contents
LISTS_ALL_SINCE: Final = 19  # of Odoo: those of fields, too

_STORED: Final = ["checksum", "file_size"]

Place = tuple[int, str]  # a record's id and the name of a field


class Contents:
    """Puts references to contents into records.

    Args:
        connection: its name in project.yaml, which the references have.
        context: goes with every call that reads a content.
    """

    def __init__(self, client: OdooClient, connection: str, context: Mapping[str, Any]) -> None:
        self._client, self._connection, self._context = client, connection, context

    def add(self, branch: Branch, records: Mapping[int, Record]) -> None:
        """Give each record of a branch its contents; False where it has none."""
        listed = self._listed(branch, list(records))
        for name, is_kept in branch.contents.items():
            for one, record in records.items():
                record[name] = (listed or {}).get((one, name), False)
            if not is_kept or listed is None or not self._lists_all(branch.model):
                self._read(branch.model, name, records)

    def _lists_all(self, model: str) -> bool:
        """Whether the contents that nobody lists are not there."""
        return model == ATTACHMENT or self._client.version().major >= LISTS_ALL_SINCE

    def _listed(self, branch: Branch, ids: Sequence[int]) -> dict[Place, OdooContent] | None:
        """The contents whose checksums Odoo keeps; None where the user may not ask."""
        names = [name for name, is_kept in branch.contents.items() if is_kept]
        if not names or not ids:
            return {}
        if branch.model == ATTACHMENT:
            rows = self._client.read(ATTACHMENT, ids, _STORED, context=self._context)
            return dict(self._stored(branch.model, ((row["id"], DATAS[1], row) for row in rows)))
        domain = [["res_model", "=", branch.model], ["res_field", "in", names], ["res_id", "in", list(ids)]]
        with unless_refused():
            rows = self._client.search_read(ATTACHMENT, domain, ["res_id", "res_field", *_STORED])
            return dict(self._stored(branch.model, ((row["res_id"], row["res_field"], row) for row in rows)))
        return None

    def _stored(self, model: str, rows: Iterable[tuple[int, str, Record]]) -> Iterator[tuple[Place, OdooContent]]:
        for one, name, row in rows:
            if row["checksum"] and row["file_size"]:
                found = OdooContent(self._connection, model, one, name, row["checksum"], row["file_size"])
                yield (one, name), found

    def _read(self, model: str, name: str, records: Mapping[int, Record]) -> None:
        """Read the contents of records that have none yet, a few at once; each goes when its checksum is known."""
        unknown = [one for one, record in records.items() if not record[name]]
        sizes = (
            self._client.read(model, unknown, [name], context={**self._context, "bin_size": True}) if unknown else []
        )
        there = [row["id"] for row in sizes if row[name]]
        for at in range(0, len(there), READ_AT_ONCE):
            some = there[at : at + READ_AT_ONCE]
            for row in self._client.read(model, some, [name], context=self._context):
                if content := base64.b64decode(row[name] or ""):
                    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
                    found = OdooContent(self._connection, model, row["id"], name, sha1, len(content))
                    records[row["id"]][name] = found
