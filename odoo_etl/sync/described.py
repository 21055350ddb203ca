"""Planned writes as changes that people can read: path to (old, new), and which of the values are records. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from odoo_etl.fieldtypes import FieldType, IdList, TargetField, id_of_answered
from odoo_etl.mapping import Record, shown_key
from odoo_etl.planning import (
    LineChanges,
    LineRemoval,
    Pair,
    PathChange,
    RecordRules,
    Update,
    ValueChange,
    paths_of,
    paths_of_new,
    shown,
)
from odoo_etl.results import Action, Change, ChangedField
from odoo_etl.spec import EXTERNAL_ID

_LINE: Final = re.compile(r"\[.*?\]")  # in a path: which of the lines


class Referred(NamedTuple):
    """The records that a field refers to, before and after: ids, as planning has them.

    Attributes:
        model: "" where the value names it.
    """

    model: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Described:
    """A change, what its values refer to, and what its fields are.

    Attributes:
        records: path to the records that the field refers to.
        fields: path without the marks of lines to what the field is.
    """

    change: Change
    records: Mapping[str, Referred] = field(default_factory=dict)
    fields: Mapping[str, ChangedField] = field(default_factory=dict)

    def followed_by(self, later: Described) -> Described:
        """The change with values that were foreseen later."""
        changes = {**self.change.changes, **later.change.changes}
        records, fields = {**self.records, **later.records}, {**self.fields, **later.fields}
        return Described(replace(self.change, changes=changes), records, fields)


class Emptiness(NamedTuple):
    """Whether a value was none, and whether it is to be none."""

    before: bool
    after: bool


def field_path(path: str) -> str:
    """The path of a value without the marks that tell lines apart: `order_line[30].name` is `order_line.name`."""
    return _LINE.sub("", path) if "[" in path else path


def described_create(record: Record, rules: RecordRules, file: str = "") -> Described:
    """The values that a new record would get."""
    change = _change("create", record, None, file)
    return _described(change, list(paths_of_new(record, rules)))


def described_update(update: Update, rules: RecordRules, file: str = "", key: str = "") -> Described:
    """The values that an existing record would get.

    Args:
        key: what people know the record by, where that is not its key.
    """
    change = _change("update", update.record, update.id, file)
    change = replace(change, key=key or change.key, new_lines=tuple(_new_lines(update.children)))
    if update.adopts:
        change.changes[EXTERNAL_ID] = (None, update.adopts)
    return _described(change, list(_told(paths_of(update, rules))))


def changed_fields(update: Update, rules: RecordRules) -> dict[str, Emptiness]:
    """The fields in which an existing record would differ, and which of them are filled or emptied."""
    if update.children or update.variants:
        found = dict(map(_emptiness_at, _told(paths_of(update, rules))))
    else:
        found = {name: _emptiness(rules.fields[name].type, *pair) for name, pair in update.changes.items()}
    return {EXTERNAL_ID: Emptiness(before=True, after=False), **found} if update.adopts else found


def changed_names(update: Update, rules: RecordRules) -> Iterable[str]:
    """The same fields, without more about each: of a run, which counts them on its way."""
    if update.children or update.variants or update.adopts:
        return changed_fields(update, rules)
    return update.changes


def _change(action: Action, record: Record, record_id: int | None, file: str) -> Change:
    return Change(action, shown_key(record), record_id, record.rows[0].line if record.rows else 0, {}, file=file)


def _described(change: Change, paths: Sequence[PathChange]) -> Described:
    change.changes.update(shown(paths))
    return Described(change, dict(_referred(paths)), dict(_fields(paths)))


def _told(paths: Iterable[PathChange]) -> Iterator[PathChange]:
    """The paths without empty values of new lines: one that undo brings back was kept with all its fields."""
    return (one for one in paths if isinstance(one, LineRemoval) or one.old is not None or not _is_empty(one))


def _is_empty(one: ValueChange) -> bool:
    kind = one.field.type
    return not kind.never_empty and _becomes_empty(kind, one.new)


def _fields(paths: Iterable[PathChange]) -> Iterator[tuple[str, ChangedField]]:
    for path, one, _ in _values(paths):
        yield field_path(path), ChangedField(one.ttype, one.relation, one.decimals)


def _referred(paths: Iterable[PathChange]) -> Iterator[tuple[str, Referred]]:
    for path, one, (old, new) in _values(paths):
        kind = one.type
        if kind.has_model:
            yield path, Referred(one.relation, id_of_answered(old) if kind.is_one_record else old, new)
        elif kind.names_model:
            yield path, Referred("", old, new)


def _values(paths: Iterable[PathChange]) -> Iterator[tuple[str, TargetField, Pair]]:
    """Every single value, those of lines that go among them."""
    for one in paths:
        if not isinstance(one, LineRemoval):
            yield one.path, one.field, (one.old, one.new)
            continue
        for name, value in one.row.items():
            if name in one.fields:
                yield f"{one.path}.{name}", one.fields[name], (value, None)


def _new_lines(children: Iterable[LineChanges], before: str = "") -> Iterator[str]:
    """The paths of lines that an update makes."""
    for lines in children:
        path = f"{before}{lines.name}"
        yield from (f"{path}[{label}]" for label in lines.creates)
        for label, update in lines.updates.items():
            yield from _new_lines(update.children, f"{path}[{label}].")


def _emptiness_at(one: PathChange) -> tuple[str, Emptiness]:
    if isinstance(one, LineRemoval) or one.old is None:  # a line that goes, or comes
        return field_path(one.path), Emptiness(before=False, after=False)
    return field_path(one.path), _emptiness(one.field.type, one.old, one.new)


def _emptiness(kind: FieldType, old: Any, new: Any) -> Emptiness:
    if kind.never_empty:
        return Emptiness(old is None, after=False)
    return Emptiness(not old and not (old is False and kind.false_is_a_value), _becomes_empty(kind, new))


def _becomes_empty(kind: FieldType, new: Any) -> bool:
    return new.command == "set" and not new.ids if isinstance(new, IdList) else kind.is_none(new) or new == ""
