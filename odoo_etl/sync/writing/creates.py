"""Creating records so that none is lost and none is there twice, whatever happens to the call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.mapping import Key
from odoo_etl.planning import Create, Loader, LoadGroup, LoadRow, after_create
from odoo_etl.sync.contents import bytes_in, filled, portions
from odoo_etl.sync.existing import ExternalNames, Finder, NotFoundAgain
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.bisection import RefusalRate, isolate, isolate_named
from odoo_etl.sync.writing.loads import load_records
from odoo_etl.sync.writing.own_records import made_by_one_call
from odoo_etl.sync.writing.recorder import Recorder, Sending
from odoo_etl.sync.writing.settler import Settler
from odoo_etl.sync.writing.weights import creating

Item = TypeVar("Item")
Values = Mapping[str, Any]


class Trial:
    """The first record of a job is created alone, and must be found by its key before others follow.

    So a key that Odoo does not keep leaves one record behind, not a batch of them. What follows it first is looked for
    as well: a module may rewrite some keys only. May be used from several lanes.
    """

    def __init__(self) -> None:
        self._first, self._counting = threading.Lock(), threading.Lock()
        self._looks = 2  # at the first record, and at the first ones that were made together
        self._passed = False
        self._fault: NotFoundAgain | None = None

    def wants_a_look(self) -> bool:
        """Whether what was just created is to be looked for; whoever is told so tells what was found."""
        with self._counting:
            self._looks -= 1
            return self._looks >= 0

    def first_alone(self, creates: Sequence[Item], send: Callable[[Item], bool]) -> Sequence[Item]:
        """Send records one by one until one is found again, or got no answer; the others are returned.

        Args:
            creates: records, or groups of them.
            send: creates one; whether it got an answer.

        Raises:
            NotFoundAgain: as `tell`, also to lanes that waited here.
        """
        if self._passed:
            return creates
        with self._first:
            for number, create in enumerate(creates):
                if self._fault:
                    raise self._fault
                if self._passed:
                    return creates[number:]
                if not send(create):
                    return creates[number + 1 :]
        return []

    def tell(self, fault: NotFoundAgain | None) -> None:
        """Created records were looked for.

        Raises:
            NotFoundAgain: one of them was not found.
        """
        self._fault, self._passed = fault, fault is None
        if fault:
            raise fault


class Creates:
    """`create`, for records that are found by their key: without an answer the keys say what became of it.

    Args:
        finder: finds records by key.
        settled: told when the outcome of a call without an answer is known.
    """

    def __init__(
        self,
        target: Target,
        recorder: Recorder,
        finder: Finder,
        settler: Settler,
        settled: Callable[[], object] = lambda: None,
    ) -> None:
        self._target, self._recorder, self._finder = target, recorder, finder
        self._settler, self._settled = settler, settled
        self._trial = Trial()

    def apply(self, creates: Sequence[Create], chunk: int, rate: RefusalRate, outcome: Outcome, refuse: Refuse) -> None:
        """Create the records; what each became goes into `outcome`, what Odoo refuses to `refuse`."""

        def landed(items: Sequence[Create], ids: list[int] | None) -> None:
            outcome.take_created([item.record for item in items], ids)
            if ids and self._trial.wants_a_look():
                self._trial.tell(self._fault(items, ids))

        def refused(item: Create, error: Refused) -> None:
            refuse(item.record, error)

        def send(items: Sequence[Create]) -> None:
            for some in portions(items, _weight if self._target.contents else None):
                isolate(
                    some,
                    partial(self._create, chunk),
                    rate,
                    landed,
                    refused,
                    values=lambda item: item.record.values,
                    weigh=creating(some),
                )

        def alone(item: Create) -> bool:
            send([item])
            return not outcome.again

        rest = self._trial.first_alone(creates, alone)
        if outcome.again:
            outcome.again.extend(item.record for item in rest)
        elif rest:
            send(rest)

    def _fault(self, items: Sequence[Create], ids: Sequence[int]) -> NotFoundAgain | None:
        """Why a record that Odoo made is not found by its key: a module rewrites it, `key_domain` leaves it out."""
        keys = [self._finder.key_of(item.record) for item in items]
        found = self._finder.ids(keys)
        for key, number in zip(keys, ids, strict=True):
            if number not in found.get(key, ()):
                (named,) = self._finder.named([key])
                shown = ", ".join(f"{name} = {value!r}" for name, value in named.items())
                target = self._target
                existing = target.client.search_read(
                    target.model, [["id", "=", number]], list(named), load="_classic_write", context=target.context
                )
                holds = (
                    ", ".join(f"{name} = {row[name]!r}" for row in existing for name in named) or "nothing we may read"
                )
                return NotFoundAgain(
                    f"{target.model} {number} was created with {shown} and is not found by that: Odoo holds {holds}."
                    " Each run would create it anew, so the job was stopped: write the key as Odoo keeps it, let the"
                    " domain (`key_domain`, `domain` of a lookup) hold what is created, or use external_id; `odoo-etl"
                    " undo` takes back what was created"
                )
        return None

    def _create(self, chunk: int, items: Sequence[Create]) -> list[int] | None:
        target, values = self._target, [item.values for item in items]
        sent = filled(values, target.elsewhere)
        send = partial(target.client.create, target.model, sent, context=target.writing)
        return self._settling(chunk, "create", items, values, send)

    def _settling(
        self, chunk: int, kind: str, items: Sequence[Create], values: Sequence[Values], send: Sending[list[int]]
    ) -> list[int] | None:
        """The ids of the new records; None when the call got no answer and not all of them are there."""
        keys = [self._finder.key_of(item.record) for item in items]
        values = list(map(after_create, items, values))
        call = self._recorder.begin(chunk, kind, keys=self._finder.named(keys), after=values)
        try:
            ids = self._recorder.send(call, send)
        except UnknownOutcome as error:
            return self._settle(call, keys, values, error)
        self._recorder.done(call, ids, created=True)
        return ids

    def _settle(
        self, call: int, keys: Sequence[Key], values: Sequence[Values], error: UnknownOutcome
    ) -> list[int] | None:
        """The ids of the records of a call without an answer; None where not all of them are there."""
        sent = dict(zip(keys, values, strict=True))
        found = self._settler.records(keys, lambda wanted: self._made(wanted, sent), error.sent_s_ago)
        self._settled()
        landed = all(found.get(key) for key in keys)
        ids = [found[key][0] for key in keys] if landed else []
        self._recorder.settled(call, ids)
        return ids if landed else None

    def _made(self, keys: Collection[Key], sent: Mapping[Key, Values]) -> Mapping[Key, Sequence[int]]:
        """Key to the record that a call without an answer made there: none that somebody else made meanwhile."""
        target, found = self._target, self._finder.ids(keys)
        names = set(self._finder.named([next(iter(keys))])[0])
        others = {key: {name: one for name, one in values.items() if name not in names} for key, values in sent.items()}
        return made_by_one_call(target.client, target.model, found, others, target.context, by_us=True)


class Imports(Creates):
    """`load`, for records that are found by external id: both appear together, so it may be sent again."""

    def __init__(self, loader: Loader, *parts: Any) -> None:
        super().__init__(*parts)
        self._loader, self._names = loader, ExternalNames(self._target.client)

    def apply(self, creates: Sequence[Create], chunk: int, rate: RefusalRate, outcome: Outcome, refuse: Refuse) -> None:
        """Load the records; what each became goes into `outcome`, what Odoo refuses to `refuse`."""

        def landed(rows: Sequence[LoadRow], ids: list[int] | None) -> None:
            outcome.take_created([row.create.record for row in rows], ids)

        def refused(row: LoadRow, error: Refused) -> None:
            refuse(row.create.record, error)

        groups, rejects = self._loader.groups(creates, self._names.of(self._loader.references(creates)))
        outcome.rejects += rejects
        for group in groups:
            for some in portions(group.rows, _row_weight if self._target.contents else None):
                for rows in rate.calls.parts(some):
                    isolate_named(rows, partial(self._load, chunk, group), rate, landed, refused)

    def _load(self, chunk: int, group: LoadGroup, rows: Sequence[LoadRow]) -> list[int] | None:
        target, cells = self._target, filled([list(row.cells) for row in rows], self._target.elsewhere)
        context = {**target.writing, **group.context}
        send = partial(load_records, target.client, target.model, group.columns, cells, context=context)
        creates = [row.create for row in rows]
        return self._settling(chunk, "load", creates, [item.values for item in creates], send)

    def _made(self, keys: Collection[Key], sent: Mapping[Key, Values]) -> Mapping[Key, Sequence[int]]:  # noqa: ARG002
        """The records by their keys: nobody else gives a record our external id."""
        return self._finder.ids(keys)


def _row_weight(row: LoadRow) -> int:
    return bytes_in(row.cells)


def _weight(create: Create) -> int:
    record = create.record
    return bytes_in(record.values.values()) + sum(
        _weight(Create(line)) for lines in record.children for line in lines.records
    )
