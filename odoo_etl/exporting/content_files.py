"""The contents of files as files of a folder; cells hold their names."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from odoo_etl.exporting.part import CannotWrite
from odoo_etl.private_files import make_folder, opener
from odoo_etl.sources import Chunk
from odoo_etl.text import OdooContent

MOST_AT_ONCE: Final = 20  # contents of one call
MOST_BYTES: Final = 16 << 20  # of them together, unless one alone is larger
# How contents begin that people look at, to the suffix by which their programs know them.
_SUFFIXES: Final[Mapping[bytes, str]] = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF8": ".gif",
    b"RIFF": ".webp",
    b"%PDF": ".pdf",
    b"<svg": ".svg",
    b"<?xml": ".xml",
    b"PK\x03\x04": ".zip",
}

ReadContents = Callable[[Iterable[OdooContent]], Mapping[OdooContent, str]]  # to base64


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """Writes contents into a folder.

    Attributes:
        folder: `make_ready` makes it.
        read: asks for contents.
        columns: of the source, that hold contents.
    """

    folder: Path
    read: ReadContents
    columns: Sequence[str]

    def make_ready(self) -> None:
        """Make the folder, which the job that reads the files needs even where none is written. Raises CannotWrite."""
        try:
            make_folder(self.folder)
        except OSError as error:
            raise CannotWrite(f"{self.folder}: cannot be made: {error.strerror or error}") from error

    def named(self, chunk: Chunk) -> Chunk:
        """The rows with the name of its file in place of each content. Raises CannotWrite, SourceError."""
        columns = dict(chunk.columns)
        for name in self.columns:
            names: dict[OdooContent, str] = {}
            for some in _portions([one for one in columns[name] if isinstance(one, OdooContent)]):
                found = self.read(some)
                names |= {one: self._written(one, base64.b64decode(found[one])) for one in some if one in found}
            columns[name] = [names.get(one) for one in columns[name]]
        return replace(chunk, columns=columns)

    def _written(self, one: OdooContent, content: bytes) -> str:
        """Write a content; the name of its file."""
        suffix = next((suffix for begin, suffix in _SUFFIXES.items() if content.startswith(begin)), "")
        name = f"{one.model}-{one.id}-{one.field}{suffix}"
        try:
            with open(self.folder / name, "wb", opener=opener) as file:
                file.write(content)
        except OSError as error:
            raise CannotWrite(f"{self.folder / name}: cannot be written: {error.strerror or error}") from error
        return name


def _portions(contents: Sequence[OdooContent]) -> Iterator[list[OdooContent]]:
    """The contents, so many of them as may be held at once."""
    some: list[OdooContent] = []
    size = 0
    for one in dict.fromkeys(contents):
        if some and (len(some) >= MOST_AT_ONCE or size + one.size > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += one.size
    if some:
        yield some


def as_they_are(chunk: Chunk) -> Chunk:
    """Rows without contents."""
    return chunk


def file_mapping(column: str, folder: Path, **more: Any) -> dict[str, Any]:
    """The mapping of a field whose cells name files of a folder."""
    return {**more, "column": column, "type": "file", "root": str(folder)}
