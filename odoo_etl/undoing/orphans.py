"""Lines of records that are deleted: most go with their record, others stay behind and are deleted after it.

Odoo says so of the field of a line that holds its record (`on_delete`): `cascade`, `set null`, or `restrict`, where a
record cannot go as long as it has lines. Records go first wherever they may, so that one that Odoo does not delete
keeps its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from odoo_etl.errors import Refused, unless_refused
from odoo_etl.planning import Update
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import ORPHANS, Recorder, RefusalRate, isolate, pages

NO_CHUNK = 0
_FIELDS = "ir.model.fields"


class Orphans:
    """Deletes lines of the records of one model.

    Args:
        left: told of a record whose line Odoo does not delete, and why.
    """

    def __init__(self, target: Target, schema: Schema, recorder: Recorder, left: Callable[[int, str], object]) -> None:
        self._target, self._schema, self._recorder, self._left = target, schema, recorder, left
        self._rate = RefusalRate()
        self._restricted: dict[str, bool] = {}

    def in_the_way(self, emptied: Iterable[Update]) -> list[Update]:
        """The updates whose lines must go before their record can."""
        return [one for one in emptied if any(self._is_restricted(lines.name) for lines in one.children)]

    def delete(self, emptied: Iterable[Update], gone: Collection[int]) -> None:
        """Delete the lines that are still there of records that are gone."""
        owners: dict[str, dict[int, int]] = {}
        for update in emptied:
            for lines in update.children if update.id in gone else ():
                ids = (row["id"] for row in lines.removals.values())
                owners.setdefault(lines.name, {}).update(dict.fromkeys(ids, update.id))
        for name, lines_of in owners.items():
            relation = self._schema.find(self._target.model, name).relation
            self._delete(relation, lines_of)

    def _delete(self, model: str, owners: Mapping[int, int]) -> None:
        """Delete those lines of a model that are there.

        Args:
            owners: id to the record that it was a line of.
        """

        def refused(number: int, error: Refused) -> None:
            if self._there(model, [number]):
                self._left(owners[number], f"it is gone, but not its line {model} {number}: {error}")

        for page in pages(list(owners)):
            there = self._there(model, page)
            isolate(there, partial(self._unlink, model), self._rate, lambda *_: None, refused)

    def _unlink(self, model: str, ids: Sequence[int]) -> None:
        target = self._target
        call = self._recorder.begin(NO_CHUNK, ORPHANS, ids=list(ids), before=[{}] * len(ids))
        self._recorder.send(call, partial(target.client.unlink, model, list(ids), context=target.writing))
        self._recorder.done(call, ids)

    def _there(self, model: str, ids: Sequence[int]) -> list[int]:
        domain = [["id", "in", list(ids)]]
        return [
            row["id"] for row in self._target.client.search_read(model, domain, ["id"], context=self._target.context)
        ]

    def _is_restricted(self, name: str) -> bool:
        """Whether a record cannot be deleted as long as it has lines of that field; False where nobody may ask."""
        if name not in self._restricted:
            self._restricted[name] = "restrict" in self._on_delete(name)
        return self._restricted[name]

    def _on_delete(self, name: str) -> Iterator[str]:
        field, rows = self._schema.find(self._target.model, name), list[dict[str, object]]()
        with unless_refused():
            domain = [["model", "=", field.relation], ["name", "=", field.inverse]]
            rows = self._target.client.search_read(_FIELDS, domain, ["on_delete"], context=self._target.context)
        yield from (str(row["on_delete"]) for row in rows)
