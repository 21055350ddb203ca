"""The result of a run: its jobs, the files that they were made of, the plan that it applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from odoo_etl.results.job import JobResult


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
