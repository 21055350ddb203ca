"""Giving external ids to records that were found by their key, and taking them back: each with the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from odoo_etl.errors import AccessRefused, Refused, UnknownOutcome
from odoo_etl.planning import Update
from odoo_etl.sync.existing import DATA, EXTERNAL_ID, named_in, rows_naming
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.bisection import RefusalRate, isolate
from odoo_etl.sync.writing.recorder import Recorder
from odoo_etl.sync.writing.settler import Settler

ADOPT, DISOWN = "adopt", "disown"  # kinds of calls in the journal
ATTEMPTS = 3

Named = tuple[str, int]  # an external id, and the record that it names
Landed = Callable[[Sequence[Named], object], object]


class Adopts(Protocol):
    """The part of a plan that gives external ids."""

    def apply(self, updates: Sequence[Update], chunk: int, outcome: Outcome, refuse: Refuse) -> Sequence[Update]:
        """Give external ids; the updates that are still to be written, without those that Odoo refused."""
        ...


class NoAdoptions:
    """For jobs that find records in one way."""

    def apply(self, updates: Sequence[Update], _chunk: int, _outcome: Outcome, _refuse: Refuse) -> Sequence[Update]:
        """Write all of them."""
        return updates


class Adoptions:
    """Creates and deletes external ids of the records of one model; may be used from several lanes.

    Args:
        settled: told when the outcome of a call without an answer is known.
    """

    def __init__(
        self, target: Target, recorder: Recorder, settler: Settler, settled: Callable[[], object] = lambda: None
    ) -> None:
        self._target, self._recorder, self._settler, self._settled = target, recorder, settler, settled
        self._rate = RefusalRate()

    def apply(self, updates: Sequence[Update], chunk: int, outcome: Outcome, refuse: Refuse) -> Sequence[Update]:
        """Give their external ids to records; the updates that are still to be written."""
        adopted = {update.adopts: update for update in updates if update.adopts}
        if not adopted:
            return updates
        fallen = set[int]()

        def landed(items: Sequence[Named], _: object) -> None:
            done = [adopted[name] for name, _ in items]
            outcome.note_updated([update for update in done if not update.writes])

        def refused(item: Named, error: Refused) -> None:
            fallen.add(item[1])
            refuse(adopted[item[0]].record, error)

        self.give([(name, update.id) for name, update in adopted.items()], chunk, landed, refused)
        return [update for update in updates if update.writes and update.id not in fallen]

    def give(
        self, named: Sequence[Named], chunk: int, landed: Landed, refused: Callable[[Named, Refused], object]
    ) -> None:
        """Give records external ids."""
        isolate(named, partial(self._repeated, ADOPT, self._create, chunk), self._rate, landed, refused)

    def take(
        self, named: Sequence[Named], chunk: int, landed: Landed, refused: Callable[[Named, Refused], object]
    ) -> None:
        """Take external ids from records; those that name others by now stay."""
        isolate(named, partial(self._repeated, DISOWN, self._unlink, chunk), self._rate, landed, refused)

    def _repeated(self, kind: str, send: Callable[..., object], chunk: int, items: Sequence[Named]) -> None:
        """Send a call until it is known to have landed."""
        left = list(items)
        for _ in range(ATTEMPTS):
            keys, ids = [{EXTERNAL_ID: name} for name, _ in left], [each for _, each in left]
            call = self._recorder.begin(chunk, kind, keys=keys, ids=ids, before=[{}] * len(ids), after=[{}] * len(ids))
            try:
                self._recorder.send(call, partial(send, left))
            except UnknownOutcome as error:
                done = self._outcome(kind, left, error.sent_s_ago)
                self._recorder.settled(call, [each for name, each in left if name in done])
                self._settled()
                left = [one for one in left if one[0] not in done]
                if not left:
                    return
            except AccessRefused as error:
                raise AccessRefused(
                    f"{error}. Giving records external ids needs the right to write {DATA}: give the user access"
                    " rights (group base.group_system), or leave `external_id` out",
                    name=error.name,
                    debug=error.debug,
                ) from error
            else:
                self._recorder.done(call, ids)
                return
        raise UnknownOutcome(f"external ids of {len(left)} records were sent again and again without an answer")

    def _outcome(self, kind: str, items: Sequence[Named], sent_s_ago: float) -> set[str]:
        """Those for which the call has landed, once that is certain."""
        wanted = dict(items)

        def done() -> set[str]:
            there = named_in(self._target.client, self._target.model, wanted)
            return there if kind == ADOPT else set(wanted) - there

        self._settler.wait(lambda: len(done()) == len(wanted), sent_s_ago)
        return done()

    def _create(self, items: Sequence[Named], *, fence: Any) -> list[int]:
        split = [(*name.partition(".")[::2], each) for name, each in items]
        values: list[Mapping[str, Any]] = [
            {"module": module, "name": name, "model": self._target.model, "res_id": each}
            for module, name, each in split
        ]
        return self._target.client.create(DATA, values, fence=fence)

    def _unlink(self, items: Sequence[Named], *, fence: Any) -> bool:
        client = self._target.client
        found = [number for _, number in rows_naming(client, self._target.model, dict(items))]
        return client.unlink(DATA, found, fence=fence) if found else True
