"""The values that travel through mapping and planning, besides plain values (str, int, float, bool)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple

from odoo_etl.codes import OdooCode, RejectCode
from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping.variant import Variant

Key = tuple[Any, ...]


class Skip:
    """The type of `SKIP`: the row says nothing about this field, so Odoo keeps what it has."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name the constant."""
        return "SKIP"


SKIP = Skip()
CLEAR = False  # what the external API takes, and gives, for "no value" in any field but numbers and x2many


class Lookup(NamedTuple):
    """Which records of which model are asked for.

    Attributes:
        by: the fields that identify one, dotted or not; or `external_id` alone.
        domain: what else they fulfil: an Odoo domain as JSON, or "".
        ignore_case: upper and lower case are the same.
        set_of: which part of the key is all that an x2many field holds, sorted; -1 for none.
        company: asked as that company sees it; 0 for the job's own.
        path: of a tree, the mark between the levels of a key, and the field that holds the level above; or nothing.
        source_model: of keys that are ids in the database that rows come from, the model there.
    """

    model: str
    by: tuple[str, ...]
    domain: str = ""
    ignore_case: bool = False
    path: tuple[str, str] | tuple[()] = ()
    set_of: int = -1
    company: int = 0
    source_model: str = ""


class Ref(NamedTuple):
    """A many2one value that is still the key of a record, not yet its id.

    Attributes:
        on_missing: `reject` the row, leave the field `empty`, `skip_row`, or `defer` it until all rows are written.
        named: becomes "model,id", as a reference field has it, and not the id alone.
        first: of several records the one with the lowest id is meant; else the row is a reject.
        then: asked where there is no such record.
        said: the texts that its external id is made of, where a new record is to get that; else nothing.
    """

    lookup: Lookup
    key: Key
    on_missing: str
    named: bool = False
    first: bool = False
    then: Ref | None = None
    said: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[Ref, ...]:
        """It, and what is asked for after it, in this order."""
        return (self, *(self.then.every if self.then is not None else ()))


class RefList(NamedTuple):
    """A many2many value that is still keys."""

    refs: tuple[Ref, ...]
    command: str  # "set", "add" or "remove"


def in_company(value: Ref | RefList, company: int) -> Ref | RefList:
    """The same records, asked for as a company sees them."""
    if isinstance(value, RefList):
        return value._replace(refs=tuple([_in_company(one, company) for one in value.refs]))
    return _in_company(value, company)


def _in_company(ref: Ref, company: int) -> Ref:
    then = _in_company(ref.then, company) if ref.then is not None else None
    return ref._replace(lookup=ref.lookup._replace(company=company), then=then)


def refs_of(value: Ref | RefList) -> Sequence[Ref]:
    """The records that a value asks for."""
    return (value,) if isinstance(value, Ref) else value.refs


class Row(NamedTuple):
    """A row of the source: where it stands, its original cells in the order of the source's columns, and its number.

    The number tells the rows of a run apart, counted from 0 as they are read; -1 for a line that is no row.
    """

    line: int
    file: str
    cells: tuple[Any, ...]
    number: int = -1


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row cannot land: the stage that found it, the field, the value, a stable code and a reason to read.

    Attributes:
        skips: the job says that a row with it is left alone, whatever else is wrong with it.
    """

    stage: str  # source | map | lookup | plan | write
    code: RejectCode | OdooCode
    reason: str
    field: str = ""
    skips: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that leaves sideways, with everything that is wrong with it."""

    row: Row
    flaws: tuple[Flaw, ...]

    @property
    def is_skipped(self) -> bool:
        """Whether the row is left alone, and no reject after all."""
        return any(flaw.skips for flaw in self.flaws)


class Lines(NamedTuple):
    """The lines that a record is to have in the one2many field of that name, in the order of the source."""

    name: str
    records: tuple[Record, ...]


class VariantValues(NamedTuple):
    """The values that a record is to have in one language or company, by field."""

    variant: Variant
    values: dict[str, Any]


@dataclass(slots=True)
class Record:
    """The values that the source wants one record of Odoo to have.

    Attributes:
        key: the values of the key fields as mapped (lookups not yet resolved).
        values: field name to planned value: a plain one, `Ref`, `RefList` or `IdList`; skipped fields are absent.
        rows: the source rows it was made of, oldest first; several when the key occurs several times.
        parts: where it has several rows, the record that each of them alone would make; then `values` are filled by
            `fold`, once it is known which of the rows stand.
        later: the same record with its lookups, where one of them waits until all rows are written; else None.
        children: its lines, which may have lines in turn; of a line, `key` is what identifies it within its parent.
        variants: its values in other languages and companies than the job's own.
        some_rows: the source may have further rows of it, so that it may have further lines.
        held: one of its lines refers to a record that may come later: it lands as a whole when that is there.
        bond: of a job with `load.together`, what its rows have in those fields: equal for all records of a group.
        members: where it stands for a group, the records of that; then it has all their rows, and no values.
    """

    key: Key
    values: dict[str, Any]
    rows: list[Row]
    parts: tuple[Record, ...] = ()
    later: Record | None = None
    children: tuple[Lines, ...] = ()
    variants: tuple[VariantValues, ...] = ()
    some_rows: bool = False
    held: bool = False
    bond: Key | None = None
    members: tuple[Record, ...] = ()

    @property
    def number(self) -> int:
        """The number of the oldest row, which no other record of a batch has."""
        return self.rows[0].number


def values_by_path(record: Record) -> dict[str, Any]:
    """Every value of a record but those of its lines, by `Variant.path`."""
    if not record.variants:
        return record.values
    others = {variant.path(name): value for variant, values in record.variants for name, value in values.items()}
    return {**record.values, **others}


def shown_key(record: Record) -> str:
    """The key that a record is found by, for people."""
    return ", ".join(str(part) for value in record.key for part in (value.key if isinstance(value, Ref) else (value,)))


def shown_parts(record: Record) -> list[str]:
    """Each part of that key, for people, in the order of its fields."""
    return [", ".join(map(repr, value.key)) if isinstance(value, Ref) else repr(value) for value in record.key]


def joined(parts: Sequence[Record]) -> Record:
    """The rows of one key as one record that still waits for its lookups."""
    if len(parts) == 1:
        return parts[0]
    return Record(parts[0].key, {}, [row for part in parts for row in part.rows], tuple(parts), bond=parts[0].bond)


def has_lines(record: Record) -> bool:
    """Whether the record is written with lines, be it without any."""
    return bool(record.children or (record.parts and record.parts[0].children))


def beside_rejected(bad: Reject, rows: Iterable[Row]) -> list[Reject]:
    """The rejects of rows that are good, beside one of the same record that is not: lines land with their record."""
    field, why = bad.flaws[0].field, bad.flaws[0].reason
    after = f" of its record is rejected ({field}: {why}): a record lands with all its lines"
    stage = bad.flaws[0].stage
    return [Reject(row, (Flaw(stage, "line_rejected", _place(bad.row, row) + after),)) for row in rows]


def _place(row: Row, other: Row) -> str:
    """The line of a row, and its file where the other is of another one."""
    return f"line {row.line}" if row.file == other.file else f"line {row.line} of {PurePath(row.file).name},"


def fold(parts: Sequence[Record]) -> Record:
    """The record that remains when the rows of one key are applied one after the other; their lookups are resolved.

    Rows that bring lines stand or fall together: such a record has no parts.
    """
    if len(parts) == 1:
        return parts[0]
    record = joined(parts)
    record.some_rows = any(part.some_rows for part in parts)
    for part in parts:
        for name, value in part.values.items():
            record.values[name] = _after(record.values.get(name), value)
    if any(part.children or part.variants for part in parts):
        record.children, record.variants = _every_line(parts), _every_variant(parts)
        record.parts = () if record.children else record.parts
    return record


def _every_line(parts: Sequence[Record]) -> tuple[Lines, ...]:
    """The lines of all rows: each row brings some of them."""
    found: dict[str, tuple[Record, ...]] = {}
    for lines in (lines for part in parts for lines in part.children):
        found[lines.name] = found.get(lines.name, ()) + lines.records
    return tuple([Lines(name, tuple(_merged(records))) for name, records in found.items()])


def _merged(lines: Sequence[Record]) -> Sequence[Record]:
    """Lines that have lines themselves: those with one key are one."""
    if not any(line.children and line.key for line in lines):
        return lines
    return [fold(some) for some in alike(lines)]


def alike(lines: Iterable[Record]) -> list[list[Record]]:
    """The lines by their key; one whose key is empty is like no other."""
    found: dict[tuple[Key, int], list[Record]] = {}
    for number, line in enumerate(lines):
        has_key = any(part is not CLEAR for part in line.key)
        found.setdefault((line.key, -1 if has_key else number), []).append(line)
    return list(found.values())


def _every_variant(parts: Sequence[Record]) -> tuple[VariantValues, ...]:
    """The values in each language and company; the later row wins, field by field."""
    found: dict[Variant, dict[str, Any]] = {}
    for one in (one for part in parts for one in part.variants):
        found[one.variant] = {**found.get(one.variant, {}), **one.values}
    return tuple(map(VariantValues, found.keys(), found.values()))


def _after(before: Any, value: Any) -> Any:
    """The later value stands, but records are added to, or taken from, what was there."""
    if isinstance(before, IdList) and isinstance(value, IdList):
        return before.followed_by(value)
    return value


def changing_rows(record: Record) -> int:
    """How many of the later rows of a new record said something that the rows before had not said."""
    known: dict[str, object] = {}
    changing = 0
    for number, part in enumerate(record.parts):
        values = values_by_path(part)
        if number and any(known.get(path) != value for path, value in values.items()):
            changing += 1
        known.update(values)
    return changing
