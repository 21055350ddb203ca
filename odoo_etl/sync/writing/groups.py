"""Records that are written together (`load.together`): each group in one call, which is one transaction.

A call carries as many groups as it may carry records, and never a part of one. What Odoo refuses is searched group by
group: a group is not cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from odoo_etl.errors import Refused, TooLarge
from odoo_etl.mapping import Key, Record
from odoo_etl.planning import Create, Plan, Update
from odoo_etl.sync.contents import bytes_in, portions
from odoo_etl.sync.outcome import GroupRefused, Outcome, Refuse
from odoo_etl.sync.writing.bisection import RefusalRate, RowsRefused, isolate
from odoo_etl.sync.writing.call_size import CallSize

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Group:
    """The writes of one group."""

    creates: list[Create] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        """Its records, new ones first."""
        return [one.record for one in self.creates] + [one.record for one in self.updates]

    @property
    def size(self) -> int:
        """How many records it has."""
        return len(self.creates) + len(self.updates)

    @property
    def weight(self) -> int:
        """The bytes of files that it brings."""
        new = [bytes_in(one.record.values.values()) for one in self.creates]
        return sum(new) + sum(bytes_in(value for pair in one.sent.values() for value in pair) for one in self.updates)


class WritesGroups(Protocol):
    """Writes groups of one kind."""

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Write groups; what each became goes into `outcome`, what Odoo refuses to `refuse`, and one of its records."""
        ...


class GroupCalls:
    """Sends groups; one per job, shared by its lanes.

    Args:
        sizes: how many records a call may carry.
        contents: records may bring files, so that calls are bounded by their bytes.
    """

    def __init__(self, sizes: CallSize, *, contents: bool) -> None:
        self.sizes, self._contents = sizes, contents
        self._rate = RefusalRate(CallSize(longest_s=math.inf))

    def send(
        self,
        groups: Sequence[Group],
        send: Callable[[Sequence[Group]], Answer],
        landed: Callable[[Sequence[Group], Answer], object],
        refuse: Refuse,
        *,
        most: float = math.inf,
    ) -> None:
        """Send every group to its verdict.

        Args:
            most: so many groups go in one call.
        """

        def timed(some: Sequence[Group]) -> Answer:
            with self.sizes.timed(sum(one.size for one in some)):
                return send(some)

        def refused(group: Group, error: Refused) -> None:
            refuse(group.records[0], _named(group, error))

        for some in portions(groups, (lambda one: one.weight) if self._contents else None):
            for packed in self._packed(some, most):
                isolate(packed, timed, self._rate, landed, refused)

    def patience(self, groups: Sequence[Group]) -> CallSize:
        """The patience of a call: one with a single group cannot become smaller."""
        return self.sizes if len(groups) > 1 else CallSize(longest_s=math.inf)

    def _packed(self, groups: Sequence[Group], most: float) -> Iterator[Sequence[Group]]:
        """The groups in calls of as many records as seems right by then."""
        left = sum(one.size for one in groups)
        first = 0
        while first < len(groups):
            room, end = self.sizes.of_next(left), first
            taken = 0
            while end < len(groups) and end - first < most and (not taken or taken + groups[end].size <= room):
                taken += groups[end].size
                end += 1
            yield groups[first:end]
            left -= taken
            first = end


class GroupWriter:
    """Sends the plans of one job with `load.together`, as `Writer` does those of others."""

    def __init__(self, new: WritesGroups, changed: WritesGroups, calls: GroupCalls) -> None:
        self._new, self._changed, self._calls = new, changed, calls

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""
        groups = groups_of(plan)
        new, changed = [one for one in groups if not one.updates], [one for one in groups if one.updates]
        self._new.write_groups(new, chunk, self._calls, outcome, refuse)
        self._changed.write_groups(changed, chunk, self._calls, outcome, refuse)


def groups_of(plan: Plan) -> list[Group]:
    """The writes of a plan, group by group."""
    groups: dict[Key | None, Group] = {}
    for create in plan.creates:
        groups.setdefault(create.record.bond, Group()).creates.append(create)
    for update in plan.updates:
        groups.setdefault(update.record.bond, Group()).updates.append(update)
    return list(groups.values())


def every_create(groups: Sequence[Group]) -> list[Create]:
    """The new records of some groups."""
    return [one for group in groups for one in group.creates]


def every_update(groups: Sequence[Group]) -> list[Update]:
    """The changed records of some groups."""
    return [one for group in groups for one in group.updates]


def _named(group: Group, error: Refused) -> Refused:
    """The error of a group; where Odoo names rows of its call, with these."""
    if isinstance(error, TooLarge) and group.size > 1:
        reason = f"{error}; these {group.size} records are written together, so that no smaller request can do it"
        return TooLarge(reason, error.sent_bytes)
    if not isinstance(error, RowsRefused):
        return error
    records = group.records
    named: Mapping[int, Any] = error.named
    return GroupRefused({records[place].number: one for place, one in named.items()})
