"""Files of records of text, one kind after the other: tables that tests give, and long files of n and v."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from odoo_etl.sources.nested import escaped
from odoo_etl.spec.sources import FixedSource, JsonLinesSource, JsonSource, SourceSpec, XmlSource

Row = Sequence[str | None]


class Kind(NamedTuple):
    """A kind of files with one record a line, the first and the last line aside.

    Attributes:
        record: writes a record.
        spec: describes a file with these columns.
    """

    record: Callable[[Sequence[str], Row], str]
    spec: Callable[[Path, Sequence[str]], SourceSpec]
    begin: str = ""
    between: str = ""
    end: str = ""

    def write(self, path: Path, columns: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8") -> SourceSpec:
        """Store the rows."""
        with path.open("w", encoding=encoding, newline="") as stream:
            stream.write(self.begin)
            for number, row in enumerate(rows):
                stream.write(self.between * bool(number) + self.record(columns, row) + "\n")
            stream.write(self.end)
        return self.spec(path, columns)

    def broken(self, path: Path, last: int) -> SourceSpec:
        """Store rows of n and v, the last of which is no UTF-8."""
        rows = ([str(n), "1"] for n in range(1, last))
        return self.write(path, ["n", "v"], chain(rows, [[str(last), "\xff"]]), "latin-1")

    def wide(self, path: Path, rows: int) -> SourceSpec:
        """Store rows of n and v with 200 characters."""
        return self.write(path, ["n", "v"], ([str(n), "x" * 200] for n in range(rows)))


def _object(columns: Sequence[str], row: Row) -> str:
    return json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)


def _nested(kind: type[Any], name: str, **keys: Any) -> Callable[[Path, Sequence[str]], SourceSpec]:
    """A description that names the columns: there may be no record."""
    return lambda path, columns: kind(type=name, path=str(path), columns=list(map(escaped, columns)), **keys)


def _element(columns: Sequence[str], row: Row) -> str:
    """An element, whose attributes are the cells; empty ones are not there."""
    cells = ((f"c{at}", cell) for at, cell in enumerate(row) if cell is not None)
    return "<row " + " ".join(f"{name}={quoteattr(cell)}" for name, cell in cells) + "/>"


def _attributes(path: Path, columns: Sequence[str]) -> SourceSpec:
    names = {f"@c{at}": name for at, name in enumerate(columns)}
    rename = {name: own for own, name in names.items()}
    return XmlSource(type="xml", path=str(path), records="rows/row", columns=list(names), rename=rename)


_WIDTH = 400


def _line(columns: Sequence[str], row: Row) -> str:
    return "".join((cell or "").ljust(_WIDTH) for cell in row)


def _places(path: Path, columns: Sequence[str]) -> SourceSpec:
    return FixedSource(type="fixed", path=str(path), columns=dict.fromkeys(columns, _WIDTH))


RECORD_FILES = {
    "fixed": Kind(_line, _places),
    "json": Kind(_object, _nested(JsonSource, "json"), "[", ",", "]"),
    "jsonl": Kind(_object, _nested(JsonLinesSource, "jsonl")),
    "xml": Kind(_element, _attributes, "<rows>", "", "</rows>"),
}
