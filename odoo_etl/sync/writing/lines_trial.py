"""The first lines of a job are written with one record alone, and must be found by their key before others follow.

So a key of lines that Odoo does not keep leaves one record with lines that each run would add once more, not all of
them. The first records that follow together are looked at as well: a module may rewrite some keys only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from odoo_etl.mapping import Lines, Record
from odoo_etl.planning import Create, LineRules, Plan, Update
from odoo_etl.sync.existing import NotFoundAgain
from odoo_etl.sync.outcome import Outcome, Refuse

CarryOut = Callable[[Plan, int, Outcome, Refuse], None]
Item = TypeVar("Item", Create, Update)

TRIES = 10  # so many records are sent alone, in search of the first that lands


class LinesTrial:
    """Looks at the first lines of each field that a job writes; may be used from several lanes.

    Args:
        rules: of the records' lines, by their field: those without a key are not found by one.
        lost: tells what is wrong with records that were written: lines that are not found again; "" where nothing is.
    """

    def __init__(self, rules: Mapping[str, LineRules], lost: Callable[[Sequence[Record]], str]) -> None:
        self._untried = set(_keyed(rules))
        self._lost = lost
        self._looks_left, self._tries = (1, TRIES) if self._untried else (0, 0)
        self._fault = ""
        self._lock = threading.Lock()

    def around(self, carry_out: CarryOut) -> CarryOut:
        """The same, which begins with a record alone.

        Raises:
            NotFoundAgain: lines are not found by their key; also to lanes that waited here.
        """
        if not self._untried:
            return carry_out

        def carried_out(plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
            if not self._untried and not self._looks_left and not self._fault:
                carry_out(plan, chunk, outcome, refuse)
                return
            with self._lock:
                rest = self._first_alone(plan, lambda one: carry_out(one, chunk, outcome, refuse), outcome)
            before = len(outcome.written)
            carry_out(rest, chunk, outcome, refuse)
            self._look_once_more(outcome, before)

        return carried_out

    def _first_alone(self, plan: Plan, send: Callable[[Plan], None], outcome: Outcome) -> Plan:
        """Send records alone until the lines of every field were found again; the plan without them."""
        if self._fault:
            raise NotFoundAgain(self._fault)
        sent = set[int]()
        for item, one in self._alone(plan):
            before = len(outcome.written)
            sent.add(item.record.number)
            self._tries -= 1
            send(one)
            if records := _written(outcome, before):
                self._look(records)
                self._untried -= set(_added(item))
            if outcome.again:
                break
        if not sent:
            return plan
        return replace(plan, creates=_without(plan.creates, sent), updates=_without(plan.updates, sent))

    def _alone(self, plan: Plan) -> Iterator[tuple[Create | Update, Plan]]:
        """The records with lines of fields that were not looked at, and the plan of each of them alone."""
        for create in plan.creates:
            if self._is_wanted(create):
                yield create, Plan(creates=[create])
        for update in plan.updates:
            if self._is_wanted(update):
                yield update, Plan(updates=[update])

    def _is_wanted(self, item: Create | Update) -> bool:
        return self._tries > 0 and not self._untried.isdisjoint(_added(item))

    def _look_once_more(self, outcome: Outcome, before: int) -> None:
        with self._lock:
            records = _written(outcome, before) if self._looks_left else []
            if any(any(lines.records for lines in one.children) for one in records):
                self._looks_left -= 1
                self._look(records)

    def _look(self, records: Sequence[Record]) -> None:
        self._fault = self._lost(records)
        if self._fault:
            raise NotFoundAgain(self._fault)


def _keyed(rules: Mapping[str, LineRules], path: str = "") -> Iterator[str]:
    """The fields of lines that have a key, at any depth."""
    for name, one in rules.items():
        yield from (path + name,) if one.key else ()
        yield from _keyed(one.children, f"{path}{name}.")


def _added(item: Create | Update) -> Iterator[str]:
    """The fields of which a write adds lines."""
    return _of_new(item.record.children) if isinstance(item, Create) else _of_update(item)


def _of_new(children: Iterable[Lines], path: str = "") -> Iterator[str]:
    for lines in children:
        yield from (path + lines.name,) if lines.records else ()
        for line in lines.records:
            yield from _of_new(line.children, f"{path}{lines.name}.")


def _of_update(update: Update, path: str = "") -> Iterator[str]:
    for one in update.children:
        here = f"{path}{one.name}"
        for create in one.creates.values():
            yield here
            yield from _of_new(create.record.children, f"{here}.")
        for line in one.updates.values():
            yield from _of_update(line, f"{here}.")


def _written(outcome: Outcome, before: int) -> list[Record]:
    return [one.record for _, written in outcome.written[before:] for one in written]


def _without(items: Sequence[Item], numbers: set[int]) -> list[Item]:
    return [one for one in items if one.record.number not in numbers]
