"""Rows that are one record with its lines: they land together or not at all, and agree on what is not of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import (
    Flaw,
    Key,
    Origins,
    Record,
    Reject,
    alike,
    at_path,
    beside_rejected,
    in_one_form,
    values_by_path,
)
from odoo_etl.sources import Chunk
from odoo_etl.spec import FieldSpec, JobSpec, LinesSpec


class Together:
    """The rows of a job whose records have lines.

    Args:
        columns: of the source.
        cuts_records: the rows may be some of a record's only.
    """

    def __init__(self, spec: JobSpec, columns: Sequence[str] = (), *, cuts_records: bool = False) -> None:
        self._spec, self._columns, self._cuts_records = spec, columns, cuts_records
        self._origins = Origins(spec) if spec.line_sources else None
        self._lost_rows = 0  # rows that may be of any record
        self._bad: dict[Key, Reject] = {}  # by key: its first row that was rejected

    def read(self, chunk: Chunk, keys: Sequence[Key | None]) -> None:
        """Rows were read: one that cannot be read, or has no key, may be a line of any record."""
        self._lost_rows += len(chunk.bad) + sum(key is None for key in keys) + chunk.lost_beside

    def tell(self, records: Iterable[Record]) -> None:
        """Tell records where the source may have more rows of them."""
        if self._cuts_records or self._lost_rows:
            for part in (part for record in records for part in record.parts or (record,)):
                part.some_rows = True

    def notes(self) -> list[str]:
        """Say that no line goes where nobody knows which of them the source lacks."""
        if not self._lost_rows or not takes_lines_away(self._spec.lines.values()):
            return []
        rows = "1 row has" if self._lost_rows == 1 else f"{self._lost_rows} rows have"
        return [f"no line was removed or archived: {rows} no key that can be read, and may be a line of any record"]

    def note(self, rejects: Iterable[Reject], keys: Mapping[int, Key | None]) -> None:
        """Rows were rejected.

        Args:
            keys: number of a row to its key.
        """
        for reject in rejects:
            key = keys.get(reject.row.number)
            if key is not None and not reject.is_skipped:
                self._bad.setdefault(key, reject)

    def rejects(self, parts: Sequence[Record]) -> list[Reject]:
        """The rejects of all rows of a record that cannot land; none where it can."""
        bad = self._bad.get(parts[0].key)
        if bad is not None:
            return beside_rejected(bad, [row for part in parts for row in part.rows])
        if alone := self.without_record(parts):
            return alone
        target = self._spec.target
        free = frozenset(target.key) if target.ignore_case else frozenset[str]()
        differs = next(_differences(parts, self._spec.fields, self._spec.lines, any_case=free), None)
        return [Reject(row, (differs,)) for part in parts for row in part.rows] if differs else []

    def without_record(self, parts: Sequence[Record]) -> list[Reject]:
        """The rejects of lines from a source of their own where the row of their record is not among the rows."""
        if self._origins is None:
            return []
        rows = [row for part in parts for row in part.rows]
        if not all(self._origins.is_line(self._columns, row) for row in rows):
            return []
        return [Reject(row, (_NO_RECORD,)) for row in rows]


_NO_RECORD = Flaw(
    "map", "no_header", "the row of its record is not among these rows: a record lands with all its lines"
)


def _differences(
    parts: Sequence[Record],
    fields: Mapping[str, FieldSpec],
    lines: Mapping[str, LinesSpec],
    path: str = "",
    any_case: frozenset[str] = frozenset(),
) -> Iterator[Flaw]:
    """Differences between rows of one record, or of one line that has lines, in what they say of it.

    Args:
        any_case: the fields in which the case of a text says nothing.
    """
    said: dict[str, tuple[Any, int]] = {}
    for part in parts:
        for name, value in values_by_path(part).items():
            field = at_path(name)[0]
            form = in_one_form(value, any_case=field in any_case)
            known, line = said.setdefault(name, (form, part.rows[0].line))
            if known != form and not fields[field].last:
                reason = (
                    f"line {line} and line {part.rows[0].line} are one record and say different things of it; mend one"
                    " of them, or say `last: true` where the last one counts"
                )
                yield Flaw("map", "header_differs", reason, path + name)
    for name, one in lines.items():
        if one.lines and one.key:
            for some in alike(_lines_in(parts, name)):
                yield from _differences(some, one.fields, one.lines, f"{path}{name}.")


def _lines_in(parts: Sequence[Record], name: str) -> Iterator[Record]:
    for lines in (lines for part in parts for lines in part.children):
        yield from lines.records if lines.name == name else ()


def takes_lines_away(lines: Iterable[LinesSpec]) -> bool:
    """Whether any lines go, or are archived, when the source lacks them."""
    return any(one.rest != "keep" or takes_lines_away(one.lines.values()) for one in lines)
