"""All past runs, some at a time, by job, outcome and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, get_args

from odoo_etl.dashboard.frame import Page, Refusal, Section
from odoo_etl.dashboard.overview.charts import OUTCOMES, outcomes_over_time
from odoo_etl.dashboard.overview.standing import KINDS, of_run
from odoo_etl.runs import Outcome, WantedRuns, endings, runs_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit

PER_PAGE: Final = 50
LONGEST_NUMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Pager:
    """Which of how many are shown.

    Attributes:
        first, last: as people count; `last` 0 where there are none.
        newer, older: the offsets of the pages beside this one; None where there is none.
    """

    first: int
    last: int
    total: int
    newer: int | None
    older: int | None

    @classmethod
    def of(cls, offset: int, total: int, per_page: int) -> Pager:
        """The pager of a page that begins behind so many."""
        last = min(offset + per_page, total)
        newer = max(0, offset - per_page) if offset else None
        return cls(min(offset + 1, last), last, total, newer, offset + per_page if last < total else None)


def _history(visit: Visit) -> Response:
    wanted, offset = _wanted(visit.query), _number(visit.query.get("offset", ""))
    page = runs_page(visit.site.workspace, wanted, PER_PAGE, offset, state=visit.site.state)
    kept = {name: visit.query.get(name, "") for name in ("job", "outcome", "since", "until")}
    return visit.render(
        "history_part.html" if visit.wants_part else "history.html",
        runs=[of_run(one) for one in page.runs],
        pager=Pager.of(offset, page.total, PER_PAGE),
        jobs=page.jobs,
        kept=kept,
        is_filtered=any(kept.values()),
        outcomes=OUTCOMES,
        chart=outcomes_over_time(endings(visit.site.workspace, wanted, state=visit.site.state)),
        kinds=KINDS,
    )


def _wanted(query: Mapping[str, str]) -> WantedRuns:
    """The filter of an address. Raises Refusal: it holds something that is none."""
    asked = query.get("outcome", "")
    outcome: Outcome | None = next((one for one in get_args(Outcome) if one == asked), None)
    if asked and outcome is None:
        raise Refusal(f"There is no outcome {asked!r}; there are {', '.join(get_args(Outcome))}")
    since, until = _day(query.get("since", "")), _day(query.get("until", ""), days=1)
    return WantedRuns(query.get("job", ""), outcome, since, until)


def _day(text: str, days: int = 0) -> datetime | None:
    """The beginning of a day, or of one so many days later, by the clock of the server: a day may have 23 hours."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days), time.min).astimezone()
    except (ValueError, OverflowError) as error:
        raise Refusal(f"{text!r} is no day; a day is written as 2026-11-29") from error


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


HISTORY = Section("history", (Page("/runs", "history", _history),), "History", "history")
