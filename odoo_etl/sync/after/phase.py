"""The steps of a job on the records of a run, batch by batch, once all rows are written.

    records that the run wrote, or that wait ─► where ⇒ due ⇒ method or values ─► done, in the ledger │ rejects

What a killed run wrote gets its steps from the next one: its calls in the ledger say which records those are. What a
step overwrites is written back by the second look, which follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

from odoo_etl.errors import Refused
from odoo_etl.mapping import Record
from odoo_etl.results import StepResult
from odoo_etl.spec import CallStep
from odoo_etl.state import StepRecords
from odoo_etl.sync.after.calls import MethodCalls, NobodyKnows, nobody_knows
from odoo_etl.sync.after.progress import StepProgress
from odoo_etl.sync.after.standing import Standings, Subject
from odoo_etl.sync.after.verdicts import Verdicts
from odoo_etl.sync.after.writes import ValueWrites
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.read_back import AfterWrites, CarryOut
from odoo_etl.sync.staging import Batch, Gathered
from odoo_etl.sync.writing import pages

NO_CHUNK = 0


class Steps(Protocol):
    """The steps of one job in a run, or what stands in their place.

    Attributes:
        settled: how many calls of earlier runs were settled.
    """

    settled: int

    def hearing(self, after: AfterWrites, /) -> AfterWrites:
        """Choose who hears of writes, and passes on what it hears."""
        ...

    def noting(self, carry_out: CarryOut, /) -> CarryOut:
        """Choose what a plan is given to."""
        ...

    def run(self, gathered: Gathered, lanes: int, /) -> None:
        """All rows are written: carry the steps out."""

    def conclude(self) -> None:
        """The job has come to its end: nothing but what is noted waits for a step."""

    def results(self) -> tuple[StepResult, ...]:
        """The outcome of each step by now."""
        ...

    def notes(self) -> Sequence[str]:
        """Other things that a person should know."""
        ...


class NoSteps:
    """The steps of a job without any, or of a run that leaves them to another one."""

    settled = 0

    def hearing(self, after: AfterWrites, /) -> AfterWrites:
        """Let nobody else hear."""
        return after

    def noting(self, carry_out: CarryOut, /) -> CarryOut:
        """Let nobody else see plans."""
        return carry_out

    def run(self, gathered: Gathered, lanes: int, /) -> None:
        """Do nothing."""

    def conclude(self) -> None:
        """Note nothing."""

    def results(self) -> tuple[StepResult, ...]:
        """Nothing."""
        return ()

    def notes(self) -> Sequence[str]:
        """Nothing."""
        return ()


class RevisitedSteps(NoSteps):
    """The steps of a second look at a job: they were done, and what it writes puts values back."""

    def __init__(self, records: StepRecords, steps: Collection[int], run_id: str) -> None:
        self._records, self._steps, self._run_id = records, steps, run_id

    def conclude(self) -> None:
        """Nothing that the look wrote needs a step."""
        self._records.through(self._steps, self._run_id)


class StepWork:
    """One step at work; may be used from several lanes.

    Args:
        ask: told of the records that a step is for, before it is done; may raise.
    """

    def __init__(
        self,
        progress: StepProgress,
        sends: MethodCalls | ValueWrites,
        ask: Callable[[Collection[int]], object],
        *,
        retried: bool,
    ) -> None:
        self.progress, self._sends, self._ask, self._retried = progress, sends, ask, retried

    def begin(self, note: Callable[[str], object]) -> int:
        """Settle what runs that died left open, before anything is written; how many calls that were."""
        open_calls = self.progress.page.open_calls()
        if isinstance(self._sends, MethodCalls):
            for call in open_calls:
                note(f"run {call.run_id} ended before it heard what became of step {self.progress.step.name}")
                self._sends.settle(call)
        self.progress.owed = self.progress.page.owed()
        return len(open_calls)

    def carry_out(
        self, subjects: Sequence[Subject], chunk: int, refuse: Callable[[Subject, Refused], object]
    ) -> tuple[list[Subject], list[Subject]]:
        """Do the step for those of the records that are due; those that it was done for, and those that may go on."""
        progress, fallen = self.progress, set[int]()

        def refused(one: Subject, error: Refused) -> None:
            fallen.add(one.id)
            refuse(one, error)
            if isinstance(error, NobodyKnows):
                progress.page.note([one.id], "told")
            else:
                progress.refused(str(error))

        todo = self._ready([one for one in subjects if progress.is_due(one)], refused)
        if todo:
            self._ask([one.id for one in todo])
            self._sends.apply(todo, chunk, refused)
        done = [one for one in todo if one.id not in fallen]
        return done, [one for one in subjects if one.id not in fallen]

    def _ready(self, due: Sequence[Subject], refused: Callable[[Subject, NobodyKnows], object]) -> list[Subject]:
        """Without records for which it was done, that need it no more, or of which nobody knows."""
        progress, step = self.progress, self.progress.step
        noted = progress.page.states([one.id for one in due]) if due and isinstance(step, CallStep) else {}
        again = {"open", "told"} if self._retried else set()
        past = {each for each, state in noted.items() if state in {"done", "told"} - again}
        progress.passed(past)
        for one in due:
            if noted.get(one.id) == "open" and not again and isinstance(step, CallStep):
                progress.unknown([one.id])
                refused(one, nobody_knows(step, earlier=True))
                past.add(one.id)
        left = [one for one in due if one.id not in past]
        if not step.where or not left:
            return left
        matching = progress.matching([one.id for one in left])
        progress.passed(one.id for one in left if one.id not in matching)
        return [one for one in left if one.id in matching]


class AfterSteps:
    """The steps of a job in a run.

    Args:
        find: gives, by the hash of their keys, the ids of records of which the run did not hear, because it goes on
            with one that had done their batch.
        touched: hears of records for which steps were done.
        owes: every record that waits is for this run, whether a row stands for it or not.

    Attributes:
        settled: how many calls of earlier runs were settled.
    """

    def __init__(
        self,
        works: Sequence[StepWork],
        verdicts: Verdicts,
        find: Callable[[Batch], Mapping[int, int]],
        touched: Callable[[Sequence[Record]], object],
        *,
        owes: bool,
    ) -> None:
        self._works, self._verdicts, self._find, self._touched, self._owes = works, verdicts, find, touched, owes
        self._notes = list[str]()
        self._standings: Standings | None = None
        self._met: set[int] = set()
        self.settled = 0

    def begin(self, note: Callable[[str], object]) -> None:
        """Settle what runs that died left open; then it is known which records wait.

        Args:
            note: told when there is something to wait for.
        """
        self.settled = sum(work.begin(note) for work in self._works)

    def hearing(self, after: AfterWrites, /) -> AfterWrites:
        """Hear which records the rows stand for."""
        owed = set[int]().union(*(work.progress.owed for work in self._works))
        every = any(work.progress.step.on == "all" for work in self._works)
        self._standings = Standings(after, owed, every=every)
        return self._standings

    def noting(self, carry_out: CarryOut, /) -> CarryOut:
        """Plans are carried out as they are."""
        return carry_out

    def run(self, gathered: Gathered, lanes: int, /) -> None:
        """Carry the steps out, batch by batch; then for records that wait and for which no row stands."""
        standings = self._heard
        if not any(work.progress.anything_due(standings) for work in self._works):
            return
        run_lanes(gathered.batches(), self._batch, lanes)
        if self._owes:
            self._without_rows()

    def conclude(self) -> None:
        """Note which records still wait."""
        for work in self._works:
            work.progress.conclude(self._heard)

    def results(self) -> tuple[StepResult, ...]:
        """The outcome of each step by now."""
        return tuple([work.progress.result() for work in self._works])

    def notes(self) -> Sequence[str]:
        """Other things that a person should know."""
        return [*self._notes, *(text for work in self._works for text in work.progress.notes())]

    @property
    def _heard(self) -> Standings:
        if self._standings is None:
            raise AssertionError("steps hear of writes before they are carried out")
        return self._standings

    def _batch(self, batch: Batch) -> None:
        subjects = list(self._subjects(batch))
        self._met.update(one.id for one in subjects)
        if not subjects:
            return
        chunk = batch.number
        for work in self._works:
            name = work.progress.step.name

            def refuse(one: Subject, error: Refused, name: str = name) -> None:
                self._verdicts.reject(one, chunk, name, error)

            done, subjects = work.carry_out(subjects, chunk, refuse)
            self._touched([one.record for one in done])

    def _subjects(self, batch: Batch) -> Iterator[Subject]:
        """The records of a batch that some step may be for."""
        found: Mapping[int, int] | None = None
        for record in batch.records:
            known = self._heard.find(record)
            if known is None and (found := self._find(batch) if found is None else found):
                number = found.get(hash(record.key))
                known = None if number is None else (number, "unchanged")
            if known is not None and (rows := self._verdicts.standing(record.rows)):
                yield Subject(record, *known, rows)

    def _without_rows(self) -> None:
        """Do steps for records that earlier runs wrote and that the source has lost since."""
        for work in self._works:
            name = work.progress.step.name
            left = sorted(work.progress.owed - self._met)

            def refuse(one: Subject, error: Refused, name: str = name) -> None:
                self._notes.append(f"{name} of record {one.id}, for which no row stands any more: {error}")

            for ids in pages(work.progress.without_through(left)):
                work.carry_out([Subject.without_rows(each) for each in ids], NO_CHUNK, refuse)
