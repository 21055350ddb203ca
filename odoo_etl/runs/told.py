"""Results of use cases that are no runs, and the question that one asks. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key of a row that is another one now than when the row was rejected.

    Attributes:
        old: None of a row that was not rejected at all.
    """

    job: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that is old enough, and stays."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """The outcome of a purge, or what it would do.

    Attributes:
        planned: nothing was changed.
        before: runs that ended earlier are meant; None where only keys are.
        runs: ids of the runs that were purged.
        kept: old runs that stay.
        folder_bytes: of the folders that went.
        records: how many records were taken out of the ledger's calls.
        rows: how many rows of files went for a key.
        notes: what a person should know.
    """

    planned: bool
    before: datetime | None
    runs: tuple[str, ...] = ()
    kept: tuple[KeptRun, ...] = ()
    folder_bytes: int = 0
    records: int = 0
    rows: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectsOfRun:
    """The rejects files of a run.

    Attributes:
        run: its id.
        jobs: those that have rejected rows, in the order of their names.
        undone_by: the run that undid it, whose rejects are not retried; "" where none did.
    """

    run: str
    jobs: tuple[str, ...]
    undone_by: str = ""
