"""Sentences of what a run tells while it goes on; those of the screen and of the log are the same."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from odoo_etl.events import Phase, Wait
from odoo_etl.rejects import rejects_file
from odoo_etl.reporting.live.board import FIGURES, Board, JobState
from odoo_etl.reporting.live.figures import duration, fitting, per_second, percent
from odoo_etl.reporting.text import PLANNED, counts_line
from odoo_etl.reporting.words import counted, shown_path
from odoo_etl.results import Counts, JobResult, RejectedRow
from odoo_etl.text import printable

DOING = {
    Phase.BEFORE: "carries out the hooks before the job",
    Phase.SERVER: "asks Odoo for fields and rights",
    Phase.LOCKS: "takes the job",
    Phase.SOURCE: "reads the source",
    Phase.CHECKS: "checks the source",
    Phase.MISSING: "creates what lookups do not find",
    Phase.AGAIN: "tries again what Odoo refused",
    Phase.STEPS: "carries out the steps",
    Phase.LOOK: "looks once more",
    Phase.VANISHED: "looks for vanished records",
    Phase.EXPECTATIONS: "checks what Odoo holds now",
    Phase.AFTER: "carries out the hooks after the job",
}
_CALL = re.compile(r"(?<![^ ])[a-z0-9_]+(?:\.[a-z0-9_]+)+: ")
_ADDRESS = re.compile(r"https?://[^\s:]+(?::\d+)?[^\s:]*")
SILENT_S = 5.0  # from then on it is said that no answer comes


def doing(state: JobState) -> str:
    """The work that a job is at; "" where its rows say so."""
    return DOING.get(state.phase, "") if state.phase else ""


def waits_for(wait: Wait) -> str:
    """`waits: http://... answered HTTP 503: busy or down for the moment, again in 8 s, 3 of 6`."""
    return f"waits: {wait.text}{_again(wait)}"


def waits_shortly_for(wait: Wait, width: int) -> str:
    """The same without call and address, and cut so that when it is over stays."""
    again = _again(wait)
    text = f"waits: {_ADDRESS.sub('Odoo', _CALL.sub('', printable(wait.text)))}"
    room = max(width - len(again), 0)
    return f"{text if len(text) <= room else text[: max(room - 1, 0)] + '…'}{again}"


def _again(wait: Wait) -> str:
    attempt = f", {wait.attempt} of {wait.attempts}" if wait.attempts else ""
    return f", again in {max(wait.seconds, 0.1):.{0 if wait.seconds >= 1 else 1}f} s{attempt}"


def outcomes(counts: Counts, *, planned: bool, width: int = sys.maxsize) -> str:
    """`28,000 created, 2,500 updated, 12 rejected`; as many of them as fit, rejects first."""
    words = PLANNED if planned else {}
    known = [(rank, kind, getattr(counts, kind)) for kind, rank in FIGURES.items()]
    return fitting([(rank, f"{count:,} {words.get(kind, kind)}") for rank, kind, count in known if count], width, ", ")


def on_their_way(state: JobState, now: float) -> str:
    """`4 calls: res.partner.create`; since when there is no answer, where that is long."""
    if not state.calls:
        return ""
    names = list(dict.fromkeys(state.calls))
    more = ", …" if len(names) > 1 else ""
    silent = now - state.heard_at
    since = f", no answer for {duration(silent)}" if silent >= SILENT_S else ""
    calls = counted(len(state.calls), "call")
    return f"{calls}: {names[0]}{more}{since}"


def how_far(state: JobState, now: float) -> str:
    """`61 %, 30,512 of 50,000 rows, 1,234 rows/s, 0:16 to go`."""
    if state.rows is None:
        return ""
    parts = [f"{percent(state.done, state.rows)} %", f"{state.done:,} of {state.rows:,} rows"]
    if speed := state.per_s(now):
        parts.append(f"{per_second(speed)} rows/s")
    if (left := state.left_s(now)) and state.done < state.rows:
        parts.append(f"{duration(left)} to go")
    return ", ".join(parts)


def progress_line(state: JobState, now: float, *, planned: bool) -> str:
    """All that is known of a job, in one line for a log."""
    far = how_far(state, now)
    wait = state.waits(now)
    parts = [
        ", ".join(part for part in (far, duration(now - state.began)) if part),
        outcomes(state.counts, planned=planned),
        doing(state),
        waits_for(wait) if wait else on_their_way(state, now),
    ]
    return f"{state.job}: {'; '.join(part for part in parts if part)}"


def rejected_line(job: str, row: RejectedRow) -> str:
    """`partners: rejected line 7: name: needs a value`."""
    place = f"{row.file}:{row.line}" if row.file else f"line {row.line}"
    what = f"{row.field}: " if row.field else ""
    return f"{job}: rejected {place}: {what}{row.reason}"


def more_rejected_line(job: str, folder: Path) -> str:
    """The place of the other rejected rows."""
    return f"{job}: more rejected rows go to {shown_path(rejects_file(folder, job))}"


def finished_line(result: JobResult, *, planned: bool) -> str:
    """`partners: 12,000 rows: 4,000 created, 8,000 unchanged, 41.2 s`; why a job did not end well."""
    if result.status != "done":
        return f"{result.job}: {result.status.upper()}: {result.error}"
    part = f" [{result.part}]" if result.part else ""
    return f"{result.job}{part}: {counts_line(result.counts, planned=planned)}, {result.elapsed_s:.1f} s"


def stopping_line(board: Board) -> str:
    """`interrupted: finishing 4 calls; again to leave now`."""
    calls = sum(len(job.calls) for job in board.running())
    what = f"finishing {counted(calls, 'call')}" if calls else "ending in order"
    return f"interrupted: {what}; Ctrl-C again leaves at once"


def overall(board: Board) -> list[tuple[int, str]]:
    """Parts of the line over all jobs, with what each matters; nothing of a single job, whose own line says it all."""
    if len(board.chosen) < 2:
        return []
    now = board.now()
    running = board.running()
    unread = len(board.chosen) - board.finished() - sum(job.rows is not None for job in running)
    left = [job.left_s(now) for job in running if job.rows is not None]
    known = sum(one for one in left if one is not None) if left and None not in left else None
    more = "" if known is None else f"{'at least ' if unread > 0 else ''}{duration(known)} to go"
    return [
        (0, f"{board.finished()} of {len(board.chosen)} jobs"),
        (1, f"{board.rows():,} rows"),
        (2, duration(now - board.began)),
        (3, more),
    ]
