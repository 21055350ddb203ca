"""Each write of a run that applies a plan file is held against it right before it is sent.

What this run has sent before it may send again, and finish: a value that Odoo computed anew, a call that got no answer.
Whatever else differs ends the run: the values that Odoo has, those that are to be sent, records that nobody planned.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from odoo_etl.errors import StalePlan
from odoo_etl.mapping import Record, Reject, shown_key
from odoo_etl.planfile.differences import changed_rows, differing_paths, source_of, told, told_write
from odoo_etl.planfile.keeping import STEP
from odoo_etl.planfile.kept import Image, digest_of, image_of_new, image_of_update, is_as_planned, place_of, places_in
from odoo_etl.planfile.store import Entry, PlanFile, SourceRows
from odoo_etl.planning import Create, NoChange, Plan, RecordRules, Update, field_of_line
from odoo_etl.spec import JobSpec

Made = Mapping[tuple[str, str], Collection[int]]  # connection and model to ids
_NAMED = 3  # records that an error names
_IN_PART = "Odoo refused the record that the plan makes of several rows; this row alone would write something else"


class Guard:
    """Lets the writes of a plan file pass, and no others.

    Args:
        made: given, the run goes on with one that has carried out some of them: finds the records which that created;
            asked anew for each job, since calls that got no answer are settled when a job begins.
        unbegun: the jobs that it had not begun.
    """

    def __init__(self, file: PlanFile, made: Callable[[], Made] | None = None, unbegun: Collection[str] = ()) -> None:
        self.file, self.resumed, self._find_made, self._unbegun = file, made is not None, made, unbegun
        self.sent: set[int] = set()  # planned writes that were let pass
        self._made: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._models = {(one["connection"], one["model"]) for one in file.facts.get("targets", ())}
        self._stale: StalePlan | None = None
        self._lock = threading.Lock()

    def of(self, spec: JobSpec, /, *, again: bool = False) -> JobGuard:
        """Who watches one job."""
        return JobGuardAgain(self, spec) if again else JobGuard(self, spec)

    def begin(self) -> None:
        """A job begins: what became of earlier calls is known by now. Raises StalePlan."""
        self.go_on()
        for (connection, model), ids in (self._find_made() if self._find_made else {}).items():
            self.made(connection, model, ids)

    def reads_anew(self, job: str) -> bool:
        """Whether a job reads its source for the first time under the plan; else the ledger knows what it held."""
        return not self.resumed or job in self._unbegun

    def go_on(self) -> None:
        """Nothing has ended the run so far. Raises StalePlan."""
        if self._stale is not None:
            raise StalePlan(f"not begun, or not finished, because another part of the plan is stale: {self._stale}")

    def stop(self, differences: Sequence[str]) -> StalePlan:
        """The error that ends the run: these writes are not as planned."""
        some = "; ".join(differences[:_NAMED])
        more = f"; … and {len(differences) - _NAMED} more" if len(differences) > _NAMED else ""
        with self._lock:
            error = StalePlan(
                f"the plan file {self.file.known_as} is stale, this was not written: {some}{more}. Written before that:"
                f" {len(self.sent)} of the planned creates and updates, as this report counts them. Put it back as the"
                " plan found it, then `odoo-etl resume` goes on under the same plan; or plan again with --out"
            )
            self._stale = self._stale or error
        return error

    def let_pass(self, entries: Iterable[Entry]) -> None:
        """These planned writes are sent next."""
        with self._lock:
            self.sent.update(one.id for one in entries)

    def made(self, connection: str, model: str, ids: Iterable[int]) -> None:
        """The run created records."""
        with self._lock:
            self._made[connection, model].update(ids)

    def is_made(self, connection: str, model: str, record_id: int) -> bool:
        """Whether the run created a record; of lines, whose ids nobody told, that is taken for true."""
        with self._lock:
            place = connection, model
            return record_id in self._made[place] or place not in self._models


class JobGuard:
    """Watches one job; may be told from several lanes."""

    def __init__(self, run: Guard, spec: JobSpec) -> None:
        self._run, self._file, self._job = run, run.file, spec.job
        self._connection, self._model, self._source = spec.target.connection, spec.target.model, source_of(spec)

    def gathered(self, fingerprint: str, rows: int, mark: str, /) -> None:
        """The source is as it was; a run that is gone on with sees to that itself where it had begun."""
        self._run.begin()
        if not self._run.reads_anew(self._job):
            return
        now = SourceRows(fingerprint, rows, mark)
        if changed := changed_rows(self._file.sources.get(self._job, ()), now, self._source):
            raise self._run.stop([f"{self._job}: {text}" for text in changed])

    def writes(self, rules: RecordRules, plan: Plan, /) -> Mapping[int, str]:
        """Let the writes of a plan pass, if they are planned; rows that the plan rejects stay rejects."""
        self._run.go_on()
        places = self._file.by_place(self._job, places_in(plan))
        found = self._file.by_record(self._job, [one.id for one in plan.updates])
        new = [(one, places.get(place_of(one.record))) for one in plan.creates]
        changed = [(one, found.get(one.id) or places.get(place_of(one.record))) for one in plan.updates]
        unplanned = [one.record for one, entry in new if entry is None]
        unplanned += [one.record for one, entry in changed if entry is None]
        rejected = self._rejected(unplanned) if unplanned else {}
        odd = [(text, one.record, at) for one, at in new if (text := self._create(one, rules, at, rejected))]
        odd += [(text, one.record, at) for one, at in changed if (text := self._update(one, rules, at, rejected))]
        parts = {record.number for _, record, at in odd if at and self._is_in_part(record, at)}
        rejected |= dict.fromkeys(parts, _IN_PART)
        wrong = [text for text, record, _ in odd if record.number not in parts]
        if wrong:
            raise self._run.stop(wrong)
        self._run.let_pass([*places.values(), *found.values()])
        return rejected

    def completed(self, _rules: RecordRules, _records: Iterable[Record], /) -> None:
        """A run writes what new records get besides."""

    def left(self, records: Sequence[NoChange], /) -> None:
        """None of these records was to be written, unless it was."""
        found = self._unsent(self._file.by_place, [place_of(one.record) for one in records])
        if not found:
            return
        pairs = [(one, entry) for one in records if (entry := found.get(place_of(one.record)))]
        if wrong := [text for one, entry in pairs if (text := self._left(one, entry))]:
            raise self._run.stop(wrong)

    def rejected(self, rejects: Sequence[Reject], /) -> None:
        """None of these rows was to be written, unless Odoo refused it."""
        if self._run.resumed or len(self._file.sources.get(self._job, ())) > 1:  # rows of one number are several then
            return
        why = {one.row.number: one.flaws[0].reason for one in rejects if one.flaws}
        if found := self._unsent(self._file.by_number, why):
            raise self._run.stop(
                [f"{entry}: the planned {entry.kind} cannot be made: {why[number]}" for number, entry in found.items()]
            )

    def made(self, ids: Sequence[int], /) -> None:
        """Remember which records are the run's own."""
        self._run.made(self._connection, self._model, ids)

    def removals(self, kind: str, names: Mapping[int, str], /) -> None:
        """Let planned removals pass."""
        self._run.go_on()
        self._others(kind, kind, names)

    def step(self, name: str, ids: Collection[int], /) -> None:
        """Let a step pass for records that are planned, and those that the run made."""
        self._run.go_on()
        self._others(STEP + name, f"step {name}", [each for each in ids if not self._is_made(self._model, each)])

    def _others(self, kind: str, what: str, ids: Iterable[int]) -> None:
        planned = self._file.others(self._job, kind)
        wrong = [each for each in ids if each not in planned]
        if wrong:
            raise self._run.stop([f"{self._job}: {what} of {self._model} {each} is not planned" for each in wrong])

    def _unsent(
        self, find: Callable[[str, Collection[int]], dict[int, Entry]], places: Collection[int]
    ) -> dict[int, Entry]:
        """The planned writes there that were not let pass so far."""
        found = find(self._job, places) if places else {}
        return {place: entry for place, entry in found.items() if entry.id not in self._run.sent}

    def _left(self, one: NoChange, entry: Entry) -> str:
        """Why it is wrong that a record with a planned write needs none; "" where it is not."""
        if entry.kind == "create":
            made = one.id is not None and self._is_made(self._model, one.id)
            return "" if made else f"{entry}: it was to be created, and is there as {self._model} {one.id}"
        image = self._image(entry)
        if self._run.resumed or all(self._is_anothers(entry, path, pair[1]) for path, pair in image.items()):
            return ""
        return f"{entry}: the planned update is not due any more"

    def _is_in_part(self, record: Record, entry: Entry) -> bool:
        """Whether a record is one of several rows alone, after Odoo refused all of them together."""
        return entry.id in self._run.sent and len(record.rows) < entry.rows

    def _rejected(self, records: Sequence[Record]) -> dict[int, str]:
        """The records whose rows the plan rejects, by number, and why."""
        rows = self._file.rejected(self._job, [row.number for record in records for row in record.rows])
        whole = [record for record in records if all(row.number in rows for row in record.rows)]
        return {
            record.number: f"the plan rejects this row, so it is left out now as well: {rows[record.rows[0].number]}"
            for record in whole
        }

    def _create(self, create: Create, rules: RecordRules, entry: Entry | None, rejected: Collection[int]) -> str:
        record, now = create.record, image_of_new(create.record, rules)
        name = f"{self._job}: {shown_key(record)} (new {self._model})"
        if entry is None:
            return "" if record.number in rejected else f"{name} is not planned: {told_write(now)}"
        if entry.kind == "update":
            return f"{entry} was to be changed, and is not there any more"
        if digest_of(now) == entry.digest:
            return ""
        planned = self._image(entry)
        if record.later is not None:  # the rest follows when the others are there
            planned = {path: pair for path, pair in planned.items() if path in now}
        return self._differing(entry, planned, now)

    def _update(self, update: Update, rules: RecordRules, entry: Entry | None, rejected: Collection[int]) -> str:
        now = image_of_update(update, rules)
        name = f"{self._job}: {shown_key(update.record)} ({self._model} {update.id})"
        if entry is None:
            return "" if update.record.number in rejected else f"{name} is not planned: {told_write(now)}"
        if entry.kind == "create" and not self._is_made(self._model, update.id):
            return f"{name} was to be created, and is there by now"
        if entry.kind == "update" and entry.record != update.id:
            return f"{name} is another record than the planned {self._model} {entry.record}"
        if entry.kind == "create" or entry.id in self._run.sent:
            return self._finishing(entry, self._image(entry), now, rules)
        return self._first(entry, now)

    def _first(self, entry: Entry, now: Image) -> str:
        """Why the first write of a record is not the planned one; "" where it is."""
        if digest_of(now) == entry.digest:
            return ""
        planned = self._image(entry)
        if self._run.resumed:  # the rest is written
            planned = {path: pair for path, pair in planned.items() if path in now}
        return self._differing(entry, planned, now)

    def _differing(self, entry: Entry, planned: Image, now: Image) -> str:
        paths = differing_paths(planned, now, self._matches)
        left = [path for path in paths if not self._follows_another(entry, path, planned, now)]
        return f"{entry}: {told(planned, now, left)}" if left else ""

    def _finishing(self, entry: Entry, planned: Image, now: Image, rules: RecordRules) -> str:
        """Why a record that the run has written may not be written so again; "" where it may."""
        wrong = [path for path, pair in now.items() if not self._may_finish(planned.get(path), path, pair[1], rules)]
        return f"{entry}: {told(planned, now, wrong)}" if wrong else ""

    def _may_finish(self, planned: Sequence[object] | None, path: str, new: object, rules: RecordRules) -> bool:
        """Planned values, what was there before, a value that is emptied for a moment; what Odoo computes itself."""
        if planned is None:
            return _is_computed(rules, path)
        return self._matches(planned[1], new) or new == planned[0] or new is False

    def _follows_another(self, entry: Entry, path: str, planned: Image, now: Image) -> bool:
        """Whether a value differs only because another job of the plan has written its own there."""
        if path not in planned or entry.kind == "create":
            return False
        if path not in now:  # both want the same
            return self._is_anothers(entry, path, planned[path][1])
        return self._matches(planned[path][1], now[path][1]) and self._is_anothers(entry, path, now[path][0])

    def _is_anothers(self, entry: Entry, path: str, value: object) -> bool:
        """Whether another job of the plan writes this value there."""
        return any(path in one and _alike(one[path][1], value) for one in self._file.of_other_jobs(entry))

    def _matches(self, planned: object, now: object) -> bool:
        return is_as_planned(planned, now, self._is_made)

    def _is_made(self, model: str, record_id: int) -> bool:
        return self._run.is_made(self._connection, model, record_id)

    def _image(self, entry: Entry) -> Image:
        return self._file.image(entry)


class JobGuardAgain(JobGuard):
    """Watches a job that is looked at once more when others have written: only planned records are written again."""

    def gathered(self, _fingerprint: str, _rows: int, _mark: str, /) -> None:
        """The rows are some of those that the job had."""
        self._run.go_on()

    def left(self, _records: Sequence[NoChange], /) -> None:
        """Nothing is planned for a second look."""

    def rejected(self, _rejects: Sequence[Reject], /) -> None:
        """Nothing is planned for a second look."""


def _alike(planned: object, answered: object) -> bool:
    """Whether a value is what was planned for it: a set of records is answered as their ids."""
    if isinstance(planned, dict) and isinstance(answered, list):
        return planned.get("set") == answered
    return planned == answered


def _is_computed(rules: RecordRules, path: str) -> bool:
    """Whether Odoo computes a field, maybe of lines, from others."""
    name = path.partition("@")[0]
    try:
        field = rules.fields[name] if name in rules.fields else field_of_line(rules, path)
    except KeyError:
        return False
    return bool(field.depends)
