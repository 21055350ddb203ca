"""The result of one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from odoo_etl.results.changes import Change, ChangedField
from odoo_etl.results.counts import Counts, LineCounts
from odoo_etl.results.discrepancies import Discrepancies
from odoo_etl.results.expectations import Expectation
from odoo_etl.results.records import StepResult, UndoneRecords, VanishedRecords
from odoo_etl.results.rejected import RejectGroup

Status = Literal["done", "failed", "skipped"]


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
