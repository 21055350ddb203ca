"""The second look of a job: records that were not, or may no longer be, as their rows want are planned once more.

What is written then stays, or Odoo does not keep it: that is remembered and told, and not written again at each run.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from odoo_etl.errors import OdooEtlError, Refused
from odoo_etl.mapping import Record, values_by_path
from odoo_etl.planning import Plan, Update, lines_lost
from odoo_etl.sync.outcome import Outcome, Refuse, Written
from odoo_etl.sync.read_back.look import ReadBack
from odoo_etl.sync.read_back.memory import CarryOut
from odoo_etl.sync.read_back.relatives import Family, Standing
from odoo_etl.sync.read_back.report import Difference, differences_of

TRIED = 20  # so many records for which it did not help to write a field once more: then it is not tried any more


class LinesLost(OdooEtlError):
    """Lines of a record are not found by the key that they were written with."""


class AfterWrites(Protocol):
    """Hears what a job wrote; `NoWrites` of a plan, which writes nothing.

    Attributes:
        notes: wants to hear which records the rows stand for.
    """

    notes: bool

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records."""

    def wrote(self, outcome: Outcome, *, again: bool) -> None:
        """Calls landed, and what they wrote is in the outcome; with `again` it is looked at once more at the end."""

    def unseen(self, outcome: Outcome) -> None:
        """The same, and something else keeps us from looking at it now."""

    def ended(self, outcome: Outcome) -> None:
        """The same, and they are the last of the job: what it wrote is not found again."""


class NoWrites:
    """The second look of a dry run: there is nothing to look at."""

    notes = False

    def note(self, standing: Iterable[Standing]) -> None:
        """Nothing follows from it."""

    def wrote(self, outcome: Outcome, *, again: bool) -> None:
        """Nothing was."""

    def unseen(self, outcome: Outcome) -> None:
        """Nothing was."""

    def ended(self, outcome: Outcome) -> None:
        """Nothing was."""


class SecondLook:
    """Which records to look at again, and the look; may be used from several lanes.

    Args:
        carry_out: sends a plan (`Writer.apply`).
        everything: look at each record of the job.
        ours: given, the job leaves records alone that were there before it: gives those that it created in this run.

    Attributes:
        odd: some records were not as their rows want.
    """

    def __init__(
        self,
        read_back: ReadBack,
        family: Family,
        carry_out: CarryOut,
        *,
        everything: bool = False,
        ours: Callable[[], Collection[int]] | None = None,
    ) -> None:
        self._read_back, self._family, self._carry_out = read_back, family, carry_out
        self.notes, self._everything, self._find_ours = bool(family), everything, ours
        self._ours: Collection[int] | None = None
        self.odd = False
        self._flagged: set[int] = set()
        self._in_vain: Counter[str] = Counter()  # by field
        self._lock = threading.Lock()

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records."""
        self._family.note(standing)

    def wrote(self, outcome: Outcome, *, again: bool) -> None:
        """Look at what calls wrote; what is not as its row wants is looked at again."""
        for kind, written in outcome.take_written():
            self._family.wrote(written)
            self._flag(written if again else self._read_back.look(kind, written))
            self._flag(one for one in written if one.record.children)  # lines are read back by planning them anew

    def unseen(self, outcome: Outcome) -> None:
        """Look later at what calls wrote."""
        for _, written in outcome.take_written():
            self._family.wrote(written)
            self._flag(written)

    def ended(self, outcome: Outcome) -> None:
        """Look at what calls wrote, and remember what Odoo keeps of it: undo then knows that nobody else changed it."""
        for _, written in outcome.take_written():
            names = {path for one in written for path in values_by_path(one.record)}
            forms, others = self._read_back.split(self._read_back.differences(written, names))
            self._read_back.learn(forms)
            self._read_back.give_up(others)

    def begin(self) -> bool:
        """All rows are written; whether anything is to be looked at."""
        self._flagged.update(self._family.touched())
        self._everything = self._everything or self._read_back.is_late
        if self._everything and self._find_ours is not None:
            self._ours = self._find_ours()
        self._read_back.report.forget(self._flagged)
        return self._everything or bool(self._flagged)

    def wants(self, record: Record) -> bool:
        """Whether a record is to be looked at."""
        return self._everything or hash(record.key) in self._flagged

    def write_again(self, found: Sequence[Update], chunk: int) -> None:
        """Write once more what was found to differ, not forms of Odoo's own; what Odoo refuses now it will not keep."""
        found = list(map(_lines_found, self._without_others(found)))
        forms, others = self._read_back.split(differences_of(found))
        self._read_back.learn(forms)
        updates = list(self._worth_a_write(found, others))
        if updates:
            self._carry_out(Plan(updates=updates), chunk, Outcome(), _refused)
            self._learn_from(updates)
        with self._lock:
            self.odd = self.odd or bool(others)

    def conclude(self, found: Sequence[Update]) -> None:
        """Conclude that Odoo does not keep what is still found to differ: remember and tell it."""
        forms, others = self._read_back.split(differences_of(self._without_others(found)))
        self._read_back.learn(forms)
        self._read_back.give_up(others)

    def _flag(self, written: Iterable[Written]) -> None:
        keys = {hash(one.record.key) for one in written}
        with self._lock:
            self._flagged |= keys

    def _without_others(self, found: Sequence[Update]) -> Sequence[Update]:
        """Without records that the job leaves alone: they were there before it."""
        if self._ours is None:
            return found
        return [one for one in found if one.id in self._ours or hash(one.record.key) in self._flagged]

    def _worth_a_write(self, found: Sequence[Update], differing: Iterable[Difference]) -> Iterator[Update]:
        """The updates with the differing fields for which writing has helped."""
        names: dict[int, set[str]] = {}
        for one in differing:
            if self._in_vain[one.field] < TRIED:
                names.setdefault(one.id, set()).add(one.field)
        for update in found:
            if left := update.only(names.get(update.id, ())):
                yield left

    def _learn_from(self, updates: Sequence[Update]) -> None:
        """Learn which fields are as they should be now."""
        names = {path for update in updates for path in update.by_path}
        found = self._read_back.differences([Written(one.record, one.id) for one in updates], names)
        left = {(one.id, one.field) for one in found}
        with self._lock:
            for update in updates:
                for name in values_by_path(update.record).keys() & update.by_path:
                    self._in_vain[name] = self._in_vain[name] + 1 if (update.id, name) in left else 0


def _lines_found(update: Update) -> Update:
    """The update without lines to add, or that go: somebody took one away meanwhile, or Odoo itself added it.

    Raises:
        LinesLost: lines that were written are not found by their key: each run would add them again.
    """
    if why := lines_lost(update):
        raise LinesLost(why)
    return replace(update, children=tuple([replace(one, creates={}, removals={}) for one in update.children]))


def of_own_making(carry_out: CarryOut) -> CarryOut:
    """The same for what the run itself made differ: undo is to go back to what was there before all of it."""

    def carried_out(plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        carry_out(replace(plan, updates=[one.of_own_making() for one in plan.updates]), chunk, outcome, refuse)

    return carried_out


def _refused(_record: Record, _error: Refused) -> None:
    """Nothing of the row is lost: it landed before, and what it lacks is told at the end."""
