"""The records of one batch, from lookups to writes: resolve, hold against Odoo, plan, carry out, count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.mapping import Record, Reject, has_lines
from odoo_etl.planning import Plan, Update, have_variants
from odoo_etl.sync.bonds import UNBOUND, Bound
from odoo_etl.sync.components import Reading
from odoo_etl.sync.counts import AllRefused, BatchProgress, Tally
from odoo_etl.sync.existing import ExistingRecords, NotFoundAgain
from odoo_etl.sync.mirror import Vanishing
from odoo_etl.sync.new_lines import NewLines
from odoo_etl.sync.one_pass import Pass
from odoo_etl.sync.outcome import Outcome, Refusal, Unsendable, refusal
from odoo_etl.sync.read_back import AfterWrites, CarryOut, Memory, Standing
from odoo_etl.sync.refused import RefusedRecords
from odoo_etl.sync.same_key import SameKey
from odoo_etl.sync.witness import UNWITNESSED, JobWitness


class Sync:
    """Brings Odoo in step with batches of records; may be used from several lanes.

    Args:
        carry_out: sends a plan (`Writer.apply`), or only takes note of it.
        vanishing: told which records the rows stand for.
        memory: explains what is known to be kept otherwise.
        after: hears what was written.
        refused: what Odoo refused and is tried again.
        attempts: how often records whose create got no answer are planned anew.
        begun: records that the job created in runs which may have ended before they wrote all that new ones get.
        foreseen: of a plan, which writes nothing: told what records of the first pass get in the second.
        bonds: which records have one verdict.
        witness: hears what needs no write, and what cannot land.

    Attributes:
        leaves_alone: some rows were, since what they look up is missing.
        incomparable: numbers of the rows for which `differing` did not find one record of Odoo, and all they look up.
    """

    def __init__(  # noqa: PLR0913 - what a job works with
        self,
        reading: Reading,
        carry_out: CarryOut,
        tally: Tally,
        vanishing: Vanishing,
        *,
        memory: Memory,
        after: AfterWrites,
        refused: RefusedRecords,
        attempts: int,
        begun: Collection[int] = (),
        foreseen: Callable[[Sequence[Record]], None] | None = None,
        bonds: Bound = UNBOUND,
        witness: JobWitness = UNWITNESSED,
    ) -> None:
        self._bonds, self._witness = bonds, witness
        self._reading, self._carry_out, self._tally, self._refused = reading, carry_out, tally, refused
        self._vanishing, self._memory, self._after, self._attempts = vanishing, memory, after, attempts
        self._begun, self._foreseen = begun, foreseen
        self._made: set[int] = set()  # where some fields are for new records only
        self.incomparable: set[int] = set()
        self.leaves_alone = False
        self._one_row_creates = reading.planner.mode == "create"
        rules = reading.planner.rules.children
        self._new_lines = NewLines(reading, carry_out) if foreseen is None and have_variants(rules) else None
        self._same_key = SameKey(self._land, one_row_creates=self._one_row_creates)

    def first(self, records: Sequence[Record], progress: BatchProgress, chunk: int) -> None:
        """Write records; what waits for others is kept in the progress."""
        self._count(self._sync, self._bonds.apart(records), self._patient(progress, chunk))

    def more(self, records: Sequence[Record], progress: BatchProgress, chunk: int) -> None:
        """Write the rest of a batch whose first pass had to end; their lookups are resolved."""
        self._count(self._land, self._bonds.apart(records), self._patient(progress, chunk))

    def again(
        self, records: Sequence[Record], progress: BatchProgress, chunk: int, refused: list[Refusal] | None
    ) -> None:
        """Write records whose lookups are resolved; what Odoo refuses goes to the list, or is a reject.

        The limits of rejects are the caller's.
        """

        def keep(one: Refusal) -> bool:
            if refused is not None:
                refused.append(one)
            return refused is not None

        at = replace(self._pass(progress, chunk, limited=False), keep=keep)
        self._count(self._land, self._bonds.apart(records), at)

    def retry(self, refused: Refusal, progress: BatchProgress, chunk: int) -> Refusal | None:
        """Write one refused record again; its refusal, or None when it landed."""
        still: list[Refusal] = []
        self.again([refused.record], progress, chunk, still)
        return still[0] if still else None

    def put(self, update: Update, chunk: int) -> Refused | None:
        """Write an update that is no row's; the error where Odoo refuses it."""
        errors: list[Refused] = []
        self._carry_out(Plan(updates=[update]), chunk, Outcome(), lambda _, error: errors.append(error))
        return errors[0] if errors else None

    def look_anew(self) -> None:
        """Records have landed that lookups did not find."""
        self._reading.lookups.look_anew()

    def wake(self, progress: BatchProgress, chunk: int) -> None:
        """Write those of the records that wait as a whole whose lines need nothing more."""
        self._count(self._sync, progress.take_held(), self._patient(progress, chunk))

    def second(self, progress: BatchProgress, chunk: int) -> None:
        """Write what the first pass kept back, now that all rows are written."""
        waiting = [*progress.take_waiting(), *progress.take_held()]
        self._count(self._sync, waiting, self._patient(progress, chunk, last=True))
        while deferred := progress.take_deferred():
            at = replace(self._pass(progress, chunk, last=True), own=True)
            records = [record for record, _ in deferred]
            if self._foreseen is None:
                self._sync(records, at)
            else:
                self._foresee(records, at, self._foreseen)
            self._tally.count_deferred(progress, deferred, at.outcome)

    def differing(self, records: Sequence[Record]) -> list[Update]:
        """The differences in those of the records that Odoo has, as they are now."""
        if self._one_row_creates:
            records = [record.parts[0] if record.parts and not has_lines(record) else record for record in records]
        ready, rejects = self._reading.lookups.resolve(records, last=True)
        found = self._reading.finder.of(ready)
        begun = {each for each in found.every_id() if each in self._begun or each in self._made}
        plan = self._reading.planner.plan(ready, found.existing, found.flaws, own=True, begun=begun)
        self._reading.own_lines.learn(ready, found, self._reading.finder)
        lost = [reject for reject in (*rejects, *plan.rejects) if not reject.is_skipped]
        self.incomparable.update(reject.row.number for reject in lost)
        gone = [*(one.record for one in plan.creates), *(one.record for one in plan.skipped), *plan.apart]
        self.incomparable.update(row.number for record in gone for row in record.rows)
        self._memory.explain(plan)
        return self._reading.with_dependents(plan.updates)

    def _foresee(self, records: Sequence[Record], at: Pass, foreseen: Callable[[Sequence[Record]], None]) -> None:
        """Whether what the records wait for would be there; all else Odoo would have to say."""
        ready, rejects = self._reading.lookups.resolve(records, last=True)
        at.reject(rejects)
        at.outcome.created += ready
        foreseen(ready)

    def _pass(self, progress: BatchProgress, chunk: int, *, last: bool = False, limited: bool = True) -> Pass:
        outcome = Outcome(moved=self._tally.ahead.moved)

        def reject(rejects: Sequence[Reject]) -> None:
            self._witness.rejected(rejects)
            self._tally.landed(outcome)
            self._tally.rejected(progress, rejects)
            if limited and rejects:
                self._tally.check_limit()
            elif limited:
                self._tally.check_rejects()

        return Pass(progress, chunk, outcome, reject, last)

    def _patient(self, progress: BatchProgress, chunk: int, *, last: bool = False) -> Pass:
        """A pass that keeps what Odoo refuses for a second try."""
        at = self._pass(progress, chunk, last=last)
        outcome = at.outcome  # and not the pass: that would hold itself, and all records until Python looks for cycles

        def keep(refused: Refusal) -> bool:
            kept = self._refused.keep(progress, refused)
            self._tally.landed(outcome)
            self._tally.check_refusals()
            return kept

        return replace(at, keep=keep)

    def _count(self, write: Callable[[Sequence[Record], Pass], None], records: Sequence[Record], at: Pass) -> None:
        """Write records and count what landed, also when an error ends it."""
        self._tally.ahead.opened(at.outcome)
        try:
            write(records, at)
        finally:
            self._tally.count(at.progress, at.outcome)

    def _sync(self, records: Sequence[Record], at: Pass) -> None:
        ready, rejects = self._reading.lookups.resolve(records, last=at.last)
        self.leaves_alone = self.leaves_alone or any(one.is_skipped for one in rejects)
        ready, rejects = self._bonds.whole(records, ready, rejects)
        at.reject(rejects)
        self._land(ready, at)

    def _land(self, records: Sequence[Record], at: Pass) -> None:
        """Plan and write records whose lookups are resolved; again those whose write was lost on the way."""
        for _ in range(self._attempts):
            if not records:
                return
            self._plan_and_write(records, at)
            records = at.outcome.take_again()
        if records:
            raise UnknownOutcome(f"writing {len(records)} records got no answer, {self._attempts} times in a row")

    def _plan_and_write(self, records: Sequence[Record], at: Pass) -> None:
        found = self._reading.finder.of(records)
        self._vanishing.seen(found)
        records = self._without_waiting(records, found, at.progress)
        begun = found.every_id() if at.own else self._begun
        plan = self._reading.planner.plan(records, found.existing, found.flaws, own=at.own, begun=begun)
        self._reading.own_lines.learn(records, found, self._reading.finder)
        rejects = [*plan.rejects, *self._reading.lost_keys.take_from(plan)]
        at.reject(self._bonds.judged(records, plan, rejects, at.outcome))
        at.outcome.unchanged += plan.unchanged
        self._reading.finder.found_equal(plan.unchanged, found)
        kept = self._memory.explain(plan)
        at.outcome.unchanged += kept
        at.outcome.skipped += plan.skipped
        left = [*plan.unchanged, *kept, *plan.skipped]
        self._witness.left(left)
        self._reading.source_ids.note((one.record, one.id or 0) for one in left)
        plan.updates = self._reading.with_dependents(plan.updates)
        if self._after.notes and found.existing:
            self._after.note(self._standing(records, found))
        self._reading.own_lines.await_new(plan.updates)
        apart = [*plan.apart, *self._write(plan, at)]
        for record in apart:
            if self._exists(record, found):
                self._same_key.judge(record, at)
            else:
                self._same_key.create(record, at)

    def _write(self, plan: Plan, at: Pass) -> list[Record]:
        """Send a plan; the records of several rows that Odoo refuses, whose rows must be judged one by one."""
        apart, before = list[Record](), len(at.outcome.updated)

        def refuse(record: Record, error: Refused) -> None:
            landed = self._refused.landed + len(at.outcome.updated) - before
            error.__traceback__ = None  # its frames would hold the whole batch for as long as the refusal is kept
            record = self._bonds.group_of(record, plan, at.outcome)
            if not isinstance(error, Unsendable) and at.keep(Refusal(record, error, landed, plan.update_of(record))):
                return
            if record.parts:
                apart.append(record)
            else:
                at.reject(refusal(record, error))

        try:
            self._carry_out(plan, at.chunk, at.outcome, refuse)
            if self._new_lines is not None:
                self._new_lines.complete(plan, at.chunk, at.outcome, refuse)
        except NotFoundAgain:
            self._after.ended(at.outcome)
            raise
        except AllRefused:
            at.progress.untried += self._bonds.open(at.outcome.open_of(plan, at.progress.refused), at.outcome)
            raise
        except BaseException:
            self._after.unseen(at.outcome)
            raise
        finally:
            self._refused.wrote(len(at.outcome.updated) - before)
            self._count_changed(plan, at)
            at.reject(at.outcome.take_rejects())
        self._reading.finder.landed(plan, at.outcome)
        self._reading.own_lines.made(at.outcome.ids)
        if self._reading.planner.rules.only_new:
            self._made.update(at.outcome.ids)
        if self._refused.rows:
            self._refused.gave_up(self._reading.fields, at.outcome.landed_of(plan))
        self._after.wrote(at.outcome, again=at.last)
        return apart

    def _count_changed(self, plan: Plan, at: Pass) -> None:
        """Count the fields in which records that Odoo had were changed; a plan has noted them already."""
        if self._foreseen is None and not at.own and plan.updates:
            self._tally.changed(at.progress, at.outcome.landed_of(plan), self._reading.planner.rules)

    def _standing(self, records: Sequence[Record], found: ExistingRecords) -> Iterator[Standing]:
        """Which records the rows stand for."""
        key_of, existing = self._reading.finder.key_of, found.existing
        for record in records:
            rows = existing.get(key_of(record), ())
            if len(rows) == 1:
                yield record, rows[0]["id"], rows[0]

    def _exists(self, record: Record, found: ExistingRecords) -> bool:
        return bool(found.existing.get(self._reading.finder.key_of(record)))

    def _without_waiting(
        self, records: Sequence[Record], found: ExistingRecords, progress: BatchProgress
    ) -> list[Record]:
        """Without records that Odoo has already and that wait for others: the second pass writes them, as a whole.

        Written in part now, a record of several rows would be written back then, if the row that waits is rejected.
        New ones of which a line waits are left out, too: a record lands with all its lines.
        """
        now: list[Record] = []
        for record in records:
            if record.later is not None and record.held:
                progress.held.append(record.later)
            elif record.later is not None and self._exists(record, found):
                progress.waiting.append(record.later)
            else:
                now.append(record)
        return now
