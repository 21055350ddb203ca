"""The verdict on a run, in a few words, and what to do next: the same on the terminal, in a list and on a page."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from odoo_etl.results import JobResult, RunResult

Tone = Literal["good", "warn", "bad", "plain"]
PLANS = ("plan", "reconcile")
INTERRUPTED = (130, 143)
PENDING = 8
PROGRAM = "odoo-etl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a run at a glance.

    Attributes:
        word: one or two, for a list.
        sentence: for the head of a report.
    """

    tone: Tone
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that a person can do now: a command, and what it is for."""

    command: str
    why: str


def verdict(result: RunResult, *, killed: bool = False) -> Verdict:
    """The verdict on a run.

    Args:
        killed: it had no time to say how it ended.
    """
    if killed:
        return Verdict("bad", "killed", "It was killed, and had no time to say how far it was")
    return _of_good(result) if result.exit_code in {0, PENDING} else _of_bad(result)


def _of_good(result: RunResult) -> Verdict:
    if not result.jobs:
        return Verdict("good", "nothing", "There was nothing to do")
    if result.command in PLANS:
        return _of_plan(result)
    if result.command == "undo":
        return _UNDONE_IN_PART if _left_alone(result) else _UNDONE
    return _BY_CODE[0]


def _of_bad(result: RunResult) -> Verdict:
    if result.exit_code == 3:
        return Verdict("warn", _partly(result), f"Done, but {_what_is_not_right(result)}")
    if result.exit_code == 4 and result.command == "reconcile":
        return Verdict("warn", "differs", "Odoo differs from the sources")
    return _BY_CODE.get(result.exit_code) or _failed(result)


def next_steps(result: RunResult, *, killed: bool = False) -> tuple[NextStep, ...]:
    """The steps that a person can take after a run, the most likely one first; none where all is well."""
    if killed or result.exit_code in INTERRUPTED:
        return (_resume(result),) if _goes_on(result) else ()
    return tuple(_steps(result))


def _steps(result: RunResult) -> Iterator[NextStep]:
    if result.exit_code == 2:
        yield NextStep(f"{PROGRAM} validate", "says every problem of the files, with its place")
    elif result.exit_code == 5:
        yield NextStep(f"{PROGRAM} doctor", "says what is wrong with the server or the login, and what to do")
    elif result.exit_code == 6:
        yield NextStep(f"{PROGRAM} history", "says which run is alive; run again when it has ended")
    elif result.exit_code == 1 and _goes_on(result):
        yield _resume(result)
    if rejected := [job for job in result.jobs if job.rejects_file]:
        yield from _mending(result, rejected)
    if _pending(result) and result.command == "plan" and result.exit_code in {0, 3, PENDING}:
        jobs = shlex.join([job.job for job in result.jobs if job.status == "done"])
        where = f" --env {shlex.quote(result.environment)}" if result.environment else ""
        yield NextStep(f"{PROGRAM} run{where} {jobs}", "writes what is planned")


def _mending(result: RunResult, rejected: Sequence[JobResult]) -> Iterator[NextStep]:
    if result.command in PLANS or result.command == "undo":
        yield NextStep(_shown(rejected[0].rejects_file), "lists the rejected rows: mend them in the source")
        return
    yield NextStep(f"{PROGRAM} retry {result.run_id}", "feeds the rejected rows again, once they, or Odoo, are mended")


def _resume(result: RunResult) -> NextStep:
    return NextStep(f"{PROGRAM} resume {result.run_id}", "goes on where it ended")


def _goes_on(result: RunResult) -> bool:
    return result.command in {"run", "resume", "retry", "apply"}


def _shown(path: str) -> str:
    """The path from the current folder on, where it is below that."""
    known = Path(path)
    return str(known.relative_to(Path.cwd())) if known.is_relative_to(Path.cwd()) else path


def _of_plan(result: RunResult) -> Verdict:
    if result.command == "reconcile":
        return Verdict("good", "equal", "Odoo is as the sources say")
    if not _pending(result):
        return Verdict("good", "no change", "Nothing is to be changed")
    rows = sum(job.counts.created + job.counts.updated for job in result.jobs)
    vanished = any(job.vanished is not None and job.vanished.pending for job in result.jobs)
    beside = ", and records that vanished from the source" if vanished else ""
    return Verdict("plain", "pending", f"A run would write {rows:,} {'row' if rows == 1 else 'rows'}{beside}")


def _pending(result: RunResult) -> bool:
    return any(
        job.counts.created or job.counts.updated or (job.vanished is not None and job.vanished.pending)
        for job in result.jobs
    )


def _left_alone(result: RunResult) -> bool:
    return any(job.undone is not None and job.undone.left for job in result.jobs)


def _partly(result: RunResult) -> str:
    return "rejects" if any(job.counts.rejected for job in result.jobs) else "not kept"


def _what_is_not_right(result: RunResult) -> str:
    rejected = sum(job.counts.rejected for job in result.jobs)
    values = sum(job.discrepancies.not_kept_values for job in result.jobs)
    rows = f"{rejected:,} {'row was' if rejected == 1 else 'rows were'} rejected"
    kept = f"{values:,} {'value was' if values == 1 else 'values were'} not kept by Odoo"
    return " and ".join([*([rows] if rejected else []), *([kept] if values else [])]) or "something is not right"


def _failed(result: RunResult) -> Verdict:
    bad = [job for job in result.jobs if job.status != "done"]
    if not result.jobs or not bad:
        return Verdict("bad", "failed", "It failed")
    return Verdict("bad", "failed", f"{len(bad)} of {len(result.jobs)} jobs did not end well")


_UNDONE = Verdict("good", "undone", "Done: what the run wrote is taken back")
_UNDONE_IN_PART = Verdict("warn", "in part", "Undone in part: some records were left alone")
_BY_CODE = {
    0: Verdict("good", "done", "Done: every row is accounted for, and none was rejected"),
    2: Verdict("bad", "not begun", "Not begun: the command, or a file of the project, is not right"),
    4: Verdict("bad", "stopped", "Stopped by a safety limit, or by what the jobs expect"),
    5: Verdict("bad", "no access", "Odoo could not be reached, or does not let us in"),
    6: Verdict("bad", "busy", "Not begun: another run of the same job is alive"),
    7: Verdict("bad", "stale", "Not applied: the plan is stale"),
    **dict.fromkeys(INTERRUPTED, Verdict("bad", "interrupted", "Interrupted: what was done is kept")),
}
