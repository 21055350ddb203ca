"""Every write is told to the journal before it is sent, and what became of it afterwards.

Whoever comes after a crash finds there what to look for; whoever undoes a run, what to put back. Whether an access
error is about the model or about a record only Odoo can say: it is asked once.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused, TooLarge, UnknownOutcome
from odoo_etl.odoo import ACCESS_ERROR
from odoo_etl.sync.outcome import RuleRefused
from odoo_etl.sync.ports import Journal, Target

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LATE_S = 5.0  # between an intent and its call: who was suspended that long may have lost its locks
SMALL_BYTES = 1_000_000  # a server that does not take one record of this size takes no job: proxies allow 1 MB unasked
# What each kind of call in the journal does to the model.
OPERATIONS = {"create": "create", "load": "create", "unlink": "unlink"}
BESIDE = frozenset({"adopt", "disown"})  # write external ids, which are records of another model


@dataclass(frozen=True, slots=True)
class _Intent:
    """A call that is about to be sent: since when, what it does, to which records, and to how many."""

    began: list[float]
    kind: str
    ids: Sequence[int]
    records: int


class Sending(Protocol[T_co]):
    """Sends a call, and calls `fence` right before each attempt."""

    def __call__(self, *, fence: Callable[[], object]) -> T_co:
        """Send the call and return what Odoo answers."""
        ...


class Recorder:
    """The writes of one job; may be used from several lanes.

    Args:
        pause: waits that many seconds; raises when the run is to end, so that no further call begins.
        rights: tell what an access error is about.
        clocks: seconds, from any beginning on. One of them may stand still while the machine sleeps, another may be
            set: the time that passed is what the one says that moved more.

    Attributes:
        landed: a call has written something.
    """

    def __init__(
        self,
        journal: Journal,
        pause: Callable[[float], None],
        rights: Rights,
        clocks: Sequence[Callable[[], float]] = (time.monotonic, time.time),
    ) -> None:
        self._journal, self._pause, self._rights, self._clocks = journal, pause, rights, clocks
        self.landed = False
        self._samples: dict[int, tuple[int, ...]] = {}  # some ids of each call
        self._begun: dict[int, _Intent] = {}
        self._unanswered: dict[int, int] = {}  # records by call

    def begin(self, chunk: int, kind: str, **what: Any) -> int:
        """The number of a call that is about to be sent; `what` as in `Journal.sent`."""
        self._pause(0)
        began = self._times()
        call = self._journal.sent(chunk, kind, **what)
        ids = what.get("ids", ())
        self._begun[call] = _Intent(began, kind, ids, len(ids or what.get("keys", ())))
        return call

    def send(self, call: int, send: Sending[T]) -> T:
        """Return what `send` answers; an error is written down by what it says about the outcome.

        Raises:
            StateError: somebody else has taken our locks since the intent, or before an attempt that followed.
            Refused: also where a record rule refuses a record.
        """
        intent = self._begun.pop(call)
        try:
            return send(fence=self._fence(call, intent.began))
        except UnknownOutcome:
            self._journal.unknown(call)
            self._unanswered[call] = intent.records
            raise
        except OdooError as error:
            self._journal.refused(call)
            if (judged := self._judged(error, intent)) is error:
                raise
            raise judged from error

    def _judged(self, error: OdooError, intent: _Intent) -> OdooError:
        """An error that certainly changed nothing, as what it says about the records."""
        if isinstance(error, AccessRefused):
            return self._rights.judged(error, intent.kind, intent.ids)
        if isinstance(error, TooLarge) and intent.records == 1 and error.sent_bytes < SMALL_BYTES:
            return ProtocolError(
                f"{error}. That was one record, so the job was stopped: raise the limit of the proxy before Odoo"
                " (nginx: client_max_body_size)"
            )
        if intent.kind == "load" and isinstance(error, Refused) and not self._rights.has("create"):
            return AccessRefused(str(error), name=error.name, debug=error.debug)  # `load` tells it row by row
        return error

    def done(self, call: int, ids: Sequence[int], *, created: bool = False) -> None:
        """The call was carried out on, or made, these records."""
        self._journal.done(call, ids if created else None)
        self._sample(call, ids)

    def settled(self, call: int, ids: Sequence[int]) -> None:
        """A call without an answer made these records, or none."""
        self._journal.settled(call, ids)
        self._unanswered.pop(call, None)
        self._sample(call, ids)

    @property
    def unanswered(self) -> int:
        """How many records stand in calls without an answer that are not settled."""
        return sum(self._unanswered.values())

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
        found = {call: [dates[each] for each in ids if dates.get(each)] for call, ids in self._samples.items()}
        self._journal.stamp({call: min(times) for call, times in found.items() if times})

    def _fence(self, call: int, began: Sequence[float]) -> Callable[[], None]:
        """Build the function that makes sure, right before an attempt, that our locks are still ours.

        For the first attempt the intent has just done so, unless that was long ago.
        """
        attempts = itertools.count()

        def fence() -> None:
            late = any(abs(now - then) > LATE_S for now, then in zip(self._times(), began, strict=True))
            if next(attempts) or late:
                self._journal.again(call)

        return fence

    def _times(self) -> list[float]:
        return [clock() for clock in self._clocks]

    def _sample(self, call: int, ids: Sequence[int]) -> None:
        if ids:
            self.landed = True
            self._samples[call] = (ids[0], ids[len(ids) // 2], ids[-1])


class Rights:
    """The user's rights on the model of one job; may be asked from several lanes."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: dict[str, bool] = {}
        self._lock = threading.Lock()

    def judged(self, error: AccessRefused, kind: str, ids: Sequence[int]) -> OdooError:
        """The error that a write met, as what it is: a record rule refuses records, a lack of rights the whole job.

        Args:
            kind: of the call, as the journal has it.
            ids: the records that were to be changed.

        Raises:
            OdooError: Odoo cannot be asked.
        """
        operation = OPERATIONS.get(kind, "write")
        if kind in BESIDE or error.name != ACCESS_ERROR or not self.has(operation):
            return error
        model = self._target.model
        rule = f"the user may {operation} {model}, so it is a record rule of Odoo that keeps the record from this user"
        record = f"{model} {ids[0]}" if len(ids) == 1 else ""
        return RuleRefused(f"{error}; {rule}", name=error.name, debug=error.debug, record=record)

    def has(self, operation: str) -> bool:
        """Whether the user's groups allow the operation on the model. Raises OdooError."""
        with self._lock:
            if operation not in self._known:
                self._known[operation] = self._target.client.may(self._target.model, operation)
            return self._known[operation]
