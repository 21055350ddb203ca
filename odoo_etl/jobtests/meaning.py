"""The meaning of values that a test expects: whether a planned value is the same, and how that is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.fieldtypes import IdList, TargetField
from odoo_etl.mapping import Record, at_path, values_by_path

FieldsOf = Callable[[str], Mapping[str, TargetField]]
EXTERNAL_ID: Final = "external_id"
NOTHING: Final = object()  # the row says nothing of the field


@dataclass(frozen=True)
class Meaning:
    """Tells what is meant by a value where records are told by their ids.

    Attributes:
        fields_of: the fields of a model.
        tables: the records that are there, by model.
        made: the values of records that would be new, by their made-up ids.
    """

    fields_of: FieldsOf
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    made: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def field(self, model: str, path: str) -> TargetField | None:
        """The field of a `Variant.path`; None where the model has none, or the external id is meant."""
        return self.fields_of(model).get(at_path(path)[0])

    def same(self, model: str, path: str, wanted: Any, came: Any) -> bool:
        """Whether the planned value of a field is what the test says."""
        known = self.field(model, path)
        if came is NOTHING or known is None:
            return came is not NOTHING and bool(wanted == came)
        if isinstance(came, IdList):
            return self._same_ids(known.relation, wanted, came)
        if wanted is None:
            return known.type.is_none(came) or came == ""
        if isinstance(wanted, Mapping) and known.type.has_model:
            return self._ids(known.relation, wanted) == [came]
        try:
            return bool(known.comparer()(came, wanted))
        except (TypeError, ValueError, AttributeError):  # the test names a value of another type
            return False

    def _same_ids(self, relation: str, wanted: Any, came: IdList) -> bool:
        """Records as a set, or those to be added or removed under that word."""
        if isinstance(wanted, Mapping) and wanted.keys() == {came.command}:
            wanted = wanted[came.command]
        items = wanted if isinstance(wanted, list) else [] if wanted is None else [wanted]
        ids = [each for item in items for each in self._ids(relation, item)]
        return len(ids) == len(items) and set(ids) == set(came.ids)

    def _ids(self, relation: str, wanted: Any) -> list[Any]:
        """The records that an item means: an id, or some of the values that a record has."""
        if not isinstance(wanted, Mapping):
            return [wanted]
        there = [(row["id"], row) for row in self.tables.get(relation, ())]
        return [
            each
            for each, row in [*there, *self.made.items()]
            if all(row.get(name) == value for name, value in wanted.items())
        ]

    def show(self, model: str, path: str, value: Any) -> Any:
        """A planned value as a test would have it."""
        known = self.field(model, path)
        if value is NOTHING or known is None:
            return value
        if isinstance(value, IdList):
            ids = [self._shown_id(each) for each in value.ids]
            return ids if value.command == "set" else {value.command: ids}
        return self._shown_id(value) if known.type.is_one_record else known.type.show(value)

    def _shown_id(self, value: Any) -> Any:
        """A record that would be new by its values, any other by its id."""
        new = self.made.get(value)
        return value or None if new is None else {name: one for name, one in new.items() if name != "id"}

    def shown(self, model: str, record: Record) -> str:
        """A record, for people."""
        return text({path: self.show(model, path, value) for path, value in values_by_path(record).items()})


def text(value: Any) -> str:
    """A value as it would stand in the file."""
    return "no value" if value is NOTHING else json.dumps(value, ensure_ascii=False, default=str)
