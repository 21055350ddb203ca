"""In which order refused records may land when each wants a value that another of them has. Pure.

Ann wants C-2, Bob has it and wants C-3            Bob, then Ann
Ann has C-1 and wants C-2, Bob the other way       Bob's code is emptied, then Ann, then Bob
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

Values = Mapping[str, Any]
Waits = dict[int, dict[int, set[str]]]  # record to the records it waits for, and for which fields


@dataclass(frozen=True, slots=True)
class Step:
    """Write a record by its position; or first empty some of its fields, so that others can have what they hold."""

    record: int
    free: frozenset[str] = frozenset()


def untangled(wanted: Sequence[Values], existing: Sequence[Values], free: Collection[str]) -> list[Step]:
    """The steps for those records that want what another has, or have what another wants; in order of their landing.

    Args:
        wanted: what each record is to hold, in a form in which equal values compare equal; no empty values.
        held: what each of them holds now of the fields that are to change.
        free: the fields that may be emptied for a moment.
    """
    return _Tangle(_waits(wanted, existing), frozenset(free)).steps()


def _waits(wanted: Sequence[Values], existing: Sequence[Values]) -> Waits:
    """Who waits for whom. What several records have is no value that only one may have."""
    holders: dict[tuple[str, Any], list[int]] = defaultdict(list)
    for number, values in enumerate(existing):
        for place in values.items():
            holders[place].append(number)
    waits: Waits = defaultdict(dict)
    for number, values in enumerate(wanted):
        for name, value in values.items():
            having = holders.get((name, value), ())
            if len(having) == 1 and having[0] != number:
                waits[number].setdefault(having[0], set()).add(name)
    return waits


@dataclass(slots=True)
class _Tangle:
    """The records that still wait for each other."""

    waits: Waits
    free: frozenset[str]
    waited: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # record to those that wait for it
    ready: deque[int] = field(default_factory=deque)

    def steps(self) -> list[Step]:
        for number, others in self.waits.items():
            for other in others:
                self.waited[other].add(number)
        self.ready += sorted(self.waited.keys() - self.waits.keys())
        steps: list[Step] = []
        for start in sorted(self.waits):
            steps += self._landing()
            while self.waits.get(start):
                steps += self._opened(self._circle(start))
                steps += self._landing()
        return steps + self._landing()

    def _landing(self) -> list[Step]:
        """The records that wait for nobody, and those that wait for nobody once these have landed."""
        landing: list[Step] = []
        while self.ready:
            number = self.ready.popleft()
            landing.append(Step(number))
            for other in sorted(self.waited.pop(number, ())):
                self._let_go(other, number)
        return landing

    def _let_go(self, waiting: int, number: int) -> None:
        self.waits[waiting].pop(number)
        if not self.waits[waiting]:
            del self.waits[waiting]
            if self.waited.get(waiting):  # of two that want the same, who gives something up in return comes first
                self.ready.appendleft(waiting)
            else:
                self.ready.append(waiting)

    def _circle(self, start: int) -> list[int]:
        """Records of which each waits for the next, and the last for the first."""
        way: dict[int, None] = {}
        while start not in way:
            way[start] = None
            start = min(self.waits[start])
        return list(dropwhile(lambda number: number != start, way))

    def _opened(self, circle: Sequence[int]) -> list[Step]:
        """Empty what one of them holds; where that may not be, the first is tried in spite of it."""
        for waiting, holder in zip(circle, [*circle[1:], circle[0]], strict=True):
            names = self.waits[waiting][holder]
            if names <= self.free:
                self.waited[holder].discard(waiting)
                self._let_go(waiting, holder)
                return [Step(holder, frozenset(names))]
        waiting, holder = circle[0], [*circle, circle[0]][1]
        self.waited[holder].discard(waiting)
        self._let_go(waiting, holder)
        return []
