"""The names of the records that planned changes speak of: asked for page by page, and only for what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from odoo_etl.errors import unless_refused
from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import at_path
from odoo_etl.planning import ACTIVE
from odoo_etl.results import Change, ChangedField
from odoo_etl.sync.described import Described, Referred
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.ports import Target

PAGE: Final = 500  # changes
_MOST_KNOWN: Final = 50_000  # names of one model that are remembered
_COMPANY: Final = "res.company"
_NAME: Final = "display_name"


class RecordNames:
    """Names records as Odoo does; those that Odoo does not tell are named by their ids.

    Args:
        target: the model whose records change.
        planned: names the records that the same plan would create, by their made-up ids.
    """

    def __init__(self, target: Target, schema: Schema, planned: Callable[[int], str]) -> None:
        self._target, self._schema, self._planned = target, schema, planned
        self._context = {**target.context, "active_test": False}
        self._known: dict[str, dict[int, str]] = defaultdict(dict)

    def changes(self, described: Iterable[Described]) -> Iterator[Change]:
        """The changes with the names of all records that they refer to: one call for each model and page."""
        every = iter(described)
        while page := list(islice(every, PAGE)):
            self._learn(_ids(one for each in page for one in each.records.values()))
            archived = self._archived([each.change.id for each in page if each.change.id and not each.change.archived])
            for each in page:
                names = {path: self._pair(one) for path, one in each.records.items()}
                is_archived = each.change.archived or each.change.id in archived
                yield replace(each.change, names=names, archived=is_archived)

    def fields(self, fields: Mapping[str, ChangedField]) -> dict[str, ChangedField]:
        """The fields with the names of the companies whose values they are."""
        companies = {path: company for path in fields if (company := at_path(path)[1].company)}
        self._learn({_COMPANY: {*companies.values()}})
        named = {path: self._name(_COMPANY, company) for path, company in companies.items()}
        return {path: replace(one, company=named.get(path, "")) for path, one in sorted(fields.items())}

    def _learn(self, wanted: Mapping[str, set[int]]) -> None:
        for model, ids in sorted(wanted.items()):
            if len(self._known[model]) > _MOST_KNOWN:
                self._known[model].clear()
            missing = sorted(each for each in ids - self._known[model].keys() if each > 0)
            rows = self._read(model, missing, [_NAME])
            self._known[model] |= {row["id"]: str(row[_NAME] or "") for row in rows}

    def _archived(self, ids: Sequence[int]) -> set[int]:
        """Which records of the model itself are archived."""
        if not ids or not self._schema.has(self._target.model, ACTIVE):
            return set()
        return {row["id"] for row in self._read(self._target.model, ids, [ACTIVE]) if not row[ACTIVE]}

    def _read(self, model: str, ids: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        rows = list[dict[str, Any]]()
        if ids:
            with unless_refused():
                rows = self._target.client.search_read(model, [["id", "in", list(ids)]], fields, context=self._context)
        return rows

    def _pair(self, one: Referred) -> tuple[Any, Any]:
        return self._named(one.model, one.old), self._named(one.model, one.new)

    def _named(self, model: str, value: Any) -> Any:
        """A value with names in place of ids, in the form that changes have."""
        if isinstance(value, IdList):
            names = self._names(model, value.ids)
            return names if value.command == "set" else {value.command: names}
        if isinstance(value, list | tuple):
            return self._names(model, value)
        return self._name(*_place(model, value)) if value else None

    def _names(self, model: str, ids: Sequence[int]) -> list[str]:
        """The names of records that stand beside each other, last those that are made up: their ids come by chance."""
        there = [self._name(model, each) for each in ids if each > 0]
        return [*there, *sorted(self._name(model, each) for each in ids if each < 0)]

    def _name(self, model: str, record_id: int) -> str:
        if record_id < 0:
            return f"{self._planned(record_id)} (new)".strip()
        return self._known[model].get(record_id) or f"id {record_id}"


def _place(model: str, value: Any) -> tuple[str, int]:
    """The model and the id of a record, of which a reference field says both: `res.partner,7`."""
    if not isinstance(value, str):
        return model, int(value)
    model, _, record_id = value.partition(",")
    return model, int(record_id or 0)


def _ids(referred: Iterable[Referred]) -> dict[str, set[int]]:
    """The ids of records by their model."""
    found: dict[str, set[int]] = defaultdict(set)
    for one in referred:
        for value in (one.old, one.new):
            for each in (
                value.ids if isinstance(value, IdList) else value if isinstance(value, list | tuple) else [value]
            ):
                if each:
                    model, record_id = _place(one.model, each)
                    found[model].add(record_id)
    return found
