"""The plan again, held against the plan file: before anything is written, everything that differs is known."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from odoo_etl.mapping import Record, Reject, shown_key
from odoo_etl.planfile.differences import SHOWN, changed_rows, differing_paths, source_of, told, told_write
from odoo_etl.planfile.keeping import REJECT, STEP
from odoo_etl.planfile.kept import Image, digest_of, image_of_new, image_of_update, place_of, places_in
from odoo_etl.planfile.store import Entry, PlanFile, SourceRows
from odoo_etl.planning import Create, NoChange, Plan, RecordRules, Update
from odoo_etl.spec import JobSpec

MOST_KEPT = 10 * SHOWN
AFTER_ALL_ROWS = 2**62


class Comparison:
    """Holds a plan against a plan file.

    Attributes:
        count: how many differences there are.
    """

    def __init__(self, file: PlanFile) -> None:
        self.file = file
        self.count = 0
        self._found: list[tuple[int, int, str]] = []  # by job, and number of a row
        self._jobs: dict[str, int] = {}
        self.seen: set[int] = set()
        self.others: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def of(self, spec: JobSpec, /, *, again: bool = False) -> JobComparison:
        """Who compares one job; a plan looks at none again."""
        del again
        self._jobs.setdefault(spec.job, len(self._jobs))
        return JobComparison(self, spec)

    @property
    def first(self) -> list[str]:
        """The first differences, in the order of jobs and rows."""
        return [text for _, _, text in sorted(self._found)[:SHOWN]]

    def differs(self, text: str, job: str = "", number: int = -1) -> None:
        """Something is not as the plan file says, of the job and the row of that number."""
        with self._lock:
            self.count += 1
            self._found.append((self._jobs.get(job, -1), number, text))
            if len(self._found) > MOST_KEPT:
                self._found = sorted(self._found)[:SHOWN]

    def see(self, entries: Iterable[Entry]) -> None:
        """These planned writes came again."""
        with self._lock:
            self.seen.update(one.id for one in entries)

    def conclude(self) -> None:
        """The plan has come to its end: what the file has and nobody heard of is no longer due."""
        for entry in self.file.all_entries():
            if entry.id not in self.seen:
                self.differs(f"{entry}: the planned {entry.kind} is not due any more", entry.job, entry.number)
        for job, kind in self.file.kinds():
            if kind != REJECT and (job, kind) not in self.others:
                self.compare_others(job, kind, {})

    def compare_others(self, job: str, kind: str, names: Mapping[int, str]) -> None:
        """Records that something else happens to, beside those of the plan file."""
        self.others.add((job, kind))
        planned, what = self.file.others(job, kind), kind.removeprefix(STEP)
        for each in sorted(names.keys() - planned.keys()):
            self.differs(f"{job}: {what} of record {_named(each, names)} is not in the plan", job, AFTER_ALL_ROWS)
        for each in sorted(planned.keys() - names.keys()):
            text = f"{job}: {what} of record {_named(each, planned)} is planned, and not due any more"
            self.differs(text, job, AFTER_ALL_ROWS)


class JobComparison:
    """Holds the plan of one job against a plan file; may be told from several lanes."""

    def __init__(self, run: Comparison, spec: JobSpec) -> None:
        self._run, self._job, self._model, self._source = run, spec.job, spec.target.model, source_of(spec)
        self._deferred = frozenset(spec.deferred)

    def gathered(self, fingerprint: str, rows: int, mark: str, /) -> None:
        """Compare what the source holds, and what is left out of it."""
        planned, now = self._run.file.sources.get(self._job, ()), SourceRows(fingerprint, rows, mark)
        for text in changed_rows(planned, now, self._source):
            self._differs(f"{self._job}: {text}")

    def writes(self, rules: RecordRules, plan: Plan, /) -> Mapping[int, str]:
        """Compare the writes of a plan."""
        file = self._run.file
        places = file.by_place(self._job, places_in(plan))
        found = file.by_record(self._job, [one.id for one in plan.updates])
        for create in plan.creates:
            self._create(create, rules, places.get(place_of(create.record)))
        for update in plan.updates:
            self._update(update, rules, found.get(update.id) or places.get(place_of(update.record)))
        return {}

    def completed(self, rules: RecordRules, records: Iterable[Record], /) -> None:
        """Compare what new records get once the others are there."""
        for record in records:
            entry = self._run.file.by_place(self._job, [place_of(record)]).get(place_of(record))
            if entry is not None and entry.kind == "create":
                planned, now = self._run.file.image(entry), image_of_new(record, rules)
                later = [path for path in now if path in self._deferred]
                self._tell(entry, *({path: one[path] for path in later if path in one} for one in (planned, now)))

    def left(self, _records: Sequence[NoChange], /) -> None:
        """Planned writes that are not due are told in the end."""

    def rejected(self, _rejects: Sequence[Reject], /) -> None:
        """Planned writes that cannot land are told in the end."""

    def made(self, _ids: Sequence[int], /) -> None:
        """A plan makes nothing."""

    def removals(self, kind: str, names: Mapping[int, str], /) -> None:
        """Compare which records go, or become active again."""
        self._run.compare_others(self._job, kind, names)

    def step(self, name: str, ids: Collection[int], /) -> None:
        """Compare which records that are there a step may be for."""
        self._run.compare_others(self._job, STEP + name, dict.fromkeys(ids, ""))

    def _create(self, create: Create, rules: RecordRules, entry: Entry | None) -> None:
        record, image = create.record, image_of_new(create.record, rules)
        number = record.number
        name = f"{self._job}: {shown_key(record)} (new {self._model})"
        if entry is None:
            self._differs(f"{name} is not in the plan: {told_write(image)}", number)
            return
        self._run.see([entry])
        if entry.kind == "update":
            self._differs(f"{entry} is planned to be changed and is not there any more; it would be created", number)
        elif record.later is None:
            self._compare(entry, image)
        else:  # the rest follows when the others are there
            planned = self._run.file.image(entry)
            self._tell(entry, {path: planned[path] for path in planned if path in image}, image)

    def _update(self, update: Update, rules: RecordRules, entry: Entry | None) -> None:
        image, number = image_of_update(update, rules), update.record.number
        name = f"{self._job}: {shown_key(update.record)} ({self._model} {update.id})"
        if entry is None:
            self._differs(f"{name} is not in the plan: {told_write(image)}", number)
            return
        self._run.see([entry])
        if entry.kind == "create":
            self._differs(f"{name} is planned to be created, and is there by now", number)
        elif entry.record != update.id:
            self._differs(f"{name} is planned to be {self._model} {entry.record}", number)
        else:
            self._compare(entry, image)

    def _differs(self, text: str, number: int = -1) -> None:
        self._run.differs(text, self._job, number)

    def _compare(self, entry: Entry, now: Image) -> None:
        if digest_of(now) != entry.digest:
            self._tell(entry, self._run.file.image(entry), now)

    def _tell(self, entry: Entry, planned: Image, now: Image) -> None:
        if paths := differing_paths(planned, now, _equal):
            self._differs(f"{entry}: {told(planned, now, paths)}", entry.number)


def _equal(planned: object, now: object) -> bool:
    return planned == now


def _named(each: int, names: Mapping[int, str]) -> str:
    return f"{each} ({names[each]})" if names[each] else str(each)
