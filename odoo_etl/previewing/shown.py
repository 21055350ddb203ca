"""Records and rejects as previews: each value beside the cells that it comes from, and each flaw at its field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.fieldtypes import IdList, TargetField
from odoo_etl.mapping import SKIP, Flaw, Record, Ref, RefList, Reject, Row, at_path, refs_of, shown_key, used_columns
from odoo_etl.planning import LineRemoval, RecordRules, labelled, paths_of
from odoo_etl.previewing.watched import Seen
from odoo_etl.previews import REMOVED, Fate, PreviewedField, PreviewedFlaw, PreviewedRecord
from odoo_etl.spec import JobSpec
from odoo_etl.sync.described import field_path
from odoo_etl.sync.reported_rows import ReportedRows

Referred = tuple[str, tuple[int, ...]]  # model, ids


@dataclass(frozen=True, slots=True)
class Placed:
    """A value of a record, where it stands, and the rows that it comes from, oldest first."""

    path: str
    field: TargetField
    value: Any
    rows: Sequence[Row]


class Cells:
    """The cells that values come from.

    Args:
        columns: of the source, in the order of the cells of its rows.
        companies: id to what the job calls a company.
    """

    def __init__(self, spec: JobSpec, columns: Sequence[str], companies: Mapping[int, str]) -> None:
        self._columns, self._companies = columns, companies
        self.files = ReportedRows(spec).file_names
        self.used: dict[str, list[str]] = {}
        for column, paths in used_columns(spec, columns).items():
            for path in paths:
                self.used.setdefault(path, []).append(column)

    def of(self, path: str, rows: Sequence[Row]) -> dict[str, Any]:
        """Those of a value, by column: of several rows, the last one that has any."""
        names = [name for name in self.used.get(field_path(path), ()) if name in self._columns]
        for row in reversed(rows):
            cells = dict(zip(self._columns, row.cells, strict=False))
            found = {name: cells.get(name) for name in names}
            if any(cell is not None and cell != "" for cell in found.values()):
                return found
        return dict.fromkeys(names)

    def named(self, path: str) -> str:
        """The path of a value with its company as the job calls it."""
        head, dot, last = path.rpartition(".")
        name, variant = at_path(last)
        if not variant.company:
            return path
        return f"{head}{dot}{name}@{self._companies.get(variant.company, variant.company)}"


@dataclass(slots=True)
class Shown:
    """Makes previews of records.

    Attributes:
        fields: the mapped fields, by name.
        referred: by the number of the record, and path, the records that values refer to.
    """

    spec: JobSpec
    cells: Cells
    fields: Mapping[str, TargetField]
    referred: dict[tuple[int, str], Referred] = field(default_factory=dict)

    @property
    def _order(self) -> Mapping[str, int]:
        """The place of each field in the job."""
        return {name: number for number, name in enumerate((*self.spec.fields, *self.spec.lines))}

    def record(self, seen: Seen, rules: RecordRules) -> PreviewedRecord:
        """A record that was planned, or only mapped."""
        record, update = seen.record, seen.update
        changes = list(paths_of(update, rules)) if update is not None else []
        old = {one.path: one.field.type.show(one.old) for one in changes if not isinstance(one, LineRemoval)}
        placed = list(values_of(record, rules))
        fields = [self._value(one, seen, old) for one in placed]
        fields += self._silent(record, {one.path for one in placed})
        gone = (one.path for one in changes if isinstance(one, LineRemoval))
        fields += [PreviewedField(path, value=REMOVED, changes=True) for path in gone]
        notes = (f"it gets the external id {update.adopts}",) if update is not None and update.adopts else ()
        lines = tuple(dict.fromkeys(row.line for row in record.rows))
        file, key = self.cells.files.of(record.rows[0].file), shown_key(record)
        fields.sort(key=lambda one: self._order[field_path(one.path).partition(".")[0].partition("@")[0]])
        return PreviewedRecord(lines, seen.fate, file, key, seen.id, fields=fields, notes=notes)

    def _value(self, one: Placed, seen: Seen, old: Mapping[str, Any]) -> PreviewedField:
        path, asked = self.cells.named(one.path), asked_for(one.value)
        if referred := _referred(one.field, one.value):
            self.referred[seen.record.number, path] = referred
        changes = seen.fate == "create" or one.path in old
        value, before = None if asked else one.field.type.show(one.value), old.get(one.path)
        cells = self.cells.of(path, one.rows)
        return PreviewedField(path, cells, value, asked=asked, old=before, changes=changes)

    def _silent(self, record: Record, placed: set[str]) -> Iterator[PreviewedField]:
        """The fields of the record itself of which its rows say nothing."""
        for name in self.spec.fields:
            if name not in placed:
                yield PreviewedField(name, self.cells.of(name, record.rows), is_silent=True)

    def reject(self, reject: Reject, values: Mapping[str, Any], key: str = "") -> PreviewedRecord:
        """A row that becomes no record: the values of its good cells, and what is wrong with the others.

        Args:
            values: those of the record's fields, by name.
            key: what the record would be found by, as far as the row has one.
        """
        row, flaws = reject.row, defaultdict[str, list[PreviewedFlaw]](list)
        for flaw in reject.flaws:
            flaws[self.cells.named(flaw.field)].append(shown_flaw(flaw))
        names = self.spec.fields if row.number >= 0 else ()  # a line that is no row has no cells
        fields = [self._cell(name, row, values, tuple(flaws.pop(name, ()))) for name in names]
        others = [path for path in flaws if path in self.cells.used]
        fields += [PreviewedField(path, self.cells.of(path, [row]), flaws=tuple(flaws.pop(path))) for path in others]
        rest = tuple(flaw for some in flaws.values() for flaw in some)
        fate: Fate = "skip" if reject.is_skipped else "reject"
        return PreviewedRecord((row.line,), fate, self.cells.files.of(row.file), key, fields=fields, flaws=rest)

    def _cell(self, name: str, row: Row, values: Mapping[str, Any], flaws: tuple[PreviewedFlaw, ...]) -> PreviewedField:
        cells, value = self.cells.of(name, [row]), values.get(name, SKIP)
        if flaws or value is SKIP:
            return PreviewedField(name, cells, is_silent=not flaws, flaws=flaws)
        asked = asked_for(value)
        if referred := _referred(self.fields[name], value):
            self.referred[row.number, name] = referred
        return PreviewedField(name, cells, None if asked else self.fields[name].type.show(value), asked=asked)


def shown_flaw(flaw: Flaw) -> PreviewedFlaw:
    """A flaw as previews have it."""
    return PreviewedFlaw(flaw.code, flaw.reason, flaw.field)


def values_of(record: Record, rules: RecordRules, prefix: str = "") -> Iterator[Placed]:
    """Every value of a record, those in other languages and companies and those of its lines among them."""
    for name, value in record.values.items():
        rows = [row for part in record.parts if name in part.values for row in part.rows]
        yield Placed(prefix + name, rules.fields[name], value, rows or record.rows)
    for variant, values in record.variants:
        for name, value in values.items():
            yield Placed(prefix + variant.path(name), rules.fields[name], value, record.rows)
    for lines in record.children:
        for label, line in labelled(lines.records):
            yield from values_of(line, rules.children[lines.name], f"{prefix}{lines.name}[{label}].")


def asked_for(value: Any) -> tuple[str, ...]:
    """The records that a value asks for and that nobody has looked for."""
    return tuple(_asked(ref) for ref in refs_of(value)) if isinstance(value, (Ref, RefList)) else ()


def _asked(ref: Ref) -> str:
    key = ", ".join(f"{path} = {part!r}" for path, part in zip(ref.lookup.by, ref.key, strict=True))
    return f"{ref.lookup.model} with {key}"


def _referred(one: TargetField, value: Any) -> Referred | None:
    """The records that a value refers to."""
    kind = one.type
    if kind.names_model and isinstance(value, str) and "," in value:
        model, _, number = value.partition(",")
        return model, (int(number),)
    if not kind.has_model or isinstance(value, (Ref, RefList)):
        return None
    ids = value.ids if isinstance(value, IdList) else (value,)
    wanted = tuple(each for each in ids if isinstance(each, int) and each)
    return (one.relation, wanted) if wanted else None


def with_names(
    record: PreviewedRecord, number: int, referred: Mapping[tuple[int, str], Referred], names: Mapping[Any, str]
) -> PreviewedRecord:
    """The same with the names of the records that its values refer to.

    Args:
        number: of the record.
        names: by model and id.
    """

    def named(one: PreviewedField) -> PreviewedField:
        model, ids = referred.get((number, one.path), ("", ()))
        return replace(one, names=tuple(names.get((model, each), f"id {each}") for each in ids)) if ids else one

    return replace(record, fields=[named(one) for one in record.fields])
