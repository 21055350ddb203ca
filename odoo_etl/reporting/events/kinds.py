"""The events of a run, as `events.jsonl` has them. Plain values; a later version adds kinds and keys, and takes none.

None holds a cell, a key or a value of Odoo, besides what a note or an error says, as `run_results.json` does.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson

from odoo_etl.results import Counts, Status

EVENTS_VERSION = 1


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run began: the first line of each file.

    Attributes:
        run_id: what the run is known by.
        command: run, plan, resume, retry, undo and so on.
        schema_version: of these events.
        host: the machine, as it calls itself.
        pid: the number of its process there; 0 where nobody said.
    """

    run_id: str
    command: str
    schema_version: int = EVENTS_VERSION
    host: str = ""
    pid: int = 0
    event: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True)
class JobsChosen:
    """The jobs that the run is about.

    Attributes:
        jobs: their names, in their order.
    """

    jobs: tuple[str, ...]
    event: Literal["jobs"] = "jobs"


@dataclass(frozen=True, slots=True)
class JobStarted:
    """The source of a job was read to its end.

    Attributes:
        job: its name.
        rows: so many rows will come.
    """

    job: str
    rows: int
    event: Literal["job_started"] = "job_started"


@dataclass(frozen=True, slots=True)
class Resumed:
    """Rows of a job that are counted and that an earlier run had done: they took no time in this one.

    Attributes:
        job: its name.
        rows: how many more they are.
    """

    job: str
    rows: int
    event: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    """A job is at this now.

    Attributes:
        job: its name.
        phase: server, source, rows and so on: as the lifecycle of a row has them.
    """

    job: str
    phase: str
    event: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts of a job by now; at most one a second, fewer in a run that takes hours.

    Attributes:
        job: its name.
        counts: rows by what became of them.
        odoo_s: for how many seconds by now at least one call was on its way.
    """

    job: str
    counts: Counts
    odoo_s: float = 0.0
    event: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rows of a job were rejected since the last such line.

    Attributes:
        job: its name.
        field: the field that the rows were rejected for, "" where it was none alone.
        code: why, as `explain` knows it.
        rows: how many they are.
    """

    job: str
    field: str
    code: str
    rows: int
    event: Literal["rejected"] = "rejected"


@dataclass(frozen=True, slots=True)
class Called:
    """Calls of a job that came to an end since the last such line, well or not.

    Attributes:
        job: its name.
        call: the model and the method, such as res.partner.create.
        calls: how many they are.
        failed: how many of them met an error.
        records: how many records they carried or worked on.
        seconds: how long they took, all of them together, also where some went side by side.
    """

    job: str
    call: str
    calls: int
    failed: int
    records: int
    seconds: float
    event: Literal["calls"] = "calls"


@dataclass(frozen=True, slots=True)
class Waited:
    """A job, or one of its lanes, waits, or waited since the last such line.

    Attributes:
        job: its name.
        reason: server (away, busy), answer (a call got none), lock (of another run), parts (of the job).
        text: for what, in a sentence; the last one of several.
        times: how often.
        seconds: how long, all of them together.
    """

    job: str
    reason: str
    text: str
    times: int
    seconds: float
    event: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a person wants to know.

    Attributes:
        job: the job, or the connection, that it is about.
        text: a sentence.
    """

    job: str
    text: str
    event: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job, or a part of one, ended, well or not.

    Attributes:
        job: its name.
        model: that it writes to.
        part: i/N of a divided job, "" for the whole.
        status: how it ended.
        counts: rows by what became of them.
        elapsed_s: how long it took, in seconds.
        exit_code: of the job alone.
        error: what ended it, or "".
    """

    job: str
    model: str
    part: str
    status: Status
    counts: Counts
    elapsed_s: float
    exit_code: int
    error: str
    event: Literal["job_finished"] = "job_finished"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run ended: the last line. A run that was killed, or still goes on, has none.

    Attributes:
        exit_code: as the shell sees it.
        elapsed_s: how long it took, in seconds.
        error: what ended it before its jobs did, or "".
    """

    exit_code: int
    elapsed_s: float
    error: str
    event: Literal["run_finished"] = "run_finished"


EVENTS = (
    *(RunStarted, JobsChosen, PhaseBegan, JobStarted, Resumed, Progress, Rejected, Called, Waited, Noted),
    *(JobFinished, RunFinished),
)
Started = RunStarted | JobsChosen | PhaseBegan | JobStarted | Resumed
Event = Started | Progress | Rejected | Called | Waited | Noted | JobFinished | RunFinished


def in_line(time: str, at_s: float, event: Event) -> bytes:
    """An event as a line of the file.

    Args:
        time: in UTC, as ISO 8601 has it.
        at_s: seconds since the run began.
    """
    known = asdict(event)
    line: dict[str, Any] = {"time": time, "at_s": round(at_s, 3), "event": known.pop("event"), **known}
    try:
        return orjson.dumps(line) + b"\n"
    except TypeError:  # half a character (a lone surrogate) becomes JSON's own escape
        return json.dumps(line).encode("ascii") + b"\n"
