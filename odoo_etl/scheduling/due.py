"""Which of the times of a schedule that have come is to be run for, and which count as missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odoo_etl.scheduling.timetable import Timetable
from odoo_etl.spec import CatchUp

GRACE_S = 300.0  # with `catch_up: none`, a run that could not start within so long of its time is missed
MOST_CAUGHT_UP = 1000  # times that `catch_up: all` makes up for; those before are missed


@dataclass(frozen=True, slots=True)
class Missed:
    """Times that nothing runs for.

    Attributes:
        times: how many; of very many, at least so many.
    """

    first: float
    last: float
    times: int


@dataclass(frozen=True, slots=True)
class Due:
    """The verdict on the times that have come; nothing where none has.

    Attributes:
        run: the time to run for now.
        missed: those before it, or all.
    """

    run: float | None = None
    missed: Missed | None = None


def due_now(timetable: Timetable, catch_up: CatchUp, since: float, now: float) -> Due:
    """Judge the times after `since`, none of which has run or counts as missed.

    Of `all`, the next one is run for; the others follow when it has ended.
    """
    times = timetable.past(since, now, MOST_CAUGHT_UP)
    if not times:
        return Due()
    if catch_up == "all":
        return Due(times[-MOST_CAUGHT_UP:][0], _missed(times[:-MOST_CAUGHT_UP]))
    if catch_up == "none" and now - timetable.start_of(times[-1]) > GRACE_S:
        return Due(None, _missed(times))
    return Due(times[-1], _missed(times[:-1]))


def _missed(times: Sequence[float]) -> Missed | None:
    return Missed(times[0], times[-1], len(times)) if times else None
