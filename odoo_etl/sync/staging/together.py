"""Rows that are one record with its lines: they land together or not at all, and agree on what is not of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import Flaw, Key, Origins, Record, Reject, beside_rejected
from odoo_etl.spec import FieldSpec, JobSpec, LinesSpec


class Together:
    """The rows of a job whose records have lines.

    Args:
        columns: of the source.
    """

    def __init__(self, spec: JobSpec, columns: Sequence[str] = ()) -> None:
        self._spec, self._columns = spec, columns
        self._origins = Origins(spec) if spec.line_sources else None
        self._bad: dict[int, Reject] = {}  # by the hash of a key: its first row that was rejected

    def note(self, rejects: Iterable[Reject], keys: Mapping[int, Key | None]) -> None:
        """Rows were rejected.

        Args:
            keys: number of a row to its key.
        """
        for reject in rejects:
            key = keys.get(reject.row.number)
            if key is not None and not reject.is_skipped:
                self._bad.setdefault(hash(key), reject)

    def rejects(self, parts: Sequence[Record]) -> list[Reject]:
        """The rejects of all rows of a record that cannot land; none where it can."""
        bad = self._bad.get(hash(parts[0].key))
        if bad is not None:
            return beside_rejected(bad, [row for part in parts for row in part.rows])
        if alone := self.without_record(parts):
            return alone
        differs = next(_differences(parts, self._spec.fields, self._spec.lines), None)
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
    parts: Sequence[Record], fields: Mapping[str, FieldSpec], lines: Mapping[str, LinesSpec], path: str = ""
) -> Iterator[Flaw]:
    """Differences between rows of one record, or of one line that has lines, in what they say of it."""
    said: dict[str, tuple[Any, int]] = {}
    for part in parts:
        for name, value in part.values.items():
            known, line = said.setdefault(name, (value, part.rows[0].line))
            if known != value and not fields[name].last:
                reason = (
                    f"line {line} and line {part.rows[0].line} are one record and say different things of it; mend one"
                    " of them, or say `last: true` where the last one counts"
                )
                yield Flaw("map", "header_differs", reason, path + name)
    for name, one in lines.items():
        if one.lines and one.key:
            alike: dict[Key, list[Record]] = {}
            for inner in _lines_in(parts, name):
                alike.setdefault(inner.key, []).append(inner)
            for some in alike.values():
                yield from _differences(some, one.fields, one.lines, f"{path}{name}.")


def _lines_in(parts: Sequence[Record], name: str) -> Iterator[Record]:
    for lines in (lines for part in parts for lines in part.children):
        yield from lines.records if lines.name == name else ()
