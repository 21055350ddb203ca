"""The measures of a project as plain values; times are epoch seconds, None where nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from odoo_etl.reporting.events import Calls


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits for one reason: how many, and how long they took together."""

    times: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class JobMeasures:
    """The last run of a job in one environment.

    Attributes:
        exit_code: of the job where that is known, else of its run; None while it is at work.
        running: the run has not ended, and is not known to be dead.
        succeeded_at: when the job was last done as a whole.
        rows: rows by outcome: read, created, updated, ...
        rejects: rejected rows by code.
        not_kept: values that Odoo did not keep.
        calls: by method, such as `create`; only where the run's folder is on this machine, as `waits` is.
        waits: by reason: server, answer, lock, parts.
    """

    job: str
    environment: str = ""
    started_at: float | None = None
    finished_at: float | None = None
    duration_s: float | None = None
    exit_code: int | None = None
    running: bool = False
    succeeded_at: float | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)
    not_kept: int | None = None
    calls: Mapping[str, Calls] = field(default_factory=dict)
    waits: Mapping[str, Waits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScheduleMeasures:
    """A schedule.

    Attributes:
        next_due_at: None where it is due no more.
        slots: how many slots ended so: run, missed, failed, ...
        late_s: by how many seconds the last slot began too late.
    """

    schedule: str
    environment: str = ""
    next_due_at: float | None = None
    is_paused: bool = False
    slots: Mapping[str, int] = field(default_factory=dict)
    late_s: float | None = None


@dataclass(frozen=True, slots=True)
class KeyMeasures:
    """The API key of a connection; `expires_at` is None where it never does."""

    connection: str
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything that is measured of a project.

    Attributes:
        runs: how many ended, by command and exit code.
        ledger_bytes: the room that the ledger takes.
        server_beat_at: when a server of the project (`odoo-etl serve`) last gave a sign of life.
        versions: name to version of what does the work: `odoo-etl`, `python`.
    """

    jobs: tuple[JobMeasures, ...] = ()
    schedules: tuple[ScheduleMeasures, ...] = ()
    keys: tuple[KeyMeasures, ...] = ()
    runs: Mapping[tuple[str, int], int] = field(default_factory=dict)
    ledger_bytes: int | None = None
    server_beat_at: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
