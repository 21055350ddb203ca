"""Entries of the ledger: runs, their jobs, chunks and calls. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

JobStatus = Literal["running", "done", "failed", "interrupted", "skipped"]
CallState = Literal["sent", "done", "refused", "unknown", "settled"]

CREATING = ("create", "load")  # kinds of calls that make records
FAILED = "failed"  # in the details of a job that was skipped by its own fault
_STEP = "step"


def step_kind(step: int, name: str) -> str:
    """The kind of the calls that are a step on records, by its number and what people know it by."""
    return f"{_STEP}:{step}:{name}"


def step_of(kind: str) -> tuple[int, str] | None:
    """Number and name of the step that calls of a kind are; None of another kind."""
    what, _, rest = kind.partition(":")
    number, _, name = rest.partition(":")
    return (int(number), name) if what == _STEP else None


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run. Times are in UTC; `finished_at` and `exit_code` are None while it runs, and when it crashed."""

    id: str
    command: str
    parent: str
    arguments: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None

    @property
    def ended_well(self) -> bool:
        """Whether every row is accounted for, rejected ones included."""
        return self.exit_code in {0, 3}


@dataclass(frozen=True, slots=True)
class JobEntry:
    """One job of a run.

    Attributes:
        database: the identity of the Odoo database, "" for a skipped job.
        source_hash: fingerprint of the rows, "" until they were gathered.
        details: what the loader noted at the start; `why` of a skipped job.
        part: which part of the job it is, "" for the whole or what directs the parts; all have the same `group_id`.
    """

    id: int
    run_id: str
    job: str
    model: str
    database: str
    spec_hash: str
    source_hash: str
    rows: int
    status: JobStatus
    counts: dict[str, int]
    details: dict[str, Any]
    part: str = ""
    group_id: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it failed, be it before anything of it was begun."""
        return self.status == "failed" or bool(self.details.get(FAILED))


@dataclass(frozen=True, slots=True)
class ChunkEntry:
    """A chunk that is finished: its counts and its rejected rows."""

    number: int
    counts: dict[str, int]
    rejects: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One write to Odoo.

    Attributes:
        part, group_id: which part of the job sent it, as in `JobEntry`.
        kind: what it did: create, update, load, archive, unarchive, unlink, orphans, set, restore, or as
            `step_kind` has it.
        state: sent: no outcome is stored; unknown: no answer came; settled: its outcome was found out afterwards.
        sent_at: epoch seconds by `Ledger.now`.
        keys: as JSON gives them back: tuples are lists, Decimal and date are text.
        ids: records it is about; of a create, those that came into being.
        before: what the records held, None when that was not kept or is pruned.
        after: what was written, likewise.
        stamp: `write_date` that Odoo gave the records, "" when not known.
        details: of the job's entry, as in `JobEntry`.
    """

    id: int
    job_id: int
    run_id: str
    job: str
    part: str
    group_id: str
    chunk: int
    kind: str
    state: CallState
    sent_at: float
    keys: list[Any]
    ids: list[int]
    before: list[dict[str, Any]] | None
    after: list[dict[str, Any]] | None
    stamp: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WritesSince:
    """The writes of runs after a job.

    Attributes:
        runs: id of a record of the job's model to the last run that wrote it.
        stamps: when Odoo carried out their calls, on whichever model: what else has that `write_date` came with them.
    """

    runs: Mapping[int, str]
    stamps: frozenset[str]


@dataclass(frozen=True, slots=True)
class CreatedRecords:
    """The records that one call created.

    Attributes:
        keys: what its records are found by, as in `CallEntry`.
        ids: of the records; as many as the keys, unless the call was settled in part.
        stamp: as in `CallEntry`.
    """

    call_id: int
    keys: list[dict[str, Any]]
    ids: list[int]
    stamp: str
