"""Taking a run back: what updates replaced returns, what it created goes, records that somebody changed since stay.

Undo is a run like any other: its writes are in the ledger, so that it can be repeated, and undone in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from odoo_etl.errors import OdooEtlError, Refused, UsageError
from odoo_etl.events import Phase
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import in_one_case
from odoo_etl.observers import JobObserver
from odoo_etl.planning import ACTIVE, Dependents, Update, difference
from odoo_etl.results import Destination, JobResult, LeftRecord, LineCounts, UndoneRecords
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import CallEntry, JobEntry, Ledger, WritesSince
from odoo_etl.sync import CONTEXT, KeepChanges, ending_recorded, server_recorded
from odoo_etl.sync.existing import EXTERNAL_ID, ExternalIdFinder, Schema
from odoo_etl.sync.line_counts import added, of_children
from odoo_etl.sync.ports import Odoo, Target
from odoo_etl.sync.read_back import Known, is_known
from odoo_etl.sync.session import Recovery, known_database
from odoo_etl.sync.writing import Adoptions, Recorder, Removal, Remover, Rights, Settler, pages, updates_of
from odoo_etl.undoing.external_ids import ExternalIdsBack
from odoo_etl.undoing.lines_back import LinesBack, entry_lines
from odoo_etl.undoing.orphans import Orphans
from odoo_etl.undoing.plan import (
    Since,
    UndoPlan,
    UndoPlanner,
    differing_paths,
    mark_notes,
    without_new_lines,
)
from odoo_etl.undoing.put_back import KeptForms, PutBack
from odoo_etl.undoing.referrers import Referrers, Withdrawn
from odoo_etl.undoing.shown import ShownUndo
from odoo_etl.undoing.traces import Trace, step_notes, traces
from odoo_etl.undoing.written import Written

LOOKS = 3  # at what was put back; the last one only tells


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """How a run is to be undone.

    Attributes:
        run_id: the name of the undo itself in the ledger.
        db: the `db` of the connection.
        shown: given, nothing is written, and so many changes are shown.
        keep: of an undo that is only planned, keeps all changes.
        delete: delete what the run created, also where it could be archived.
        destination: where it writes.
        judged: as `Since` has it.
        withdrawn: takes note of what is taken back; the jobs of a run share it.
    """

    ledger: Ledger
    run_id: str
    db: str = ""
    settler: Settler = field(default_factory=Settler)
    shown: int | None = None
    keep: KeepChanges | None = None
    delete: bool = False
    destination: Callable[[], Destination] | None = None
    judged: Mapping[int, str] = field(default_factory=dict)
    withdrawn: Withdrawn = field(default_factory=Withdrawn)


def undo_job(entry: JobEntry, client: Odoo, observer: JobObserver, so_far: JobSoFar, request: UndoRequest) -> JobResult:
    """Undo one job of a run. Every way out, errors included, stands in the result.

    Args:
        so_far: as for `run_job`.
    """
    with ending_recorded(client, observer, so_far):
        server_recorded(client, so_far, request.destination)
        database = known_database(client, request.db, request.ledger, so_far.note, request.destination)
        entry = replace(entry, database=request.ledger.database_of(entry.id))  # it may have been taken over just now
        _JobUndo(entry, client, observer, so_far, request).run(database)
    return so_far.result


def judge_job(entry: JobEntry, client: Odoo, observer: JobObserver, request: UndoRequest) -> dict[int, str]:
    """Id to why the undo of a job would leave a record alone ("": it would not), before anything is undone."""
    return _JobUndo(entry, client, observer, JobSoFar.begun(entry.job, entry.model), request).judge()


class _JobUndo:
    """The undoing of one job."""

    def __init__(
        self, entry: JobEntry, client: Odoo, observer: JobObserver, so_far: JobSoFar, request: UndoRequest
    ) -> None:
        self._entry, self._client, self._observer, self._request = entry, client, observer, request
        self._so_far = so_far
        self._target = Target(client, entry.model, {**CONTEXT, **entry.details.get("context", {})})
        self._undone: Counter[str] = Counter()
        self._left: list[LeftRecord] = []
        self._counted: set[int] = set()
        self._put_back: set[int] = set()
        self._lines: dict[int, LineCounts] = {}
        self._schema = Schema(client, self._target.context)
        self._came_back = LinesBack(self._target, self._schema)

    def run(self, database: str) -> None:
        """Take back what the job did, page by page."""
        if database != self._entry.database:
            raise UsageError(
                f"run {self._entry.run_id} wrote job {self._entry.job} to another database ({self._entry.database}, now"
                f" {database}), so it cannot be undone here; nothing was written"
            )
        self._so_far.add(notes=tuple(step_notes(self._calls)))
        try:
            (self._take_back if self._request.shown is None else self._show_all)(database)
        finally:
            self._so_far.know(undone=UndoneRecords(**self._undone, left=tuple(self._left)))

    def _show_all(self, database: str) -> None:
        """Count what would be done."""
        self._take_marks_back(database)
        with closing(ShownUndo(self._request.shown or 0, self._request.keep)) as shown:
            self._each_page(lambda plan: self._show(plan, shown))
            self._external_ids.show(shown.named)
            self._so_far.know(**shown.result(self._entry.job, self._target, self._schema))

    def _take_back(self, database: str) -> None:
        """Write, with the undo's own entry in the ledger."""
        with self._journal(database) as recorder:
            self._take_marks_back(database)  # first: what is undone only in part is read again as well
            remover = Remover(self._target, recorder, self._request.settler)
            orphans = Orphans(self._target, self._schema, recorder, self._left_behind)
            parts = (self._target, recorder, self._dependents, self._named)
            settling = (self._request.settler, lambda: self._so_far.know(settled=self._so_far.result.settled + 1))
            put_back = PutBack(updates_of(self._written.rules, settling, parts))
            self._each_page(lambda plan: self._carry_out(plan, put_back, remover, orphans))
            landed, refused = put_back.conclude(self._written.rules.fields)
            self._put_back |= set(landed)
            self._done("put_back", landed)
            for one in refused:
                self._refused(one.record.key[0], one.error)
            self._look_again(put_back)
            self._came_back.remember(entry_lines(self._request.ledger, self._entry))
            self._external_ids.carry_out(Adoptions(self._target, recorder, self._request.settler))
            self._name_left()
            recorder.stamp(self._target)

    def judge(self) -> dict[int, str]:
        """Each record to why it is left alone; "" for none."""
        left = {one.id: one.reason for plan in self._plans() for one in plan.left}
        return dict.fromkeys(self._traces, "") | left

    @contextmanager
    def _journal(self, database: str) -> Iterator[Recorder]:
        """The undo's own entry, alone with the job."""
        entry, request, ledger = self._entry, self._request, self._request.ledger
        with ledger.lock(f"job:{entry.job}", database, request.run_id) as lock:
            note = self._so_far.note
            if lock.taken_over:
                note(lock.taken_over)
            recovery = Recovery(self._client, ledger, request.settler, note)
            self._so_far.know(settled=recovery.settle(entry.job, entry.model, database, creates=False))
            now = {"destination": asdict(request.destination())} if request.destination else {}
            details = {**entry.details, "partial": True, **now}
            journal = ledger.start_job(request.run_id, entry.job, entry.model, database, "", details, held=[lock])
            try:
                yield Recorder(journal, request.settler.pause, Rights(self._target))
            except BaseException as error:
                status = "failed" if isinstance(error, OdooEtlError) else "interrupted"
                self._tell_open(by_outage=isinstance(error, OdooEtlError))
                journal.finish(status, asdict(self._so_far.result.counts))
                raise
            journal.finish("done", asdict(self._so_far.result.counts))

    def _tell_open(self, *, by_outage: bool) -> None:
        """Tell of the records without an outcome: an error may have come in the middle of them, a signal does not."""
        counts = self._so_far.result.counts
        if not by_outage:
            self._so_far.know(counts=replace(counts, not_attempted=max(0, counts.read - counts.accounted)))

    def _take_marks_back(self, database: str) -> None:
        """Let the next run read again what is undone."""
        entry, request = self._entry, self._request
        undone, marks = request.ledger.run(entry.run_id), request.ledger.marks(entry.job, database)
        again = undone is not None and undone.command == "undo"
        back = marks.take_back(entry.run_id, request.run_id, again=again, only_look=request.shown is not None)
        self._so_far.add(notes=tuple(mark_notes(back, again=again)))

    def _each_page(self, handle: Callable[[UndoPlan], None]) -> None:
        """Plan the records page by page, and tell which are left as they are."""
        self._so_far.count(read=len(self._traces))
        self._observer.phase(self._entry.job, Phase.UNDO)
        self._observer.job_started(self._entry.job, len(self._traces))
        for plan in self._plans():
            self._spare_used(plan)
            self._lines |= {one.id: of_children(one.children) for one in plan.put_back if one.children}
            self._so_far.count(unchanged=plan.unchanged)
            for one in plan.left:
                self._leave(one)
            handle(plan)
            self._observer.progressed(self._entry.job, self._so_far.result.counts)

    def _spare_used(self, plan: UndoPlan) -> None:
        """Leave those alone that a lookup created and that others use by now."""
        if not self._entry.details.get("made_for"):
            return
        reasons = self._referrers.reasons([one.id for one in (*plan.archive, *plan.delete)])
        if not reasons:
            return
        rows = self._client.read(self._entry.model, list(reasons), ["display_name"], context=self._target.context)
        names = {row["id"]: str(row["display_name"]) for row in rows}
        plan.left += [LeftRecord(each, names.get(each, ""), why) for each, why in reasons.items()]
        plan.archive = [one for one in plan.archive if one.id not in reasons]
        plan.delete = [one for one in plan.delete if one.id not in reasons]

    def _look_again(self, put_back: PutBack) -> None:
        """Write again the records that putting another one back may have changed, and report what stays different.

        Twice, so that of two that take values from each other the one has its own which the run wrote first: of the
        other the ledger may know what it held after that.
        """
        ids, found = frozenset(self._put_back | put_back.lost), list[Update]()
        for attempt in range(LOOKS):
            found = []
            for plan in self._plans(ids):
                found += plan.put_back
                if attempt < LOOKS - 1:
                    self._put_again(plan.put_back, put_back)
            if not found:
                return
        for one in found:
            reason = f"Odoo keeps other values than before: {', '.join(differing_paths(one))}"
            self._leave(LeftRecord(one.id, str(one.existing.get("display_name", "")), reason))

    def _put_again(self, updates: Sequence[Update], put_back: PutBack) -> None:
        """Write what still differs; lines are made again only by the write that lands."""
        due = [one if one.id in put_back.lost else without_new_lines(one) for one in updates]
        landed = set(put_back.apply([one for one in due if one.differs])) - self._put_back
        self._put_back |= landed
        self._done("put_back", sorted(landed))

    def _plans(self, among: Collection[int] | None = None) -> Iterator[UndoPlan]:
        """Plan what is to be done, page by page; the last written come first, since their writes may have moved others.

        Args:
            among: only these, which are known to be as the run left them, or put back by now.
        """
        entry, ledger, request = self._entry, self._request.ledger, self._request
        written = max((call.stamp for call in self._calls), default="")
        judged = {**request.judged, **dict.fromkeys(among or (), "")}
        back = ledger.taken_back(entry.model, entry.database, entry.id)
        last = ledger.last_stamp(entry.job, entry.database, entry.run_id)
        since = Since(written, last, judged, back, lambda: self._later, self._client.authenticate)
        found, rules = self._traces, self._written.rules
        planner = UndoPlanner(rules, self._dependents, since, self._came_back.note, delete=request.delete)
        kept = KeptForms(ledger, entry, rules.fields)
        touched = [each for each in reversed(found) if not found[each].is_only_named]
        for ids in pages([each for each in touched if among is None or each in among]):
            existing = self._written.read(ids)
            kept.recognise(self._target, rules, existing.values())
            known = kept.recall(ids)
            strangers = dict(self._strangers(existing, rules.fields, known))
            yield planner.plan({each: found[each] for each in ids}, existing, known, strangers)

    def _carry_out(self, plan: UndoPlan, put_back: PutBack, remover: Remover, orphans: Orphans) -> None:
        """Write one page; what Odoo refuses is left as it is, or tried once more."""
        put_back.apply(orphans.in_the_way(plan.emptied))
        landed = put_back.apply(plan.put_back)
        self._put_back |= set(landed)
        self._done("put_back", landed)
        remover.write("unarchive", plan.activate, {ACTIVE: True}, self._landed("made_active"), self._refuse)
        remover.write("archive", plan.archive, {ACTIVE: False}, self._landed("archived"), self._refuse)
        gone = set[int]()
        remover.unlink([item.id for item in plan.delete], self._landed("deleted", gone), self._refuse)
        orphans.delete(plan.emptied, gone)

    def _show(self, plan: UndoPlan, shown: ShownUndo) -> None:
        """Count one page without writing, and note its changes."""
        self._done("put_back", [update.id for update in plan.put_back])
        self._request.withdrawn.put_back(self._place, plan.put_back)
        for what, items in (("made_active", plan.activate), ("archived", plan.archive), ("deleted", plan.delete)):
            self._landed(what)(items)
        shown.note(plan, self._written.rules)

    def _landed(self, what: str, ids: set[int] | None = None) -> Callable[[Sequence[Removal]], None]:
        """Take note of what was done with records, and of their ids."""

        def landed(items: Sequence[Removal]) -> None:
            found = [item.id for item in items]
            (set() if ids is None else ids).update(found)
            self._withdraw(what, found)

        return landed

    def _left_behind(self, record_id: int, reason: str) -> None:
        self._leave(LeftRecord(record_id, "", reason))

    def _withdraw(self, what: str, ids: Sequence[int]) -> None:
        if what != "made_active":
            self._request.withdrawn.gone(self._place, ids)
        self._done(what, ids)

    def _done(self, what: str, ids: Sequence[int]) -> None:
        self._undone[what] += len(ids)
        if what == "put_back" and (lines := [self._lines.pop(each) for each in ids if each in self._lines]):
            self._so_far.know(lines=added([self._so_far.result.lines, *lines]))
        self._so_far.count(updated=self._first_reported(ids))

    def _first_reported(self, ids: Sequence[int]) -> int:
        """How many of these are not counted yet: a record may get values back and be archived or made active."""
        new = set(ids) - self._counted
        self._counted |= new
        return len(new)

    def _refuse(self, item: Removal, error: Refused) -> None:
        self._refused(item.id, error)

    def _refused(self, record_id: int, error: Refused) -> None:
        self._leave(LeftRecord(record_id, "", str(error)))

    def _name_left(self) -> None:
        """Ask what the records are called that Odoo refused: people do not know them by their ids."""
        names = dict[int, str]()
        for ids in pages([one.id for one in self._left if not one.name]):
            names |= {each: str(row.get("display_name") or "") for each, row in self._written.read(ids).items()}
        self._left = [replace(one, name=one.name or names.get(one.id, "")) for one in self._left]

    def _leave(self, left: LeftRecord) -> None:
        self._so_far.count(skipped=self._first_reported([left.id]))
        self._left.append(left)

    @property
    def _external_ids(self) -> ExternalIdsBack:
        def left(record_id: int, reason: str) -> None:
            self._leave(LeftRecord(record_id, "", reason))

        def unchanged(records: int) -> None:
            self._so_far.count(unchanged=records)

        return ExternalIdsBack(self._target, self._traces, self._done, left, unchanged)

    @cached_property
    def _referrers(self) -> Referrers:
        entry, ledger = self._entry, self._request.ledger
        until = ledger.last_stamp("", entry.database, entry.run_id)  # of any job of the run
        return Referrers(self._target, entry.database, ledger, self._request.withdrawn, until)

    @property
    def _place(self) -> tuple[str, str]:
        return self._entry.database, self._entry.model

    def _dependents(self) -> Dependents:
        return self._schema.dependents(self._target.model)

    def _named(self, updates: Sequence[Update]) -> list[dict[str, Any]]:
        return [self._known.get(one.id, {}) for one in updates]

    def _strangers(
        self, existing: Mapping[int, Mapping[str, Any]], fields: Mapping[str, TargetField], kept: Known
    ) -> Iterator[tuple[int, str]]:
        """Id to why it belongs to another record than what the run wrote; a key that Odoo rewrote is its own."""
        comparers = {name: one.comparer() for name, one in fields.items()}
        keys = {each: self._known[each] for each in existing if each in self._known}
        for each, key in keys.items():
            known = {name: value for name, value in key.items() if name in comparers}
            for name, (now, before) in difference(known, existing[each], comparers).items():
                if not (is_known(kept.get((each, name)), before, now) or self._is_cased(now, before)):
                    yield each, f"{name} is {now!r} and was {before!r}: another record, or changed since"
        named = {each: str(key[EXTERNAL_ID]) for each, key in keys.items() if EXTERNAL_ID in key}
        named = {each: name for each, name in named.items() if name not in self._traces[each].named}
        for module in {name.partition(".")[0] for name in named.values()}:
            finder = ExternalIdFinder(self._client, self._target.model, module, {}, self._target.context)
            for each in finder.strangers({each: keys[each] for each in named}):
                yield each, f"{named[each]} is another record, or gone"

    def _is_cased(self, now: Any, before: Any) -> bool:
        """Whether a key is the same to the job, in another case."""
        return bool(self._entry.details.get("ignore_case")) and in_one_case(now) == in_one_case(before)

    @cached_property
    def _later(self) -> WritesSince:
        return self._request.ledger.written_later(self._entry)

    @cached_property
    def _calls(self) -> list[CallEntry]:
        return list(self._request.ledger.calls(self._entry.id))

    @cached_property
    def _traces(self) -> dict[int, Trace]:
        """Id to what the run did to the record."""
        return traces(self._calls)

    @cached_property
    def _known(self) -> Mapping[int, dict[str, Any]]:
        """Id to what the run knew the record by."""
        entry = self._entry
        return self._request.ledger.keys_of(entry.job, entry.model, entry.database, set(self._traces), entry.id)

    @cached_property
    def _written(self) -> Written:
        keys = {name for key in self._known.values() for name in key} - {EXTERNAL_ID}
        return Written(self._target, self._schema, self._traces.values(), keys)
