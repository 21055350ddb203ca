"""How a job or a run stands, in a word and a tone: the same in all lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from odoo_etl.reporting.past import outcome, rows_of

if TYPE_CHECKING:
    from odoo_etl.reporting.verdicts import Tone
    from odoo_etl.runs import JobState, PastRun
    from odoo_etl.schedule_states import ScheduleState

_GOOD: Final = {"done"}
_WARN: Final = {"rejects", "not kept", "left alone", "interrupted", "in part"}
_PLAIN: Final = {"running", "busy"}
KINDS: Final = ("created", "updated", "unchanged", "skipped", "filtered", "rejected", "failed")


@dataclass(frozen=True, slots=True)
class Standing:
    """A word for a chip, and its tone."""

    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class RunShown:
    """A past run as lists show it."""

    run: PastRun
    standing: Standing
    counts: Counter[str]


def of_run(run: PastRun) -> RunShown:
    """The standing and the rows of a run."""
    word = outcome(run)
    return RunShown(run, Standing(word, _tone(word)), rows_of(run))


def _tone(word: str) -> Tone:
    if word in _GOOD:
        return "good"
    if word in _WARN:
        return "warn"
    return "plain" if word in _PLAIN else "bad"


def of_job(state: JobState, schedule: ScheduleState | None) -> tuple[Standing, ...]:
    """How a job stands: its last run, then what is to be known of its schedule."""
    found = [_of_last(state)]
    if schedule is not None and schedule.health == "overdue":
        found.append(Standing("overdue", "bad"))
    if schedule is not None and schedule.paused_since is not None:
        found.append(Standing("paused", "plain"))
    return tuple(found)


def _of_last(state: JobState) -> Standing:
    return Standing("never ran", "plain") if state.last is None else of_one_job(state.last)


def of_one_job(run: PastRun) -> Standing:
    """How a job stood after a run that is told of with this job alone."""
    own = run.jobs[0].status if run.jobs else "done"
    if own in {"failed", "skipped", "interrupted"}:
        return Standing(own, "warn" if own == "interrupted" else "bad")
    if own == "running":
        return Standing("killed", "bad") if run.status == "killed" else Standing("running", "plain")
    if run.command == "undo":
        return Standing("undone", "plain")
    return Standing("rejects", "warn") if rows_of(run)["rejected"] else Standing("ok", "good")
