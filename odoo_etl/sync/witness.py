"""Who hears of every planned write of a job: of a plan when it is noted, of a run right before it is sent.

`plan --out` keeps what it hears; `apply` holds it against what was kept, and raises where it is another write. A run
that nobody watches has `UNWITNESSED`, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from odoo_etl.errors import Refused
from odoo_etl.mapping import Flaw, Record, Reject
from odoo_etl.planning import NoChange, Plan, RecordRules
from odoo_etl.spec import JobSpec
from odoo_etl.sync.outcome import Outcome, Refuse, Unsendable
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import Recorder, Removal, Remover, Settler

Landed = Callable[[Sequence[Removal]], object]
RefusedOne = Callable[[Removal, Refused], object]


class JobWitness(Protocol):
    """Hears what one job is about to write; may be told from several lanes. Each method may raise StalePlan."""

    def gathered(self, fingerprint: str, rows: int, mark: str, /) -> None:
        """The source was read: equal rows have equal fingerprints; the mark says what was left out of it."""

    def writes(self, rules: RecordRules, plan: Plan, /) -> Mapping[int, str]:
        """The writes of a plan are next.

        Returns:
            The numbers of the records among them that are rejects instead, and why.
        """
        ...

    def completed(self, rules: RecordRules, records: Iterable[Record], /) -> None:
        """Of a plan: records that it creates get these values, too, once the others are there."""

    def left(self, records: Sequence[NoChange], /) -> None:
        """These records need no write."""

    def rejected(self, rejects: Sequence[Reject], /) -> None:
        """These rows cannot land."""

    def made(self, ids: Sequence[int], /) -> None:
        """Records were created under these ids."""

    def removals(self, kind: str, names: Mapping[int, str], /) -> None:
        """These records are archived, deleted, changed or made active next, by id; the names are for people."""

    def step(self, name: str, ids: Collection[int], /) -> None:
        """A step is next for these records; of a plan, for these among those that are there."""


class Witness(Protocol):
    """Hears what a run is about to write."""

    def of(self, spec: JobSpec, /, *, again: bool = False) -> JobWitness:
        """Who hears of one job.

        Args:
            again: it is looked at once more, with some of its rows.
        """
        ...


class Unwitnessed:
    """Nobody hears: of a job, and of the whole run."""

    def of(self, _spec: JobSpec, /, *, again: bool = False) -> Unwitnessed:
        """Hear of no job."""
        del again
        return self

    def gathered(self, _fingerprint: str, _rows: int, _mark: str, /) -> None:
        """Nobody hears."""

    def writes(self, _rules: RecordRules, _plan: Plan, /) -> Mapping[int, str]:
        """Nobody hears."""
        return {}

    def completed(self, _rules: RecordRules, _records: Iterable[Record], /) -> None:
        """Nobody hears."""

    def left(self, _records: Sequence[NoChange], /) -> None:
        """Nobody hears."""

    def rejected(self, _rejects: Sequence[Reject], /) -> None:
        """Nobody hears."""

    def made(self, _ids: Sequence[int], /) -> None:
        """Nobody hears."""

    def removals(self, _kind: str, _names: Mapping[int, str], /) -> None:
        """Nobody hears."""

    def step(self, _name: str, _ids: Collection[int], /) -> None:
        """Nobody hears."""


UNWITNESSED = Unwitnessed()


class WritesPlans(Protocol):
    """Sends the plans of one job."""

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""
        ...


class WitnessedWriter:
    """Asks before it sends a plan as another writer does; whatever a job writes to records goes through it."""

    def __init__(self, writer: WritesPlans, witness: JobWitness, rules: RecordRules) -> None:
        self._writer, self._witness, self._rules = writer, witness, rules

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan, unless the witness objects."""
        plan = _without(plan, self._witness.writes(self._rules, plan), refuse)
        before = len(outcome.ids)
        try:
            self._writer.apply(plan, chunk, outcome, refuse)
        finally:
            self._witness.made(outcome.ids[before:])


def _without(plan: Plan, rejected: Mapping[int, str], refuse: Refuse) -> Plan:
    """The plan without records that are rejects."""
    if not rejected:
        return plan
    for record in [*(one.record for one in plan.creates), *(one.record for one in plan.updates)]:
        if record.number in rejected:
            refuse(record, Unsendable(Flaw("plan", "rejected_in_plan", rejected[record.number])))
    creates = [one for one in plan.creates if one.record.number not in rejected]
    return replace(plan, creates=creates, updates=[one for one in plan.updates if one.record.number not in rejected])


class WitnessedRemover(Remover):
    """Asks before it removes records, or makes them active."""

    def __init__(self, witness: JobWitness, target: Target, recorder: Recorder, settler: Settler) -> None:
        super().__init__(target, recorder, settler)
        self._witness = witness

    def write(
        self, kind: str, removals: Sequence[Removal], values: Mapping[str, Any], landed: Landed, refused: RefusedOne
    ) -> None:
        """Write the values to the records, unless the witness objects."""
        self._witness.removals(kind, {one.id: "" for one in removals})
        super().write(kind, removals, values, landed, refused)

    def unlink(self, ids: Sequence[int], landed: Landed, refused: RefusedOne) -> None:
        """Delete the records, unless the witness objects."""
        self._witness.removals("unlink", dict.fromkeys(ids, ""))
        super().unlink(ids, landed, refused)
