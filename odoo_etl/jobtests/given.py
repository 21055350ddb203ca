"""The given rows of a test as the job's source gives them: texts through the reader of files, values as they are."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from odoo_etl.errors import SpecError
from odoo_etl.mapping import columns_of, used_columns
from odoo_etl.sources import Chunk, Source, filled_down, open_source
from odoo_etl.sources.rows import ShapedRows
from odoo_etl.spec import TYPED_CELLS, CsvSource, JobSpec, JobTest, TableFile, typed_cell

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
# The keys of a file that say how it is laid out; the rows of a test have a plain file of their own.
_PLAIN: Final[Mapping[str, Any]] = {
    "delimiter": ",",
    "encoding": "utf-8",
    "quote": '"',
    "escape": None,
    "quoting": "strict",
    "header_row": None,
    "skip": 0,
    "comment": "",
    "header": (),
    "ragged": "reject",
    "only_new": False,
    "rename": {},
    "where": None,
    "explode": None,
    "distinct": False,
    "min_rows": 0,
}


@dataclass
class GivenRows:
    """The rows of a test, counted from 1, as the job sees them.

    Attributes:
        filtered: the numbers of those that it leaves out, once they were read.
    """

    inner: Source
    filtered: list[int] = field(default_factory=list)
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def columns(self) -> list[str]:
        """The names of the columns, in order. Raises SourceError."""
        return self.inner.columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows, once they are read; those that are left out are taken note of."""
        for chunk in self.inner.chunks(chunk_rows):
            self.filtered += chunk.filtered
            yield chunk


def given_rows(test: JobTest, folder: Path) -> GivenRows:
    """The given rows of a test.

    Args:
        folder: takes a file of them, where the source is one of text.

    Raises:
        SpecError: a cell is none that the source could give, or a column seems to be misspelt.
    """
    spec = test.job.spec
    columns = _columns(test)
    cells = [[_cell(test, number, name, row) for name in columns] for number, row in enumerate(test.spec.given)]
    if isinstance(spec.source, CsvSource):
        source: Source = _CsvRows.written(spec.source, folder / "given.csv", columns, cells)
    else:
        source = _TypedRows(spec, columns, _with_nulls(spec, cells))
    return GivenRows(ShapedRows(source, spec.source) if spec.source.shapes_rows else source)


def _columns(test: JobTest) -> list[str]:
    """The columns that the rows give, and those that the job needs besides, as the source names them."""
    given = list(dict.fromkeys(name for row in test.spec.given for name in row))
    needed = list(_needed(test.job.spec))
    missing = [name for name in needed if name not in given]
    problems = [
        test.problem(("given", number, name), f"the job reads no column `{name}`", f"did you mean `{near[0]}`?")
        for number, row in enumerate(test.spec.given)
        for name in row
        if name not in needed and (near := get_close_matches(name, missing, n=1, cutoff=0.8))
    ]
    if problems:
        raise SpecError(problems)
    return [*given, *missing]


def _needed(spec: JobSpec) -> Iterator[str]:
    """The columns that the job reads, as its source names them."""
    source = spec.source
    read = dict.fromkeys(used_columns(spec))
    read |= dict.fromkeys(columns_of(source.where) if source.where is not None else ())
    read |= dict.fromkeys((source.explode.column,) if source.explode is not None else ())
    read |= dict.fromkeys(source.distinct if isinstance(source.distinct, tuple) else ())
    yield from dict.fromkeys(source.rename.get(name, name) for name in read)
    if isinstance(source, TableFile):
        yield from source.fill_down


def _cell(test: JobTest, number: int, name: str, row: Mapping[str, Any]) -> Any:
    value, is_text = row.get(name), isinstance(test.job.spec.source, CsvSource)
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    at = ("given", number, name)
    if is_text:
        raise SpecError([test.problem(at, "a cell of a CSV file is text", f"put it in quotes: {str(value)!r}")])
    return value if isinstance(value, bool | float) else _typed(test, at, value)


def _typed(test: JobTest, at: Sequence[str | int], value: Any) -> Any:
    """A date, a moment or an exact number."""
    try:
        return typed_cell(value)
    except ValueError as error:
        hint = f"text, a number, true, false, nothing, or one of {', '.join(TYPED_CELLS)}: value"
        raise SpecError([test.problem(at, str(error), hint)]) from None


@dataclass
class _CsvRows:
    """Rows in a file of text, read as the job's source reads such a file; lines become their numbers."""

    source: Source
    numbers: Mapping[int, int]
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def written(cls, spec: CsvSource, path: Path, columns: list[str], cells: Sequence[Sequence[Any]]) -> _CsvRows:
        """Write the rows, and open them."""
        numbers, line = {}, 2
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for number, row in enumerate(cells, start=1):
                texts = ["" if cell is None else str(cell) for cell in row]
                writer.writerow(texts)
                numbers[line] = number
                line += 1 + sum(len(_LINE_BREAK.findall(text)) for text in texts)
        return cls(open_source(spec.model_copy(update={**_PLAIN, "path": str(path)})), numbers)

    def columns(self) -> list[str]:
        """The names of the columns, in order. Raises SourceError."""
        return self.source.columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows. Raises SourceError."""
        for chunk in self.source.chunks(chunk_rows):
            bad = tuple(replace(one, line=self.numbers.get(one.line, one.line)) for one in chunk.bad)
            yield Chunk(chunk.columns, [self.numbers.get(line, line) for line in chunk.lines], bad=bad)


@dataclass
class _TypedRows:
    """Rows with values of types, as workbooks and queries give them."""

    spec: JobSpec
    names: list[str]
    cells: Sequence[Sequence[Any]]
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self.names

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows; in a workbook, some of their cells stand for those above."""
        source = self.spec.source
        names = source.fill_down if isinstance(source, TableFile) else ()
        return filled_down(self._chunks(chunk_rows), names) if names else self._chunks(chunk_rows)

    def _chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        for first in range(0, len(self.cells), chunk_rows):
            some = self.cells[first : first + chunk_rows]
            columns = {name: [row[place] for row in some] for place, name in enumerate(self.names)}
            yield Chunk(columns, [first + number for number in range(1, 1 + len(some))])


def _with_nulls(spec: JobSpec, cells: list[list[Any]]) -> list[list[Any]]:
    """Texts that mean null, in a workbook."""
    nulls = frozenset(spec.source.null_values) - {""} if isinstance(spec.source, TableFile) else frozenset()
    return [[None if isinstance(cell, str) and cell in nulls else cell for cell in row] for row in cells]
