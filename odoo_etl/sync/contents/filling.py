"""Contents in place of references, in the values of one call; each only as it was when it was compared."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from odoo_etl.errors import Refused
from odoo_etl.fieldtypes import Content, cell_of
from odoo_etl.sync.contents.files import open_file
from odoo_etl.text import OdooContent

_MAY_HOLD = {Content, list, dict}
_Read = Mapping[OdooContent, str]
_NONE: _Read = {}


class Reads(Protocol):
    """Reads contents that another Odoo keeps (`Elsewhere`)."""

    def read(self, cells: Iterable[OdooContent]) -> _Read:
        """The contents as base64; absent where there is none any more."""
        ...


class ContentChanged(Refused):
    """A content is no longer what it was when the plan was made: nothing was sent."""

    def __init__(self, content: Content, what: str) -> None:
        super().__init__(f"{content.name} {what} while the job was running: run it again", name="file_changed")


def filled(values: Sequence[Any], elsewhere: Reads | None = None) -> list[Any]:
    """The values of records, lines included, or cells, with contents in place of references.

    Args:
        elsewhere: reads those that another Odoo keeps, all of the call together.

    Raises:
        ContentChanged: one is not as it was.
        SourceError: another Odoo gives none.
    """
    cells = list(dict.fromkeys(_elsewhere(values)))
    read = elsewhere.read(cells) if cells and elsewhere is not None else _NONE
    return [_filled(value, read) for value in values]


def _filled(value: Any, read: _Read) -> Any:
    """One value, the values of a record, or the commands of lines; what holds no content is the same object."""
    if isinstance(value, Content):
        return _content(value, read)
    if isinstance(value, list):
        return [_filled(one, read) for one in value]
    if not isinstance(value, Mapping) or _MAY_HOLD.isdisjoint(map(type, value.values())):  # as it mostly is
        return value
    return {name: _filled(one, read) for name, one in value.items()}


def _elsewhere(values: Iterable[Any]) -> Iterator[OdooContent]:
    """The contents among values that another Odoo keeps."""
    for value in values:
        if isinstance(value, Content):
            if (cell := cell_of(value)) is not None:
                yield cell
        elif isinstance(value, list):
            yield from _elsewhere(value)
        elif isinstance(value, Mapping) and not _MAY_HOLD.isdisjoint(map(type, value.values())):
            yield from _elsewhere(value.values())


def _content(content: Content, read: _Read) -> str:
    cell = cell_of(content)
    held = _from_file(content) if cell is None else _from_elsewhere(content, read.get(cell))
    if hashlib.sha1(held, usedforsecurity=False).hexdigest() != content.sha1:
        raise ContentChanged(content, "was changed")
    return base64.b64encode(held).decode()


def _from_elsewhere(content: Content, text: str | None) -> bytes:
    if text is None:
        raise ContentChanged(content, "was taken away")
    return base64.b64decode(text)


def _from_file(content: Content) -> bytes:
    try:
        with open_file(Path(content.path)) as file:
            return file.read(content.size + 1)
    except OSError as error:
        raise ContentChanged(content, f"could no longer be read ({error.strerror or error})") from error
