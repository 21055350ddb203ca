"""New records as rows of `load`, which creates a record and its external id together.

`load` reads texts, as from a spreadsheet. Written as here they become what `create` makes of the values themselves
(measured on Odoo 19, field type by field type: tests/contract/roundtrip/test_kept.py). It differs in three
places: an empty text is stored as no text; years before 1000 it cannot read; and a value of a selection may be the
label of another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import BadValue, IdList, TargetField, not_loadable
from odoo_etl.mapping import Flaw, Record, Reject
from odoo_etl.planning.changes import Create, Update, reject_all

Choices = Mapping[str, Sequence[tuple[Any, str]]]  # selection field to (value, label), in Odoo's order

Names = Mapping[str, Mapping[int, str]]  # model to id to external id, of records that have one


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A record to create and its row; the first cell is its external id."""

    create: Create
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadGroup:
    """Rows with the same columns: they can share a call. Fields without a column get the model's defaults.

    Attributes:
        columns: the names that the call gives; the first is `id`.
        context: what that of the call needs: `load` reads datetimes in its time zone. Without any the user's stays, in
            which the model works out its defaults.
    """

    columns: tuple[str, ...]
    context: Mapping[str, str]
    rows: tuple[LoadRow, ...]


@dataclass(frozen=True, slots=True)
class LoadedUpdate:
    """An update and its row of `load`; the first cell is the record's id in the database."""

    update: Update
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpdateGroup:
    """Updates of the same fields: they can share a call of `load`, whose first column is `.id`."""

    columns: tuple[str, ...]
    context: Mapping[str, str]
    rows: tuple[LoadedUpdate, ...]


class MixedRows(NamedTuple):
    """Rows of one `load` that creates records and changes others: first those of the new ones, as they were given."""

    columns: tuple[str, ...]
    context: Mapping[str, str]
    cells: list[list[str]]


class Loader:
    """Turns the new records of one job into rows of `load`.

    Args:
        fields: the mapped fields by name.
        choices: values and labels of the selections among them. What they are called in other languages Odoo does not
            tell; a value that is a label there may be taken for the other one, and the next run mends it.
    """

    def __init__(self, fields: Mapping[str, TargetField], choices: Choices) -> None:
        self._fields = fields
        self._taken_as = {name: _taken_as(known) for name, known in choices.items()}

    def groups(
        self, creates: Sequence[Create], names: Names = MappingProxyType({})
    ) -> tuple[list[LoadGroup], list[Reject]]:
        """The records by the columns they need, and rejects for what `load` cannot express.

        Args:
            creates: the key of each record is its external id, `("module.name",)`.
            names: of records that they refer to. Odoo finds these in its cache, and others with a query for each row.
        """
        alike: dict[tuple[str, ...], list[Create]] = {}
        for create in creates:
            alike.setdefault(tuple(create.record.values), []).append(create)
        rejects: list[Reject] = []
        return [self._group(fields, some, names, rejects) for fields, some in alike.items()], rejects

    def updates(self, updates: Sequence[Update]) -> tuple[list[UpdateGroup], list[Update]]:
        """The updates by the fields that they name, and those that `load` cannot express."""
        alike: dict[tuple[str, ...], list[LoadedUpdate]] = {}
        others: list[Update] = []
        for update in updates:
            cells = self._updated(update)
            if cells is None:
                others.append(update)
            else:
                alike.setdefault(tuple(update.sent), []).append(LoadedUpdate(update, (str(update.id), *cells)))
        return [self._update_group(names, rows) for names, rows in alike.items()], others

    def mixed(self, creates: Sequence[Create], updates: Sequence[Update]) -> MixedRows | None:
        """The rows of one `load` for all of them; None where there are none.

        The rows name the same fields, so those of existing records repeat what is equal already.
        """
        records = [one.record for one in creates] + [one.record for one in updates]
        names, ids = list(records[0].values), ["" for _ in creates] + [str(one.id) for one in updates]
        alike = all(one.values.keys() == records[0].values.keys() and not one.children for one in records)
        if not alike or not all(map(self._is_loadable, names)):
            return None
        cells = [self._whole(record, names) for record in records]
        if not all(cells):
            return None
        whole = self._update_group(names, ())
        return MixedRows(whole.columns, whole.context, [[own, *row] for own, row in zip(ids, cells, strict=True)])

    def _whole(self, record: Record, names: Sequence[str]) -> list[str]:
        """The cells of all values of a record; none where one has no cell."""
        values = [record.values[name] for name in names]
        if any(isinstance(one, IdList) and (one.command != "set" or not one.ids) for one in values):
            return []
        try:
            return [self._cell(self._fields[name], value) for name, value in zip(names, values, strict=True)]
        except BadValue:
            return []

    def _update_group(self, names: Sequence[str], rows: Sequence[LoadedUpdate]) -> UpdateGroup:
        types = {name: self._fields[name].type for name in names}
        columns = [name + ("/.id" if one.has_model else "") for name, one in types.items()]
        context = {key: value for one in types.values() for key, value in one.load_context.items()}
        return UpdateGroup((".id", *columns), context, tuple(rows))

    def _updated(self, update: Update) -> list[str] | None:
        """The cells of what an update writes; None where one has none: lines, files, records that are added."""
        if update.children or not all(map(self._is_loadable, update.sent)):
            return None
        cells: list[str] = []
        for name, (_, new) in update.sent.items():
            if isinstance(new, IdList) and (new.command != "set" or not new.ids):
                return None
            try:
                cells.append(self._cell(self._fields[name], new))
            except BadValue:
                return None
        return cells

    def _is_loadable(self, name: str) -> bool:
        field = self._fields.get(name)
        if field is None or field.type.is_file:
            return False
        return not (field.type.any_model and field.type.is_reference)  # integers may name any record, and are numbers

    def references(self, creates: Sequence[Create]) -> dict[str, set[int]]:
        """Model to the ids that the records refer to."""
        found: dict[str, set[int]] = {}
        for name in {name for create in creates for name in create.record.values}:
            field = self._fields[name]
            if field.type.has_model:
                ids = (each for create in creates for each in _ids_in(create.record.values.get(name)))
                found.setdefault(field.relation, set()).update(ids)
        return found

    def _group(
        self, fields: Sequence[str], creates: Sequence[Create], names: Names, rejects: list[Reject]
    ) -> LoadGroup:
        types = {name: self._fields[name].type for name in fields}
        named = {name: known for name in fields if (known := self._named(name, creates, names)) is not None}
        suffix = {name: "/id" if name in named else "/.id" if types[name].has_model else "" for name in fields}
        rows: list[LoadRow] = []
        for create in creates:
            row = self._row(create, named)
            if isinstance(row, Flaw):
                rejects += reject_all(create.record, row)
            else:
                rows.append(row)
        context = {key: value for one in types.values() for key, value in one.load_context.items()}
        return LoadGroup(("id", *(name + suffix[name] for name in fields)), context, tuple(rows))

    def _named(self, name: str, creates: Sequence[Create], names: Names) -> Mapping[int, str] | None:
        """The external ids that a field's records have; None unless each has one."""
        field = self._fields[name]
        known = names.get(field.relation, {}) if field.type.has_model else {}
        every = known and all(each in known for create in creates for each in _ids_in(create.record.values[name]))
        return known if every else None

    def _row(self, create: Create, named: Mapping[str, Mapping[int, str]]) -> LoadRow | Flaw:
        if create.record.children:
            error = not_loadable("lines")
            return Flaw("plan", error.code, error.reason, ", ".join(one.name for one in create.record.children))
        cells: list[str] = [create.record.key[0]]
        for name, value in create.record.values.items():
            try:
                known = named.get(name)
                if known is None:
                    cells.append(self._cell(self._fields[name], value))
                else:
                    cells.append(",".join(known[each] for each in _ids_in(value)))
            except BadValue as error:
                return Flaw("plan", error.code, error.reason, name)
        return LoadRow(create, tuple(cells))

    def _cell(self, field: TargetField, value: Any) -> str:
        """The text that `load` reads as this value.

        Raises:
            BadValue: there is none (`not_loadable`).
        """
        kind = field.type
        if kind.is_none(value):
            return ""
        if kind.cell is None:
            raise not_loadable(field.described)
        if field.name in self._taken_as and self._taken_as[field.name].get(value, value) != value:
            raise not_loadable(f"the value {value!r}, because another value of {field.name} is called so")
        return kind.cell(value)


def _taken_as(known: Sequence[tuple[Any, str]]) -> dict[Any, Any]:
    """Map each value of a selection to the one `load` takes: the first with it as value or label, whatever the case."""
    taken: dict[str, Any] = {}
    for value, label in known:
        taken.setdefault(str(value).lower(), value)
        taken.setdefault(str(label).lower(), value)
    return {value: taken[str(value).lower()] for value, _ in known}


def _ids_in(value: Any) -> Sequence[int]:
    """The records that a value of a relation stands for."""
    if isinstance(value, IdList):
        return value.ids
    return (value,) if value else ()
