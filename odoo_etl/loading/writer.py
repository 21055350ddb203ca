"""The one place that writes to Odoo: sends a plan, isolates what Odoo refuses, and settles what got no answer.

Every call is one transaction in Odoo: all of it lands or nothing. What a call is about to do is written to the journal
before it is sent, and what became of it afterwards, so that whoever comes after a crash knows what to look for.
Errors that are not about the rows (server away, no rights) go up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from odoo_etl.errors import OdooError, Refused, UnknownOutcome
from odoo_etl.loading.isolate import RefusalRate, isolate
from odoo_etl.loading.ports import Journal, Odoo
from odoo_etl.loading.resolve import Holdings
from odoo_etl.loading.settle import Settler
from odoo_etl.mapping import Flaw, Record, Reject
from odoo_etl.planning import Create, EqualWrites, Kept, Plan, Update, batches, reject_all

T = TypeVar("T")
Refuse = Callable[[Record, Refused], object]

WEB_SAVE_MULTI_SINCE = 19


@dataclass(slots=True)
class Outcome:
    """What is confirmed of one chunk. Filled as answers come, so it is true also when a later call fails.

    Attributes:
        again: records whose create got no answer and did not land: they are to be planned anew.
        ids: of the created records.
    """

    created: list[Record] = field(default_factory=list)
    updated: list[Record] = field(default_factory=list)
    unchanged: list[Kept] = field(default_factory=list)
    skipped: list[Kept] = field(default_factory=list)
    again: list[Record] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    def by_kind(self) -> Iterator[tuple[str, list[Record]]]:
        """What the records became, by the name that reports count it under."""
        yield "created", self.created
        yield "updated", self.updated
        yield "unchanged", [kept.record for kept in self.unchanged]
        yield "skipped", [kept.record for kept in self.skipped]


class Writer:
    """Sends the plans of one job; may be used from several lanes.

    Args:
        model: the model that is written.
        context: goes with every write.
        holdings: finds records by key when a create got no answer.
        settled: told when the outcome of such a create is known.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, put together in `runner`
        self,
        client: Odoo,
        model: str,
        context: Mapping[str, Any],
        *,
        journal: Journal,
        holdings: Holdings,
        settler: Settler,
        settled: Callable[[], object] = lambda: None,
    ) -> None:
        self._client, self._model, self._context = client, model, context
        self._journal, self._holdings, self._settler, self._settled = journal, holdings, settler, settled
        self._many = client.version().major >= WEB_SAVE_MULTI_SINCE
        self._rate = RefusalRate()
        self._samples: dict[int, tuple[int, ...]] = {}  # some ids of each call

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""

        def created(items: Sequence[Create], ids: list[int] | None) -> None:
            if ids is None:
                outcome.again.extend(item.record for item in items)
            else:
                outcome.created.extend(item.record for item in items)
                outcome.ids.extend(ids)

        def updated(items: Sequence[Update], _: object) -> None:
            outcome.updated.extend(item.record for item in items)

        def refused(item: Create | Update, error: Refused) -> None:
            refuse(item.record, error)

        isolate(plan.creates, partial(self._create, chunk), self._rate, created, refused)
        for batch in batches(plan.updates, many=self._many):
            send = self._write_equal if isinstance(batch, EqualWrites) else self._write_many
            isolate(batch.updates, partial(send, chunk), self._rate, updated, refused)

    def stamp(self) -> None:
        """Write down when Odoo says that it wrote the records: whoever undoes the run sees what changed since.

        Where Odoo does not say, `undo` has only the values to go by.
        """
        samples = self._samples
        wanted = sorted({each for ids in samples.values() for each in ids})
        if not wanted:
            return
        try:
            rows = self._client.search_read(self._model, [["id", "in", wanted]], ["write_date"], context=self._context)
        except OdooError:
            return
        dates = {row["id"]: row["write_date"] for row in rows}
        found = {call: [dates[each] for each in ids if each in dates] for call, ids in samples.items()}
        self._journal.stamp({call: min(times) for call, times in found.items() if times})

    def _create(self, chunk: int, items: Sequence[Create]) -> list[int] | None:
        """The ids of the new records; None when the call got no answer and none of them is there."""
        places = [self._holdings.place_of(item.record) for item in items]
        keys = [self._holdings.named(place) for place in places]
        self._settler.pause(0)  # a run that is to end begins no further call
        call = self._journal.sent(chunk, "create", keys=keys)
        sent_at = self._settler.now()
        values = [item.values for item in items]
        try:
            ids = self._noting(call, lambda: self._client.create(self._model, values, context=self._context))
        except UnknownOutcome:
            found = self._settler.records(places, self._holdings.ids, sent_at)
            self._settled()
            if not all(found.get(place) for place in places):
                self._journal.settled(call, [])
                return None
            ids = [found[place][0] for place in places]
            self._journal.settled(call, ids)
        else:
            self._journal.done(call, ids)
        self._wrote(call, ids)
        return ids

    def _write_equal(self, chunk: int, items: Sequence[Update]) -> None:
        ids = [item.id for item in items]
        values = items[0].values
        self._update(chunk, items, lambda: self._client.write(self._model, ids, values, context=self._context))

    def _write_many(self, chunk: int, items: Sequence[Update]) -> None:
        ids, values = [item.id for item in items], [item.values for item in items]
        self._update(chunk, items, lambda: self._client.web_save_multi(self._model, ids, values, context=self._context))

    def _update(self, chunk: int, items: Sequence[Update], send: Callable[[], object]) -> None:
        ids = [item.id for item in items]
        before = [{name: old for name, (old, _) in item.changes.items()} for item in items]
        self._settler.pause(0)
        call = self._journal.sent(chunk, "update", ids=ids, before=before, after=[item.values for item in items])
        self._noting(call, send)
        self._journal.done(call)
        self._wrote(call, ids)

    def _wrote(self, call: int, ids: Sequence[int]) -> None:
        if ids:
            self._samples[call] = (ids[0], ids[len(ids) // 2], ids[-1])

    def _noting(self, call: int, send: Callable[[], T]) -> T:
        """What `send` answers; an error is written to the journal by what it says about the outcome."""
        try:
            return send()
        except UnknownOutcome:
            self._journal.unknown(call)
            raise
        except OdooError:
            self._journal.refused(call)
            raise


def refusal(record: Record, error: Refused) -> list[Reject]:
    """The rejects of a record that Odoo refused, with Odoo's own words."""
    return reject_all(record, Flaw("write", error.name or "refused", str(error)))
