"""Groups of rows that share one transaction and one verdict (`load.together`).

The bond of a row is what it has in those fields, equal for all rows of a group. A row that has nothing in any of them
is a group with the rows of its key alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping.columns import Column, Columns, MappedField
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, Key, Record, Reject, Row
from odoo_etl.spec import JobSpec
from odoo_etl.text import lowered

SHOWN = 10  # lines of a group that a reason names


class Bonds:
    """Tells the bonds of the rows of one job; false where each row is on its own.

    Args:
        fields: those of `load.together`.

    Raises:
        UsageError: a field of them holds several records, or a file.
    """

    def __init__(self, spec: JobSpec, targets: Mapping[str, TargetField], fields: Sequence[MappedField]) -> None:
        self.names = tuple(spec.load.together)
        self._fields = sorted(fields, key=lambda one: self.names.index(one.name))
        self._targets = [targets[one.name] for one in self._fields]
        self._any_case = frozenset(spec.target.key if spec.target.ignore_case else ())
        for target in self._targets:
            if target.type.is_file or target.type.is_many:
                raise UsageError(
                    f"job {spec.job}: load.together: {target.name} of {spec.target.model} is {target.described}; it"
                    " takes fields with one value"
                )

    def __bool__(self) -> bool:
        """Whether rows are written together at all."""
        return bool(self.names)

    def of(self, columns: Columns, keys: Sequence[Key | None]) -> list[Key | None]:
        """The bond of each row of a chunk; None where it cannot be told, so that the row will be rejected."""
        return self.among({one.name: one.column(columns, len(keys)) for one in self._fields}, keys)

    def among(self, found: Mapping[str, Column], keys: Sequence[Key | Flaw | None]) -> list[Key | None]:
        """The same of rows whose fields are mapped."""
        columns = [found[one.name] for one in self._fields]
        flawed = {number for column in columns for number in column.flaws}
        formed = [self._formed(target, one.values) for target, one in zip(self._targets, columns, strict=True)]
        rows = zip(zip(*formed, strict=True), keys, strict=True)
        return [None if number in flawed else self._bond(values, key) for number, (values, key) in enumerate(rows)]

    def _formed(self, target: TargetField, values: Sequence[Any]) -> list[Any]:
        return [self._form(target, value) for value in values]

    def _form(self, target: TargetField, value: Any) -> Any:
        """A value in a form in which equal ones are equal, as those of keys are; None for an empty one."""
        if value is SKIP or value == "" or (value is CLEAR and not target.type.false_is_a_value):
            return None
        if target.rounds_keys and isinstance(value, float):
            return target.comparable(value)
        return lowered(value) if isinstance(value, str) and target.name in self._any_case else value

    def _bond(self, values: tuple[Any, ...], key: Key | Flaw | None) -> Key | None:
        if any(value is not None for value in values):
            return tuple([CLEAR if value is None else value for value in values])
        return None if key is None or isinstance(key, Flaw) else (None, *key)


def binds(bond: Key | None) -> bool:
    """Whether rows of different keys may have a bond; of others the rows of one key have each its own verdict."""
    return bond is not None and bond[0] is not None


def bound(records: Sequence[Record]) -> Record:
    """The records of one group as one."""
    if len(records) == 1 and not (records[0].parts and binds(records[0].bond)):
        return records[0]
    rows = sorted((row for record in records for row in record.rows), key=lambda row: row.number)
    return Record(records[0].bond or (), {}, rows, bond=records[0].bond, members=tuple(records))


def bound_each(records: Iterable[Record]) -> list[Record]:
    """The same, each group as one."""
    groups: dict[Key | None, list[Record]] = {}
    for record in records:
        groups.setdefault(record.bond, []).append(record)
    return [bound(group) for group in groups.values()]


def unbound(records: Iterable[Record]) -> list[Record]:
    """The records, with the members of each group in place of it."""
    return [member for record in records for member in record.members or (record,)]


def companions(rows: Iterable[Row], culprit: Reject, fields: Sequence[str] = ()) -> Iterator[Reject]:
    """The rejects of rows that could land and are of the group of a row which cannot."""
    flaw = culprit.flaws[0]
    reason = (
        f"{_place(culprit.row)}, which is to be written together with this row, is rejected"
        f" ({flaw.code}: {flaw.reason}); mend that, then retry brings the whole group"
    )
    for row in rows:
        yield Reject(row, (Flaw("plan", TOGETHER, reason, ", ".join(fields)),))


TOGETHER: Final = "together_rejected"


def shown_rows(rows: Sequence[Row]) -> str:
    """Where the rows of a group stand, for people."""
    if len({row.file for row in rows}) > 1:
        some = ", ".join(f"{row.file}:{row.line}" for row in rows[:SHOWN])
    else:
        some = ", ".join(str(row.line) for row in rows[:SHOWN])
    return f"lines {some}{', …' if len(rows) > SHOWN else ''}"


def _place(row: Row) -> str:
    return f"line {row.line} of {row.file}" if row.file else f"line {row.line}"
