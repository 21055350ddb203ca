"""Every write is told to the journal before it is sent, and what became of it afterwards.

Whoever comes after a crash finds there what to look for; whoever undoes a run, what to put back.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from odoo_etl.errors import OdooError, UnknownOutcome
from odoo_etl.loading.ports import Journal, Target

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LATE_S = 5.0  # between an intent and its call: who was suspended that long may have lost its locks


class Sending(Protocol[T_co]):
    """Sends a call, and calls `fence` right before each attempt."""

    def __call__(self, *, fence: Callable[[], object]) -> T_co:
        """What Odoo answers."""
        ...


class Recorder:
    """The writes of one job; may be used from several lanes.

    Args:
        pause: waits that many seconds; raises when the run is to end, so that no further call begins.
        clocks: seconds, from any beginning on. One of them may stand still while the machine sleeps, another may be
            set: the time that passed is what the one says that moved more.
    """

    def __init__(
        self,
        journal: Journal,
        pause: Callable[[float], None],
        clocks: Sequence[Callable[[], float]] = (time.monotonic, time.time),
    ) -> None:
        self._journal, self._pause, self._clocks = journal, pause, clocks
        self._samples: dict[int, tuple[int, ...]] = {}  # some ids of each call
        self._begun: dict[int, list[float]] = {}

    def begin(self, chunk: int, kind: str, **what: Any) -> int:
        """The number of a call that is about to be sent; `what` as in `Journal.sent`."""
        self._pause(0)
        began = self._times()
        call = self._journal.sent(chunk, kind, **what)
        self._begun[call] = began
        return call

    def send(self, call: int, send: Sending[T]) -> T:
        """What `send` answers; an error is written down by what it says about the outcome.

        Raises:
            StateError: somebody else has taken our locks since the intent, or before an attempt that followed.
        """
        try:
            return send(fence=self._fence(call))
        except UnknownOutcome:
            self._journal.unknown(call)
            raise
        except OdooError:
            self._journal.refused(call)
            raise

    def done(self, call: int, ids: Sequence[int], *, created: bool = False) -> None:
        """The call was carried out on, or made, these records."""
        self._journal.done(call, ids if created else None)
        self._sample(call, ids)

    def settled(self, call: int, ids: Sequence[int]) -> None:
        """A call without an answer made these records, or none."""
        self._journal.settled(call, ids)
        self._sample(call, ids)

    def stamp(self, target: Target) -> None:
        """Write down when Odoo says that it wrote the records: whoever undoes the run sees what changed since.

        Where Odoo does not say, `undo` has only the values to go by.
        """
        wanted = sorted({each for ids in self._samples.values() for each in ids})
        if not wanted:
            return
        try:
            domain = [["id", "in", wanted]]
            rows = target.client.search_read(target.model, domain, ["write_date"], context=target.context)
        except OdooError:
            return
        dates = {row["id"]: row["write_date"] for row in rows}
        found = {call: [dates[each] for each in ids if each in dates] for call, ids in self._samples.items()}
        self._journal.stamp({call: min(times) for call, times in found.items() if times})

    def _fence(self, call: int) -> Callable[[], None]:
        """What makes sure, right before an attempt, that our locks are still ours.

        For the first attempt the intent has just done so, unless that was long ago.
        """
        attempts, began = itertools.count(), self._begun.pop(call, self._times())

        def fence() -> None:
            late = any(abs(now - then) > LATE_S for now, then in zip(self._times(), began, strict=True))
            if next(attempts) or late:
                self._journal.again(call)

        return fence

    def _times(self) -> list[float]:
        return [clock() for clock in self._clocks]

    def _sample(self, call: int, ids: Sequence[int]) -> None:
        if ids:
            self._samples[call] = (ids[0], ids[len(ids) // 2], ids[-1])
