"""The effect of a plan: it is carried out in Odoo, or only noted, as `odoo-etl plan` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from typing import Protocol

from odoo_etl.mapping import Record
from odoo_etl.planning import Plan, RecordRules
from odoo_etl.spec import JobSpec
from odoo_etl.sync.components import Reading, Writing
from odoo_etl.sync.counts import Tally
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.mirror import Vanishing
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.read_back import AfterWrites, CarryOut, NoWrites, SecondLook
from odoo_etl.sync.record_names import RecordNames
from odoo_etl.sync.request import JobRequest
from odoo_etl.sync.session import Booking, Books, Coverage, Past, open_books
from odoo_etl.sync.witness import JobWitness
from odoo_etl.sync.writing import LinesTrial, Remover

Foreseen = Callable[[Sequence[Record]], None]


class Effect(Protocol):
    """The effect of a run on Odoo and on the ledger."""

    def open_books(self) -> AbstractContextManager[Books]:
        """Take the job's locks and begin its entry in the ledger."""
        ...

    def begin(self, coverage: Coverage, note: Callable[[str], object], /) -> None:
        """Everything that speaks against the run was looked for: writing begins."""
        ...

    def carry_out(self, reading: Reading, writing: Writing, /) -> CarryOut:
        """Choose what a plan is given to."""
        ...

    def after(self, second: SecondLook, /) -> AfterWrites:
        """Choose who hears of writes."""
        ...

    def foreseen(self, reading: Reading, /) -> Foreseen | None:
        """Choose who hears what records of the first pass get in the second; None: the second pass writes them."""
        ...

    def follow_up(self, look: Callable[[], None], /) -> None:
        """Look again at what was written, where anything was."""
        ...

    def remover(self, writing: Writing, /) -> Remover | None:
        """Choose what removes records; None: nothing is removed."""
        ...

    def end(self, writing: Writing, reading: Reading, vanishing: Vanishing, /) -> bool:
        """Every row has its outcome; whether the ledger may note what is confirmed."""
        ...


class Apply:
    """Carries plans out.

    Args:
        booking, past: the ledger, and what it knows of the job; None where no books are kept.
    """

    def __init__(self, spec: JobSpec, client: Odoo, booking: Booking | None, past: Past | None, *, whole: bool) -> None:
        self._spec, self._client, self._booking, self._past, self._whole = spec, client, booking, past, whole

    def open_books(self) -> AbstractContextManager[Books]:
        """Open the books of the job in the ledger."""
        if self._booking is None or self._past is None:
            return nullcontext(Books())
        return open_books(self._spec, self._client, self._booking, self._past, partial=not self._whole)

    def begin(self, coverage: Coverage, note: Callable[[str], object], /) -> None:
        """Forget files that have changed since they were read."""
        coverage.begin(note)

    def carry_out(self, reading: Reading, writing: Writing, /) -> CarryOut:
        """Give plans to the writer."""
        return LinesTrial(reading.planner.rules.children, reading.lost_lines).around(writing.writer.apply)

    def after(self, second: SecondLook, /) -> AfterWrites:
        """Let the second look hear of writes."""
        return second

    def foreseen(self, _reading: Reading, /) -> None:
        """Leave it to the second pass."""
        return

    def follow_up(self, look: Callable[[], None], /) -> None:
        """Look again."""
        look()

    def remover(self, writing: Writing, /) -> Remover | None:
        """Remove records in Odoo."""
        return writing.remover

    def end(self, writing: Writing, reading: Reading, _vanishing: Vanishing, /) -> bool:
        """Note when Odoo wrote what was written."""
        if self._past is None:
            return False
        writing.recorder.stamp(reading.target)
        return True


class DryRun:
    """Notes plans as changes of the result, and writes nothing."""

    def __init__(self, planned: Planned, spec: JobSpec, tally: Tally, witness: JobWitness) -> None:
        self._planned, self._spec, self._tally, self._witness = planned, spec, tally, witness

    @contextmanager
    def open_books(self) -> Iterator[Books]:
        """Open no books: a plan only looks into the ledger; its changes are given up in the end."""
        with closing(self._tally.changes):
            yield Books()

    def begin(self, _coverage: Coverage, _note: Callable[[str], object], /) -> None:
        """Change nothing."""

    def carry_out(self, reading: Reading, _writing: Writing, /) -> CarryOut:
        """Note what would be written."""
        self._planned.reads(self._spec, reading)
        return partial(self._note, reading)

    def after(self, _second: SecondLook, /) -> AfterWrites:
        """Let nobody hear of writes: there are none."""
        return NoWrites()

    def foreseen(self, reading: Reading, /) -> Foreseen:
        """Complete what was noted of records that wait for others."""
        return partial(self._complete, reading.planner.rules)

    def follow_up(self, _look: Callable[[], None], /) -> None:
        """Look at nothing: nothing was written."""

    def remover(self, _writing: Writing, /) -> None:
        """Remove nothing."""
        return

    def end(self, _writing: Writing, reading: Reading, vanishing: Vanishing, /) -> bool:
        """Name the records that changes speak of, and hand the changes over; confirm nothing."""
        for change in vanishing.changes():
            self._tally.changes.beside(change, vanishing.changed_fields)
        names = RecordNames(reading.target, reading.schema, self._planned.key_of)
        self._tally.know(**self._planned.conclude(self._spec, self._tally.changes, names))
        return False

    def _complete(self, rules: RecordRules, records: Sequence[Record]) -> None:
        self._planned.complete(self._spec, rules, records, self._tally.changes)
        self._witness.completed(rules, records)

    def _note(self, reading: Reading, plan: Plan, _: int, outcome: Outcome, __: Refuse) -> None:
        rules = reading.planner.rules
        self._witness.writes(rules, plan)
        reading.source_ids.note(self._planned.note(self._spec, rules, plan, outcome, self._tally.changes))


def effect_of(spec: JobSpec, client: Odoo, past: Past | None, request: JobRequest, tally: Tally) -> Effect:
    """Choose the effect of a run."""
    if request.planned is not None:
        return DryRun(request.planned, spec, tally, request.witness.of(spec))
    return Apply(spec, client, request.booking, past, whole=request.rows.is_whole)
