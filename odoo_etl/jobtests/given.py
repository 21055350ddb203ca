"""The given rows of a test as the job's source gives them: texts through the reader of files, values as they are."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from odoo_etl.errors import SpecError
from odoo_etl.mapping import columns_of, key_columns, used_columns
from odoo_etl.sources import Chunk, Source, filled_down, open_source
from odoo_etl.sources.joined import JoinedRows, LineSource
from odoo_etl.sources.rows import ShapedRows
from odoo_etl.spec import (
    TYPED_CELLS,
    CsvSource,
    JobSpec,
    JobTest,
    RowsOfText,
    SourceSpec,
    joined_name,
    typed_cell,
)

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
    "member": None,
    "rename": {},
    "where": None,
    "explode": None,
    "join": (),
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
        folder: takes files of them, where a source is one of text.

    Raises:
        SpecError: a cell is none that the source could give, or a column seems to be misspelt.
    """
    spec, columns = test.job.spec, _columns(test)
    if not spec.line_sources:
        source = _rows_of(test, spec.source, "", columns, folder)
        return GivenRows(ShapedRows(source, spec.source.shape) if spec.source.shapes_rows else source)
    of_lines = {name: one.source for name, one in spec.line_sources.items() if one.source is not None}
    _check_origins(test, list(of_lines))
    lines = [
        LineSource(name, ShapedRows(_rows_of(test, one, name, columns, folder), one.shape), spec.lines[name].match)
        for name, one in of_lines.items()
    ]
    header = ShapedRows(_rows_of(test, spec.source, "", columns, folder), spec.source.shape)
    return GivenRows(JoinedRows(header, lines, key_columns(spec)))


def _check_origins(test: JobTest, fields: Sequence[str]) -> None:
    """A row is one of the job's source, or a line. Raises SpecError where it is both."""
    problems = [
        test.problem(("given", number), "a row is one of the job's source, or a line of one field", "make two of it")
        for number, row in enumerate(test.spec.given)
        if len({_origin(name, fields) for name in row}) > 1
    ]
    if problems:
        raise SpecError(problems)


def _origin(name: str, fields: Iterable[str]) -> str:
    """The field of lines whose source has the column, "" where it is the job's own."""
    return next((field for field in fields if name.startswith(joined_name(field, ""))), "")


def _rows_of(test: JobTest, source: SourceSpec, field: str, columns: Sequence[str], folder: Path) -> Source:
    """The rows of one source: the job's own, or that of the lines of a field."""
    fields = test.job.spec.line_sources
    names = [name for name in columns if _origin(name, fields) == field]
    rows = {
        n: row for n, row in enumerate(test.spec.given) if next((_origin(name, fields) for name in row), "") == field
    }
    cells = [[_cell(test, source, (number, name), row) for name in names] for number, row in rows.items()]
    own = [name.removeprefix(joined_name(field, "")) if field else name for name in names]
    numbers = [number + 1 for number in rows]
    if isinstance(source, CsvSource):
        return _CsvRows.written(source, folder / f"given-{field}.csv", own, cells, numbers)
    return _TypedRows(source, own, _with_nulls(source, cells), numbers)


def _columns(test: JobTest) -> list[str]:
    """The columns that the rows give, and those that the job needs besides, as the source names them."""
    given = list(dict.fromkeys(name for row in test.spec.given for name in row))
    needed = list(_needed(test.job.spec, given))
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


def _needed(spec: JobSpec, given: Collection[str] = ()) -> Iterator[str]:
    """The columns that the job reads, as its sources name them.

    Args:
        given: those of the test, as the sources name them.
    """
    renamed = {old: new for new, old in spec.source.rename.items()}
    read = list(used_columns(spec, [renamed.get(name, name) for name in given]))
    yield from _of_source(spec.source, [name for name in read if not _origin(name, spec.line_sources)])
    for of, lines in spec.line_sources.items():
        own = [name.removeprefix(joined_name(of, "")) for name in read if _origin(name, [of])]
        if lines.source is not None:
            yield from (joined_name(of, name) for name in _of_source(lines.source, own))


def _of_source(source: SourceSpec, names: Iterable[str]) -> Iterator[str]:
    """These columns of a source and those that give its rows their shape, as it names them."""
    read = dict.fromkeys(names)
    read |= dict.fromkeys(columns_of(source.where) if source.where is not None else ())
    read |= dict.fromkeys((explode.column,) if (explode := source.shape.explode) is not None else ())
    read |= dict.fromkeys(source.distinct if isinstance(source.distinct, tuple) else ())
    yield from dict.fromkeys(source.rename.get(name, name) for name in read)
    if isinstance(source, RowsOfText):
        yield from source.fill_down


def _cell(test: JobTest, source: SourceSpec, place: tuple[int, str], row: Mapping[str, Any]) -> Any:
    value, is_text = row.get(place[1]), isinstance(source, CsvSource)
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    at = ("given", *place)
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
    def written(
        cls, spec: CsvSource, path: Path, columns: list[str], cells: Sequence[Sequence[Any]], own: Sequence[int]
    ) -> _CsvRows:
        """Write the rows, and open them.

        Args:
            own: their numbers.
        """
        numbers, line = {}, 2
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for number, row in zip(own, cells, strict=True):
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

    spec: SourceSpec
    names: list[str]
    cells: Sequence[Sequence[Any]]
    numbers: Sequence[int]
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self.names

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows; in a workbook, some of their cells stand for those above."""
        names = self.spec.fill_down if isinstance(self.spec, RowsOfText) else ()
        return filled_down(self._chunks(chunk_rows), names) if names else self._chunks(chunk_rows)

    def _chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        for first in range(0, len(self.cells), chunk_rows):
            some = self.cells[first : first + chunk_rows]
            columns = {name: [row[place] for row in some] for place, name in enumerate(self.names)}
            yield Chunk(columns, list(self.numbers[first : first + chunk_rows]))


def _with_nulls(source: SourceSpec, cells: list[list[Any]]) -> list[list[Any]]:
    """Texts that mean null, in a workbook."""
    nulls = frozenset(source.null_values) - {""} if isinstance(source, RowsOfText) else frozenset()
    return [[None if isinstance(cell, str) and cell in nulls else cell for cell in row] for row in cells]
