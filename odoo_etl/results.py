"""Results of a run: counts, rejected rows, results of jobs and of the run. Plain values, no behaviour.

The loader makes them, `reporting` prints and writes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Protocol

import orjson

Status = Literal["done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what became of them; `read` is the sum of the others once a job has ended.

    Attributes:
        filtered: rows that the job leaves out: for them nothing is looked up or written.
        failed: rows without an outcome, because the job ended before.
        not_attempted: failed rows whose turn had not come: no call of theirs is open, and nothing of them half done.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    filtered: int = 0
    rejected: int = 0
    failed: int = 0
    not_attempted: int = 0

    @property
    def attempted(self) -> int:
        """Failed rows whose turn had come."""
        return self.failed - self.not_attempted

    @property
    def of_job(self) -> int:
        """Rows that the job is about."""
        return self.read - self.filtered

    @property
    def accounted(self) -> int:
        """Rows whose outcome is known."""
        landed = self.created + self.updated + self.unchanged + self.skipped
        return landed + self.filtered + self.rejected + self.failed

    def plus(self, **more: int) -> Counts:
        """The counts with so many more rows."""
        return replace(self, **{kind: getattr(self, kind) + rows for kind, rows in more.items()})


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Lines of records by what became of them, those of lines included; they are counted beside the rows.

    Attributes:
        removed: lines that the source lacks, and that were deleted or archived therefore.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """Where jobs write.

    Attributes:
        connection: its name in project.yaml.
        url: `SANDBOX` for the embedded server, whose address is of one run only.
        database: "" where nobody named it, because the server has only one.
        user: the login.
        version: what answers, for example `Odoo 19.0`.
        environment: of project.yaml, or "".
    """

    connection: str
    url: str
    database: str
    user: str
    version: str
    environment: str = ""

    def __str__(self) -> str:
        """In one line, without the connection's name."""
        database = f"database {self.database}" if self.database else "its only database"
        where = f"{self.environment}, " if self.environment else ""
        return f"{where}{self.url}, {database}, user {self.user}, {self.version}"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row as reports name it.

    Attributes:
        file: which file it stands in, where the source has several; else "".
        cells: the original ones, in the order of the source's columns.
        attempts: how often the row was rejected, this time included.
        name: the file as the rejects file calls it, which no other file of the source is called.
        flaws: field, code and reason of everything that is wrong with it; nothing where it is one thing.
    """

    line: int
    file: str
    cells: tuple[Any, ...]
    field: str
    stage: str
    code: str
    reason: str
    attempts: int = 1
    name: str = ""
    flaws: tuple[tuple[str, str, str], ...] = ()

    @property
    def identity(self) -> RowIdentity:
        """Tells the row from the others of its source."""
        return row_identity(self.file, self.line, self.cells)


AFTER = "after"  # the stage of rows that had landed, and whose record was refused a step
STEP_UNKNOWN: Final = "step_unknown"  # the code of those of which nobody knows whether the step was done
RowIdentity = tuple[str, int, bytes]


def row_identity(file: str, line: int, cells: Sequence[Any]) -> RowIdentity:
    """Tells a row from the others of its source: rows that `explode` makes of one line differ in their cells.

    Cells count as the ledger keeps them: a date, and the text that it is there, are the same.
    """
    try:
        text = orjson.dumps(cells, default=str)
    except TypeError:  # as `state.payload` has it
        text = json.dumps(cells, default=str).encode("ascii")
    return file, line, blake2b(text, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """The rejected rows with the same flaw; a row with several flaws is in several groups.

    Attributes:
        field: "" where the flaw is none of a field.
        reason: without the values that it quotes, which are `…`.
        rows: how many.
        line, file: where the first of them stands; the file "" where the source has one only.
        example: its reason as it is.
    """

    field: str
    code: str
    reason: str
    rows: int
    line: int = 0
    file: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A value that Odoo keeps otherwise than it was sent.

    Attributes:
        key: what the record is found by.
        id: of the record.
    """

    key: str
    id: int
    field: str
    sent: Any
    kept: Any


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A field whose values Odoo keeps in a form of its own: in how many records, and one of them."""

    records: int
    example: Discrepancy


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """Values that Odoo keeps otherwise than they were sent.

    Attributes:
        rewritten: field to what is kept in a form of its own.
        not_kept_values: how many values are not kept at all.
        not_kept: the first of them.
    """

    rewritten: Mapping[str, Rewritten] = field(default_factory=dict)
    not_kept_values: int = 0
    not_kept: tuple[Discrepancy, ...] = ()


Action = Literal["create", "update", "archive", "activate", "delete", "set", "report"]


@dataclass(frozen=True, slots=True)
class ChangedField:
    """The kind of a field that changes.

    Attributes:
        type: as Odoo has it: `many2one`, `float`, ...
        model: whose records it refers to, or "".
        digits: after the point, of a number; None where Odoo says nothing of them.
        company: the name of the company whose value it is, where that is not the job's own.
    """

    type: str
    model: str = ""
    digits: int | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One planned write: what happens to which record, field by field.

    Attributes:
        action: `archive`, `delete`, `set` and `report` of what vanished from the source of a mirror, as its policy is;
            `activate` of what is there again. An undo has `update`, `activate`, `archive` and `delete`.
        key: what the record is found by; of an undo, what Odoo calls it.
        id: None for what is new.
        line: where the first of its rows stands; 0 where it has none.
        changes: path to (old, new): `name`, `name@fr_FR` in another language, `order_line[30].price_unit` of a line;
            old is None for what is new.
        file: in which file, where the source has several; else "".
        names: path to (old, new) in which each record is what people call it: only of fields that refer to records.
        new_lines: the paths of lines that an existing record gets: `order_line[40]`.
        archived: the record is archived in Odoo now.
    """

    action: Action
    key: str
    id: int | None
    line: int
    changes: dict[str, tuple[Any, Any]]
    file: str = ""
    names: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    new_lines: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that Odoo refused to change, and why."""

    id: int
    reason: str


CARRIED_OUT = {"archive": "archived", "unlink": "unlinked", "set": "set", "report": "reported"}  # by policy


@dataclass(frozen=True, slots=True)
class VanishedRecords:
    """The records that the source of a job lacks, those that it has again, and what was done with them.

    Attributes:
        policy: what a mirror does with them; "" of a job that is none, which only knows what is back.
        found: how many the source lacks.
        refused: those that Odoo refused to change.
        blocked: why nothing was looked for and removed, or "".
        returned: how many were, or would be, made active again; None where none came back.
        first: some that the source lacks, as people know them; None where nobody looked for them.
        removed: on how many the policy was carried out; None where that was not to be, or not come to.
    """

    policy: str = ""
    found: int = 0
    refused: tuple[RefusedRecord, ...] = ()
    blocked: str = ""
    returned: int | None = None
    first: tuple[str, ...] | None = None
    removed: int | None = None

    @property
    def wrote(self) -> bool:
        """Whether any record was changed."""
        return bool(self.returned or (self.removed and self.policy != "report"))

    @property
    def pending(self) -> bool:
        """Whether a run would change any, of a plan."""
        return bool(self.returned or (self.found and self.policy != "report"))


@dataclass(frozen=True, slots=True)
class LeftRecord:
    """A record that undo leaves alone, and why."""

    id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class UndoneRecords:
    """The records of a run that undo dealt with, or would: how many got values back, were made active, and so on.

    Attributes:
        ids_taken, ids_given: how many lost the external id that the run gave them, or got back one that it took.
    """

    put_back: int = 0
    made_active: int = 0
    archived: int = 0
    deleted: int = 0
    left: tuple[LeftRecord, ...] = ()
    ids_taken: int = 0
    ids_given: int = 0


@dataclass(frozen=True, slots=True)
class StepResult:
    """The outcome of one step on the records of a job.

    Attributes:
        step: what people know it by: its method, or the fields that it writes.
        records: for how many it was done; of a plan, for how many it would be, at most.
        refused: for how many Odoo refused it; they wait for the next run.
        unknown: for how many nobody knows whether it was done: a call got no answer.
    """

    step: str
    records: int = 0
    refused: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class DifferingRecord:
    """A record of which Odoo does not have what the source says.

    Attributes:
        key: what the record is found by.
        line: where the last of its rows stands.
        id: None where Odoo does not have it.
        expected: what the source says, as a number.
        found: what Odoo has, as a number, or why there is none.
    """

    key: str
    line: int
    file: str
    id: int | None
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that the job expects, and whether it is so.

    Attributes:
        place: where it stands in the job: `source[0]`, `odoo[2]`.
        about: what is looked at: `unique order_no`, `sum of amount_total`.
        outcome: `open` where nobody looked, and `told` says why.
        told: what was found, in a sentence.
        found, expected, difference: the numbers, exact, where two are compared.
        rows: the first of the rows that are not as they should be.
        records: the first of the records that differ.
        differing: how many records differ.
    """

    place: str
    about: str
    severity: Literal["error", "warn"]
    outcome: Literal["met", "failed", "open"]
    told: str
    found: str | None = None
    expected: str | None = None
    difference: str | None = None
    rows: tuple[str, ...] = ()
    records: tuple[DifferingRecord, ...] = ()
    differing: int = 0

    @property
    def is_error(self) -> bool:
        """Whether it ends the job."""
        return self.outcome == "failed" and self.severity == "error"


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of one job.

    Attributes:
        status: how it ended.
        part: "1/4" where a process did only this part of the job.
        counts: rows by what became of them.
        lines: lines of records, counted beside the rows.
        duplicates: rows whose key an earlier row already had.
        reject_codes: how many rows were rejected, by code.
        reasons: rejects with the same reason: how many, which; most first.
        reject_groups: every flaw by field and reason; most first.
        held_back: rows of a part that wait for other parts; counted as what they are so far.
        before: done by the run that is resumed: run, created, ..., rows.
        wrote: a call that writes has landed, whatever became of the rows.
        settled: calls without an answer whose outcome was found out afterwards.
        discrepancies: values that Odoo keeps otherwise than they were sent.
        steps: in the order of the job.
        vanished: of a mirror, and where archived records are in the source again.
        undone: of an undo.
        expectations: of the source, then of Odoo.
        notes: what a person should know besides.
        rejects_file: absolute path of the rejected rows, "" when there are none.
        skipped_file: absolute path of the first of the skipped rows, "" when there are none.
        success_file: absolute path of the rows that landed, with the ids of their records, "" where nobody asked.
        calls: requests by model.method.
        changes: the first planned writes; empty after a run.
        planned: of a plan: how many changes by action, shown or not.
        changed_fields: in how many records that Odoo had each was changed; of a plan, in how many it differs.
        filled_fields: of a plan: in how many of these it is empty now.
        emptied_fields: of a plan: in how many of these it becomes empty.
        fields: of the changes: path without [..] to its kind.
        changes_file: absolute path of the file that has every planned change, "" where nobody asked for it.
        destination: None until the server has answered.
        protocol: over which Odoo was asked.
        server: the version of Odoo.
        elapsed_s: how long it took, in seconds.
        error: why it failed or was skipped, or "".
        exit_code: of the job alone.
    """

    job: str
    model: str
    status: Status = "done"
    part: str = ""
    counts: Counts = field(default_factory=Counts)
    lines: LineCounts = field(default_factory=LineCounts)
    duplicates: int = 0
    reject_codes: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[tuple[int, str], ...] = ()
    reject_groups: tuple[RejectGroup, ...] = ()
    held_back: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)
    wrote: bool = False
    settled: int = 0
    discrepancies: Discrepancies = field(default_factory=Discrepancies)
    steps: tuple[StepResult, ...] = ()
    vanished: VanishedRecords | None = None
    undone: UndoneRecords | None = None
    expectations: tuple[Expectation, ...] = ()
    notes: tuple[str, ...] = ()
    rejects_file: str = ""
    skipped_file: str = ""
    success_file: str = ""
    calls: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    planned: Mapping[str, int] = field(default_factory=dict)
    changed_fields: Mapping[str, int] = field(default_factory=dict)
    filled_fields: Mapping[str, int] = field(default_factory=dict)
    emptied_fields: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, ChangedField] = field(default_factory=dict)
    changes_file: str = ""
    destination: Destination | None = None
    protocol: str = ""
    server: str = ""
    elapsed_s: float = 0.0
    error: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A file that a job was made of, as it was when the job began.

    Attributes:
        job: the job's name.
        kind: `job` for the file that says what the job is, `source` for one with rows.
        path: where it is, from the project's folder where it is below that.
        size: in bytes.
        modified_at: when it was last written, in UTC.
        sha256: of its bytes, as `sha256sum` prints it; "" where it was not taken.
    """

    job: str
    kind: Literal["job", "source"]
    path: str
    size: int
    modified_at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AppliedPlan:
    """The plan file that a run applies.

    Attributes:
        file: its path, as it was given.
        digest: of what it holds.
        made_at: when it was made, in UTC.
        made_by: the login of who made it, as the machine knows it.
        selectors: the jobs that it was made of, as they were named.
    """

    file: str
    digest: str
    made_at: str
    made_by: str
    selectors: tuple[str, ...] = ()


PLANS: Final = ("plan", "reconcile")  # commands that write nothing
UNDOABLE: Final = ("run", "apply", "resume", "retry")  # commands that undo takes back


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run.

    Attributes:
        run_id: what the run is known by.
        command: run, plan, resume, retry, undo and so on.
        started_at, finished_at: in UTC, as ISO 8601 has it.
        elapsed_s: how long it took, in seconds.
        exit_code: as the shell sees it.
        jobs: in the order in which they began.
        environment: of project.yaml, or "".
        parent: the run that was resumed, retried or undone, or "".
        error: what ended it before its jobs did, or "".
        notes: what a person should know besides.
        folder: where its report and its rejects are.
        versions: name to version of what did the work: `odoo-etl`, `python`, `system`.
        files: the files that its jobs were made of.
        plan: the plan file that it applied; None where there was none.
        only_planned: nothing was to be written, as by `undo --plan`.
    """

    run_id: str
    command: str
    started_at: str
    environment: str = ""
    parent: str = ""
    finished_at: str = ""
    elapsed_s: float = 0.0
    exit_code: int = 0
    error: str = ""
    notes: tuple[str, ...] = ()
    jobs: tuple[JobResult, ...] = ()
    folder: Path = Path()
    versions: Mapping[str, str] = field(default_factory=dict)
    files: tuple[UsedFile, ...] = ()
    plan: AppliedPlan | None = None
    only_planned: bool = False

    @property
    def is_plan(self) -> bool:
        """Whether it only says what would be done."""
        return self.only_planned or self.command in PLANS


class SuccessRow(NamedTuple):
    """A row that landed, and the record that it stands for.

    Attributes:
        file: its name, where there are several; else "".
        key: what the record is found by, as the source says it.
        action: what the run did with the record.
    """

    file: str
    line: int
    key: tuple[Any, ...]
    action: str
    id: int


KeepSuccess = Callable[[str, Sequence[str], Iterable[SuccessRow]], str]
"""Keeps the rows of a job that landed, given the names of their keys' values; where they are."""


class RejectSink(Protocol):
    """Keeps the rejected, or the skipped, rows of a run; called from several threads."""

    def begin(self, job: str, columns: list[str], /) -> None:
        """The source of a job has these columns, and so have its rows."""

    def keep(self, job: str, row: RejectedRow, /) -> None:
        """Keep a row: it is safe when this returns."""

    def end(self, job: str, /) -> str:
        """No further row of the job comes; where its rows are, "" where there is none."""
        ...
