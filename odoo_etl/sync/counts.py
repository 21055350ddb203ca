"""Counts rows as their outcome becomes known, from several lanes at once, and guards the limits of rejects."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from odoo_etl.errors import Refused, SafetyLimit
from odoo_etl.mapping import Record, Reject, changing_rows
from odoo_etl.planning import RecordRules, Update
from odoo_etl.results import Counts, LineCounts, RejectedRow, RejectSink
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.sync.ahead import Ahead
from odoo_etl.sync.line_counts import added, as_kept, changed_kept, from_kept, of_update, of_whole, without_lines
from odoo_etl.sync.outcome import Outcome, Refusal
from odoo_etl.sync.planned_changes import FirstChanges, PlannedChanges
from odoo_etl.sync.reject_groups import RejectGroups
from odoo_etl.sync.reported_rows import NoSink, ReportedRows, SkippedRows

SAME_ERROR_ROWS = 100  # refused by Odoo for the same reason, and none that landed: the others would be refused too
SHOWN_REASONS = 10
MOST_REASONS = 10_000  # told apart; a reason may quote the row's own value

Deferred = tuple[Record, Counts]


class AllRefused(SafetyLimit):
    """Odoo refused many rows for one reason, and none has landed."""


@dataclass(slots=True)
class BatchProgress:
    """The counts of one batch, as its rows get their outcomes.

    Attributes:
        number: of the batch, as the journal has it.
        rejects: as the report has them.
        skipped: rows that are left alone whatever their records are, in the same form.
        deferred: new records with a lookup that waits until all rows are written, and what they count as then.
        waiting: other records with such a lookup; nothing of them is written yet.
        held: records with lines that have such a lookup, in the same way.
        refused: records that Odoo refused and that are tried again.
        untried: records that have no verdict, because the job was about to stop.
        rows: how many the batch has.
        changed: field to in how many records of the batch it changed.
    """

    number: int = 0
    counts: Counts = field(default_factory=Counts)
    lines: LineCounts = field(default_factory=LineCounts)
    rejects: list[RejectedRow] = field(default_factory=list)
    skipped: list[RejectedRow] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    waiting: list[Record] = field(default_factory=list)
    held: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    untried: list[Record] = field(default_factory=list)
    rows: int = 0
    changed: Counter[str] = field(default_factory=Counter)

    def kept(self) -> dict[str, int]:
        """The counts that are not zero, as the ledger keeps them."""
        return as_kept(self.counts, self.lines, self.changed)

    def take_deferred(self) -> list[Deferred]:
        """The deferred ones, once."""
        taken, self.deferred = self.deferred, []
        return taken

    def take_waiting(self) -> list[Record]:
        """The waiting ones, once."""
        taken, self.waiting = self.waiting, []
        return taken

    def take_held(self) -> list[Record]:
        """The held ones, once."""
        taken, self.held = self.held, []
        return taken


class Tally:
    """The counts of one job; every method may be called from any lane.

    Args:
        rejects: keeps the rejected rows.
        skipped: lists the first skipped rows; they go nowhere without it.
        changes: of a plan, notes what would be changed; also to be asked directly.

    Attributes:
        job_rows: how many rows the job has, of which these may be a part; a share of rejects is one of them.
        ahead: tells the counts while they move.
    """

    def __init__(
        self,
        spec: JobSpec,
        so_far: JobSoFar,
        rejects: RejectSink,
        *,
        skipped: SkippedRows | None = None,
        changes: PlannedChanges | None = None,
    ) -> None:
        self.changes = changes or PlannedChanges(FirstChanges(0))
        self.ahead = Ahead(so_far)
        self._lost = 0
        self._spec, self._so_far, self._sink = spec, so_far, rejects
        self._skipped = skipped or SkippedRows(spec, NoSink(), ReportedRows(spec))
        self._reported = self._skipped.reported
        self.job_rows = 0
        self._lock = threading.Lock()
        self._codes, self._reasons, self._groups = Counter[str](), Counter[str](), RejectGroups()
        self._refusals: dict[str, Counter[str]] = defaultdict(Counter)  # by Odoo: code to reasons
        self._any_landed = False

    def rejected(self, progress: BatchProgress, rejects: Iterable[Reject], *, counted: bool = False) -> None:
        """Count rejects and hand them to the sink; rows that are only left alone are listed beside.

        Args:
            counted: `refused` was told of them.
        """
        for reject in rejects:
            self.changes.reject(reject)
            if reject.is_skipped:
                self._add(progress, {"skipped": 1})
                progress.skipped.append(self._skipped.row(reject))
                continue
            self._add(progress, {"rejected": 1})
            self._tell(progress, self._reported.of(reject), counted=counted)

    def refused(self, error: Refused) -> None:
        """Odoo refused a row, which may still land: whether the job goes on depends on it, and no count."""
        with self._lock:
            self._refusal(error.name or "refused", str(error))

    @property
    def any_landed(self) -> bool:
        """Whether Odoo has any row of the job."""
        return self._any_landed

    @property
    def counts(self) -> Counts:
        """The counts of the job by now."""
        return self._so_far.result.counts

    def would_exceed(self, more: int) -> bool:
        """Whether so many more rejects would be too many."""
        limit, counts = self._spec.load.max_rejects, self._so_far.result.counts
        return limit is not None and limit.exceeded(counts.rejected + more, max(self.job_rows, counts.of_job))

    def restore(self, counts: Mapping[str, int], rejects: Iterable[RejectedRow]) -> None:
        """Take over what an earlier run confirmed of a chunk."""
        progress = BatchProgress()
        there = ("created", "updated", "unchanged", *(["skipped"] if self._spec.target.mode == "create" else []))
        self._any_landed |= any(counts.get(kind) for kind in there)
        self._add(progress, without_lines(counts))
        self._add_lines(progress, [from_kept(counts)])
        self.changes.changed_before(changed_kept(counts))
        self.ahead.moved()
        for row in rejects:
            self._tell(progress, row)

    def _tell(self, progress: BatchProgress, row: RejectedRow, *, counted: bool = False) -> None:
        progress.rejects.append(row)
        with self._lock:
            self._codes[row.code] += 1
            self._groups.add(row)
            if row.reason in self._reasons or len(self._reasons) < MOST_REASONS:
                self._reasons[row.reason] += 1
            if row.stage == "write" and not counted:
                self._refusal(row.code, row.reason)
        self._sink.keep(self._spec.job, row)

    def _refusal(self, code: str, reason: str) -> None:
        """Remember why, as long as nothing landed."""
        if not self._any_landed:
            self._refusals[code][reason] += 1

    def count(self, progress: BatchProgress, outcome: Outcome) -> None:
        """Count what is confirmed. Of several rows with one key the first counts as written, the others update it."""
        self.landed(outcome)
        self._skipped.of(outcome)
        self.ahead.counted(outcome)
        total = Counts()
        for kind, records in outcome.by_kind():
            apart = [one for one in records if len(one.rows) > 1 or one.later is not None or one.children]
            total = total.plus(**{kind: len(records) - len(apart)})
            for record in apart:
                part = self._part(kind, record)
                if record.later is None:
                    total = total.plus(**part)
                else:
                    self._defer(progress, record.later, Counts(**part))
        self._add(progress, {name: count for name, count in asdict(total).items() if count})
        self._add_lines(progress, [*of_whole(outcome), *map(of_update, outcome.take_with_lines())])
        self.ahead.moved()

    def changed(self, progress: BatchProgress, updates: Iterable[Update], rules: RecordRules) -> None:
        """Count the fields in which records were changed."""
        progress.changed.update(self.changes.landed(updates, rules))

    def _defer(self, progress: BatchProgress, later: Record, counts: Counts) -> None:
        progress.deferred.append((later, counts))
        self.ahead.deferred(counts)

    def landed(self, outcome: Outcome) -> None:
        """Take note that Odoo has some rows, also before they are counted: then it does not refuse all of them."""
        self._any_landed = self._any_landed or outcome.any_stands

    def count_deferred(self, progress: BatchProgress, deferred: Iterable[Deferred], outcome: Outcome) -> None:
        """Count records that were written in two passes, as what the first pass made of them."""
        deferred = list(deferred)
        self.ahead.taken_up(counts for _, counts in deferred)
        updated = {row.number for record in outcome.updated for row in record.rows}
        standing = {row.number for _, records in outcome.by_kind() for record in records for row in record.rows}
        anew = {row.number: record.later for record in outcome.created if record.later for row in record.rows}
        total = Counter[str]()
        for record, before in deferred:
            numbers = [row.number for row in record.rows]  # the oldest may have been rejected in the second pass
            counts = _less(before, sum(number not in standing for number in numbers))
            if later := next((anew[number] for number in numbers if number in anew), None):
                self._defer(progress, later, counts)
                continue
            if not counts.created and not updated.isdisjoint(numbers):
                counts = replace(counts, updated=counts.updated + counts.unchanged, unchanged=0)
            if counts.skipped:
                self._skipped.repeated(record)
            total.update(asdict(counts))
        self._add(progress, {name: count for name, count in total.items() if count})
        self.ahead.moved()

    def withdraw(self, progress: BatchProgress, record: Record, kind: str, rejects: Sequence[Reject]) -> None:
        """Count rows of a record, which had landed as this kind, as rejected after all.

        Args:
            progress: the counts of its batch.
        """
        less = _taken_from(progress.counts, self._part(kind, record), len(rejects))
        self._add(progress, {name: -rows for name, rows in less.items()})
        self.rejected(progress, rejects)

    def hold_back(self, progress: BatchProgress) -> int:
        """Count rows that wait for those of other parts as what they are so far; how many they are."""
        deferred, waiting = progress.take_deferred(), progress.take_waiting()
        self.ahead.taken_up(counts for _, counts in deferred)
        rows = sum(len(record.rows) for record in waiting)
        total = Counter(unchanged=rows)
        for _, counts in deferred:
            total.update(asdict(counts))
        self._add(progress, total)
        return rows + sum(len(record.rows) for record, _ in deferred)

    def _part(self, kind: str, record: Record) -> dict[str, int]:
        """Count the rows of a record as what they became."""
        later = len(record.rows) - 1
        if kind != "created" or record.children:
            return {kind: later + 1}
        if not later:
            return {"created": 1}
        if self._spec.target.mode == "create":
            return {"created": 1, "skipped": later}
        changing = changing_rows(record)
        return {"created": 1, "updated": changing, "unchanged": later - changing}

    def _add(self, progress: BatchProgress, counts: Mapping[str, int]) -> None:
        progress.counts = progress.counts.plus(**counts)
        self._so_far.count(**counts)

    def _add_lines(self, progress: BatchProgress, lines: Sequence[LineCounts]) -> None:
        if lines:
            progress.lines = added([progress.lines, *lines])
            with self._lock:
                self._so_far.know(lines=added([self._so_far.result.lines, *lines]))

    def lost(self, progress: BatchProgress) -> None:
        """An outage ended a batch: its rows without an outcome were attempted."""
        with self._lock:
            self._lost += progress.rows - progress.counts.accounted

    def ended(self, unanswered: int) -> None:
        """The job ends: tell for how many of the rows without an outcome nothing was sent.

        Args:
            unanswered: records of calls that got no answer.
        """
        counts, attempted = self.counts, self._lost + self.ahead.waiting + unanswered
        self._so_far.know(counts=replace(counts, not_attempted=max(0, counts.read - counts.accounted - attempted)))

    def settled(self) -> None:
        """The outcome of a call without an answer was found out."""
        self._so_far.add(settled=1)

    def finish(self) -> None:
        """Sum up why rows were rejected, and what would be changed."""
        reasons = tuple([(count, reason) for reason, count in self._reasons.most_common(SHOWN_REASONS)])
        self._so_far.know(
            reject_codes=dict(self._codes),
            reasons=reasons,
            reject_groups=self._groups.most_first(),
            **self.changes.counted(),
        )
        if not self._so_far.result.changes:  # the job ended before it could name what they speak of
            self._so_far.know(changes=self.changes.first(), fields=self.changes.fields)

    def know(self, **fields: Any) -> None:
        """These fields of the result are known."""
        self._so_far.know(**fields)

    def check_limit(self) -> None:
        """Stop the job, before its next write, when too many rows were rejected or refused.

        Raises:
            SafetyLimit: `max_rejects` is passed.
            AllRefused: Odoo refuses row after row for the same reason.
        """
        self.check_rejects()
        self.check_refusals()

    def check_rejects(self) -> None:
        """The first of these limits. Raises SafetyLimit."""
        counts = self._so_far.result.counts
        check_rejects(self._spec, counts.rejected, max(self.job_rows, counts.of_job), "no further write was made")

    def check_refusals(self) -> None:
        """The second of these limits. Raises AllRefused."""
        with self._lock:
            refusals = list(self._refusals.values())
        if self._any_landed or len(refusals) != 1:
            return
        (reasons,) = refusals
        refused = reasons.total()
        if refused >= SAME_ERROR_ROWS:
            reason = reasons.most_common(1)[0][0]
            raise AllRefused(
                f"{refused} rows: {reason}. Odoo refused every row so far for the same reason, so the job was stopped;"
                " mend the job or the rows, then run it again"
            )


def check_rejects(spec: JobSpec, rejected: int, rows: int, consequence: str) -> None:
    """Hold rejects against the job's limit.

    Raises:
        SafetyLimit: there are more.
    """
    limit = spec.load.max_rejects
    if limit is not None and limit.exceeded(rejected, rows):
        raise SafetyLimit(
            f"{rejected} of {rows} rows are rejected, more than max_rejects {limit} allows; {consequence}: see the"
            " rejects file, then mend the rows or raise the limit"
        )


def _less(counts: Counts, rows: int) -> Counts:
    """The counts without so many rows, first those that were left as they were."""
    if not rows:
        return counts
    for kind in ("unchanged", "skipped", "updated", "created"):
        less = min(rows, getattr(counts, kind))
        rows -= less
        counts = counts.plus(**{kind: -less})
    return counts


def _taken_from(counts: Counts, wanted: Mapping[str, int], rows: int) -> dict[str, int]:
    """So many rows of these kinds, as far as there are so many; of other kinds for the rest."""
    taken = Counter[str]()
    for kind, most in [*wanted.items(), *dict.fromkeys(("unchanged", "updated", "created", "skipped"), rows).items()]:
        some = min(rows, most, getattr(counts, kind) - taken[kind])
        taken[kind] += some
        rows -= some
    return {kind: some for kind, some in taken.items() if some}
