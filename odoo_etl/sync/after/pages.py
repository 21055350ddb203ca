"""The ledger's page on one step of a job; without a ledger nothing is remembered longer than the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from odoo_etl.spec import RecordStep
from odoo_etl.state import CallEntry, StepRecords, StepState


class StepPage(Protocol):
    """For which records one step was done, and which wait for it; see `state.StepRecords`."""

    def owed(self) -> set[int]:
        """The records that wait for it."""
        ...

    def states(self, ids: Iterable[int]) -> Mapping[int, StepState]:
        """Id to what is noted of a record."""
        ...

    def note(self, ids: Collection[int], state: StepState) -> None:
        """Note this of records."""

    def any_done(self) -> bool:
        """Whether it was done for any record once and for all."""
        ...

    def open_calls(self) -> list[CallEntry]:
        """The calls of earlier runs whose outcome nobody knows."""
        ...

    def sent_s_ago(self, call: CallEntry) -> float:
        """How many seconds ago a call was sent."""
        ...

    def conclude(self, left: Collection[int]) -> None:
        """Whatever the job wrote by now has had it, but for these records."""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The page that the ledger keeps.

    Attributes:
        told: records of which a person was told wait for the step, too: somebody looked after them.
    """

    records: StepRecords
    step: RecordStep
    run_id: str
    told: bool

    def owed(self) -> set[int]:
        """The records that wait for it."""
        return self.records.owed(self.step.identity, created=self.step.on == "created", told=self.told)

    def states(self, ids: Iterable[int]) -> Mapping[int, StepState]:
        """Id to what is noted of a record."""
        return self.records.states(self.step.identity, ids)

    def note(self, ids: Collection[int], state: StepState) -> None:
        """Note this of records, durably."""
        if ids:
            self.records.note(self.step.identity, ids, state, self.run_id)

    def any_done(self) -> bool:
        """Whether it was done for any record once and for all."""
        return self.records.any_done(self.step.identity)

    def open_calls(self) -> list[CallEntry]:
        """The calls of earlier runs whose outcome nobody knows."""
        return self.records.open_calls(self.step.identity)

    def sent_s_ago(self, call: CallEntry) -> float:
        """How many seconds ago a call was sent, by the ledger's clock; 0 of one of the future."""
        return max(self.records.now() - call.sent_at, 0.0)

    def conclude(self, left: Collection[int]) -> None:
        """Whatever the job wrote by now has had it, but for these records."""
        self.records.conclude(self.step.identity, left, self.run_id)


@dataclass(slots=True)
class RunPage:
    """The page of a run without a ledger."""

    _states: dict[int, StepState] = field(default_factory=dict)

    def owed(self) -> set[int]:
        """No record: nobody remembers any."""
        return set()

    def states(self, ids: Iterable[int]) -> Mapping[int, StepState]:
        """Id to what is noted of a record."""
        return {each: self._states[each] for each in ids if each in self._states}

    def note(self, ids: Collection[int], state: StepState) -> None:
        """Note this of records."""
        self._states |= dict.fromkeys(ids, state)

    def any_done(self) -> bool:
        """Whether it was done for any record."""
        return "done" in self._states.values()

    def open_calls(self) -> list[CallEntry]:
        """No call."""
        return []

    def sent_s_ago(self, call: CallEntry) -> float:
        """How long ago: nobody knows, so just now."""
        del call
        return 0.0

    def conclude(self, left: Collection[int]) -> None:
        """Nothing outlives the run."""
