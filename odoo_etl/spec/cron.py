"""Cron expressions as a person writes them: five fields, each checked, with what may stand in it.

What they mean is cronsim's matter, which does as the cron of Debian does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import Final

from odoo_etl.spec.value_kinds import invalid

# The fields in their order: the name, what may stand in it, and an expression that is right but for it.
_FIELDS: Final = (
    ("minute", "0 to 59, as in 5, */15, 0,30 or 10-20"),
    ("hour", "0 to 23, as in 2, */4, 6,18 or 8-17"),
    ("day of the month", "1 to 31, or L for the last one, LW for the last working day"),
    ("month", "1 to 12, or JAN to DEC"),
    ("day of the week", "0 to 7 (0 and 7 are Sunday), or SUN to SAT; MON#1 is the first Monday, 5L the last Friday"),
)
_MACROS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EXAMPLE: Final = 'for example "0 2 * * *", each night at two'
_LOOKED_AT: Final = 100  # times of a cron, to know how far they are apart
_START: Final = datetime(2028, 1, 1, tzinfo=UTC)  # of a leap year, so that 29 February is soon


def check_cron(text: str) -> str:
    """A cron expression, or `none`.

    Raises:
        PydanticCustomError: it has not five fields, one of them is wrong, or no time ever fits all of them.
    """
    if text == "none":
        return text
    if text.casefold() in _MACROS:
        raise invalid("must be a cron expression", f'"{_MACROS[text.casefold()]}" is that')
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise invalid("must be a cron expression of five fields: minute, hour, day, month, day of the week", _EXAMPLE)
    for place, (field, (name, allowed)) in enumerate(zip(fields, _FIELDS, strict=True)):
        if not _is_right(field, place):
            raise invalid(f"the {name} `{field}` is none", allowed, about_value=False)
    if not _times(text, 1):
        raise invalid("there is no such day, so it would never run", "30 2 means 30 February, say", about_value=True)
    return " ".join(fields)


def shortest_interval_s(cron: str) -> float:
    """How many seconds two times of a cron expression lie apart at least."""
    return min((later - one).total_seconds() for one, later in pairwise(_times(cron, _LOOKED_AT)))


def _is_right(field: str, place: int) -> bool:
    """Whether a field may stand at this place, whatever stands at the others."""
    from cronsim import CronSim, CronSimError

    others = ["*", "*", "*", "*", "*"]
    others[place] = field
    try:
        CronSim(" ".join(others), _START)
    except CronSimError:
        return False
    return True


def _times(cron: str, count: int) -> Sequence[datetime]:
    """The first times of a cron expression; none where it has none in fifty years."""
    from cronsim import CronSim, CronSimError

    try:
        return list(islice(CronSim(cron, _START), count))
    except CronSimError:
        return []
