"""Records of one group (`load.together`) on their way: whatever befalls one of them befalls all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar

from odoo_etl.mapping import Flaw, Key, Record, Reject, binds, bound, bound_each, companions, unbound
from odoo_etl.planning import Create, NoChange, Plan, Planner, Update, reject_all
from odoo_etl.sync.outcome import Outcome

Planned = TypeVar("Planned", Create, Update, NoChange)


class Bound(Protocol):
    """The bonds between the records of one job."""

    def apart(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records, with the members of each group in place of it."""
        ...

    def whole(
        self, records: Sequence[Record], ready: list[Record], rejects: list[Reject]
    ) -> tuple[list[Record], list[Reject]]:
        """The records that are ready, without groups that have a reject; and the rejects of all their rows.

        Args:
            records: those that are ready and those that were rejected.
        """
        ...

    def judged(self, records: Sequence[Record], plan: Plan, rejects: list[Reject], outcome: Outcome) -> list[Reject]:
        """The rejects of all rows of groups that have one; nothing of these groups stays in the plan.

        Args:
            records: those that were planned.
        """
        ...

    def group_of(self, record: Record, plan: Plan, outcome: Outcome) -> Record:
        """The record that has the verdict of a refused one: itself, or its group, taken from the outcome."""
        ...

    def open(self, records: Sequence[Record], outcome: Outcome) -> Sequence[Record]:
        """Records without a verdict, each group as one."""
        ...


class Unbound:
    """The records of a job each of which is on its own."""

    def apart(self, records: Sequence[Record]) -> Sequence[Record]:
        """Give them as they are."""
        return records

    def whole(
        self, _records: Sequence[Record], ready: list[Record], rejects: list[Reject]
    ) -> tuple[list[Record], list[Reject]]:
        """Give them as they are."""
        return ready, rejects

    def judged(self, _records: Sequence[Record], _plan: Plan, rejects: list[Reject], _outcome: Outcome) -> list[Reject]:
        """Give them as they are."""
        return rejects

    def group_of(self, record: Record, _plan: Plan, _outcome: Outcome) -> Record:
        """Give the record alone."""
        return record

    def open(self, records: Sequence[Record], _outcome: Outcome) -> Sequence[Record]:
        """Give them as they are."""
        return records


UNBOUND = Unbound()


class Groups:
    """The records of a job with `load.together`.

    Args:
        names: the fields that make groups.
        planner: says what a new record lacks.
    """

    def __init__(self, names: Sequence[str], planner: Planner) -> None:
        self._names, self._planner = names, planner

    def apart(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records, with the members of each group in place of it."""
        return unbound(records)

    def whole(
        self, records: Sequence[Record], ready: list[Record], rejects: list[Reject]
    ) -> tuple[list[Record], list[Reject]]:
        """The records that are ready, without groups that have a reject; and the rejects of all their rows."""
        if not (culprits := self._culprits(records, rejects)):
            return ready, rejects
        fallen = [record for record in ready if record.bond in culprits]
        left = [record for record in ready if record.bond not in culprits]
        return left, [*rejects, *self._companions(fallen, culprits, rejects)]

    def judged(self, records: Sequence[Record], plan: Plan, rejects: list[Reject], outcome: Outcome) -> list[Reject]:
        """The rejects of all rows of groups that have one; nothing of these groups stays in the plan."""
        for record in [one for one in plan.apart if binds(one.bond)]:
            lacks = ", ".join(self._planner.lacking(record))
            rejects += reject_all(record, Flaw("plan", "required", "Odoo requires a value for a new record", lacks))
        plan.apart = [one for one in plan.apart if not binds(one.bond)]
        if not (culprits := self._culprits(records, rejects)):
            return rejects
        fallen = _take(plan, culprits)
        fallen += [one for bond in culprits for one in outcome.withdraw_group(bond or ())]
        return [*rejects, *self._companions(fallen, culprits, rejects)]

    def group_of(self, record: Record, plan: Plan, outcome: Outcome) -> Record:
        """The group of a refused record, with what is unchanged of it."""
        bond = record.bond or ()
        new, changed = (
            [one.record for one in some if one.record.bond == bond] for some in (plan.creates, plan.updates)
        )
        return bound([*new, *changed, *outcome.withdraw_group(bond)])

    def open(self, records: Sequence[Record], outcome: Outcome) -> Sequence[Record]:
        """Records without a verdict, each group as one, with what is unchanged of it."""
        bonds = {record.bond for record in records if record.bond is not None}
        return bound_each([*records, *(one for bond in bonds for one in outcome.withdraw_group(bond))])

    def _culprits(self, records: Sequence[Record], rejects: Sequence[Reject]) -> dict[Key | None, Reject]:
        """The first reject of each group that has one; rows that are only left alone are none."""
        wrong = [one for one in rejects if not one.is_skipped]
        bonds = {row.number: record.bond for record in records for row in record.rows} if wrong else {}
        return {bond: one for one in reversed(wrong) if binds(bond := bonds[one.row.number])}

    def _companions(
        self, fallen: Iterable[Record], culprits: dict[Key | None, Reject], rejects: Iterable[Reject]
    ) -> list[Reject]:
        done = {one.row.number for one in rejects}
        found: list[Reject] = []
        for record in fallen:
            rows = [row for row in record.rows if row.number not in done]
            found += companions(rows, culprits[record.bond], self._names)
        return found


def _take(plan: Plan, bonds: Collection[Key | None]) -> list[Record]:
    """The records of these groups, which the plan is rid of."""
    taken: list[Record] = []
    plan.creates = _without(plan.creates, bonds, taken)
    plan.updates = _without(plan.updates, bonds, taken)
    plan.unchanged = _without(plan.unchanged, bonds, taken)
    plan.skipped = _without(plan.skipped, bonds, taken)
    return taken


def _without(items: Iterable[Planned], bonds: Collection[Key | None], taken: list[Record]) -> list[Planned]:
    left: list[Planned] = []
    for one in items:
        if one.record.bond in bonds:
            taken.append(one.record)
        else:
            left.append(one)
    return left
