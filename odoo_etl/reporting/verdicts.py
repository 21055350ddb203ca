"""The verdict on a run, in a few words: the same on the terminal, in a list and on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from odoo_etl.results import RunResult

Tone = Literal["good", "warn", "bad", "plain"]
INTERRUPTED = (130, 143)
PENDING = 8


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
    if result.is_plan:
        return _of_plan(result)
    if result.command == "undo":
        return _UNDONE_IN_PART if _left_alone(result) else _UNDONE
    return _BY_CODE[0]


def _of_bad(result: RunResult) -> Verdict:
    if result.exit_code == 3 and result.command == "undo":
        return _of_plan(result) if result.is_plan else _UNDONE_IN_PART
    if result.exit_code == 3:
        return Verdict("warn", _partly(result), f"Done, but {_what_is_not_right(result)}")
    if result.exit_code == 4 and result.command == "reconcile":
        return Verdict("warn", "differs", "Odoo differs from the sources")
    return _BY_CODE.get(result.exit_code) or _failed(result)


def _of_plan(result: RunResult) -> Verdict:
    if result.command == "reconcile":
        return Verdict("good", "equal", "Odoo is as the sources say")
    if result.command == "undo":
        return _of_undo_plan(result)
    if not _pending(result):
        return Verdict("good", "no change", "Nothing is to be changed")
    rows = sum(job.counts.created + job.counts.updated for job in result.jobs)
    vanished = any(job.vanished is not None and job.vanished.pending for job in result.jobs)
    beside = ", and records that vanished from the source" if vanished else ""
    return Verdict("plain", "pending", f"A run would write {rows:,} {'row' if rows == 1 else 'rows'}{beside}")


def _of_undo_plan(result: RunResult) -> Verdict:
    records = sum(sum(job.planned.values()) for job in result.jobs)
    if not records:
        return Verdict("warn" if _left_alone(result) else "good", "no change", "Nothing would be taken back")
    beside = ", and leave others alone" if _left_alone(result) else ""
    told = f"{records:,} {'record' if records == 1 else 'records'}"
    return Verdict("plain", "pending", f"An undo would take back {told}{beside}")


def _pending(result: RunResult) -> bool:
    return any(
        job.counts.created or job.counts.updated or (job.vanished is not None and job.vanished.pending)
        for job in result.jobs
    )


def _left_alone(result: RunResult) -> bool:
    return any(job.undone is not None and job.undone.left for job in result.jobs)


def _partly(result: RunResult) -> str:
    if any(job.counts.rejected for job in result.jobs):
        return "rejects"
    return "not kept" if any(job.discrepancies.not_kept_values for job in result.jobs) else "in part"


def _what_is_not_right(result: RunResult) -> str:
    rejected = sum(job.counts.rejected for job in result.jobs)
    values = sum(job.discrepancies.not_kept_values for job in result.jobs)
    rows = f"{rejected:,} {'row was' if rejected == 1 else 'rows were'} rejected"
    kept = f"{values:,} {'value was' if values == 1 else 'values were'} not kept by Odoo"
    told = " and ".join([*([rows] if rejected else []), *([kept] if values else [])])
    return told or "Odoo refused something that comes after the rows"


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
