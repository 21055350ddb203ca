"""A run of a project as its ledger knows it, and its jobs. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RunStatus = Literal["running", "done", "failed", "interrupted"]
PastJobStatus = Literal["running", "done", "failed", "interrupted", "skipped"]


@dataclass(frozen=True, slots=True)
class PastJob:
    """A job of a past run, or a part of one.

    Attributes:
        part: i/N of a divided job, "" for the whole or what directs the parts.
        counts: rows by what became of them, those that are not 0; empty where the job did not come to its end.
    """

    job: str
    model: str
    part: str
    status: PastJobStatus
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run of a project; times are in UTC.

    Attributes:
        id: what `resume`, `retry` and `undo` know it by.
        parent: the run that it resumed, retried or undid, or "".
        status: `running` also of a run that was killed: it had no time to say so.
        exit_code: None where it has not ended.
        jobs: in the order in which they began.
    """

    id: str
    command: str
    parent: str
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    exit_code: int | None
    jobs: tuple[PastJob, ...]
