"""The pages of plans: those that are kept, a new one, one with its changes; apply, approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame import Action, Link, Page, Refusal, Section, check_confirmed, checked_run, start
from odoo_etl.dashboard.plans.table import PAGE, Table, offset_of, planned, wanted_of
from odoo_etl.reporting.plans import TO_DO, job_lines, summary
from odoo_etl.runs import changes_page, prepare_changes, show
from odoo_etl.runs.kept_plans import KEPT_S, KeptPlan, approve, kept_plans, withdraw

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.runs import ChangesPage, ShownRun, WantedChanges

KEPT_FOR: Final = timedelta(seconds=KEPT_S)
MANY: Final = 5_000  # changes of a plan
MOST_LISTED: Final = 100
MOST_ROWS: Final = 9  # digits of how many rows of each job are read
STALE: Final = 7  # the exit code
_GONE: Final = "This plan is not kept any more: plan again, look at it, and apply that"


def _plans(visit: Visit) -> Response:
    plans = kept_plans(visit.site.workspace)
    shown = [one for one in plans if one.environment == visit.site.project(with_jobs=False).environment]
    return visit.render(
        "plans.html", plans=shown[:MOST_LISTED], more=len(shown) - MOST_LISTED, told=told, left=_left_of(visit)
    )


def _new(visit: Visit) -> Response:
    jobs = visit.site.project().jobs
    chosen = {one for one in visit.request.query_params.getlist("job") if one in jobs}
    limit = _rows(visit.query.get("limit", ""))
    return visit.render("plan_new.html", jobs=list(jobs.values()), chosen=chosen, limit=limit, error="")


def _make(visit: Visit) -> Response:
    jobs = visit.site.project().jobs
    chosen = [one for one in visit.form.getlist("job") if isinstance(one, str)]
    if unknown := [one for one in chosen if one not in jobs]:
        raise Refusal(f"There is no job {unknown[0]!r}: it may have gone meanwhile; load the page again")
    limit = visit.text("limit").strip()
    if not chosen or (limit and not _rows(limit)):
        error = "Choose at least one job." if not chosen else f"“{limit}” is no number of rows: 1 or more."
        return visit.render(
            "plan_new.html", 400, jobs=list(jobs.values()), chosen=set(chosen), limit=limit, error=error
        )
    options = ["--keep", "--show=0", *([f"--limit={_rows(limit)}"] if limit else [])]
    options += ["--full-refresh"] if visit.text("full") else []
    return start(visit, "plan", *options, "--", *chosen, what=f"of {', '.join(chosen)}", writes=False)


def _rows(text: str) -> int:
    """A number of rows that somebody typed; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_ROWS else 0


def _plan(visit: Visit) -> Response:
    run, wanted = checked_run(visit.path["run"]), wanted_of(visit.query)
    if show(visit.site.workspace, run).is_running:
        return visit.go("run", run=run)
    page = _page(visit, run, wanted)
    template = "changes_part.html" if visit.wants_part else "changes.html"
    is_undo = page.result.command == "undo"
    return visit.render(
        template,
        table=Table.of(page, wanted),
        result=page.result,
        summary=summary(page.result),
        tiles=planned(page.result),
        lines={job.job: [line.strip() for line in job_lines(job)] for job in page.result.jobs},
        is_undo=is_undo,
        kept=None if is_undo else _kept(visit, run),
        told=told,
        left=_left_of(visit),
    )


def _page(visit: Visit, run: str, wanted: WantedChanges) -> ChangesPage:
    """The page of an address; the last one, where there are not that many."""
    page = changes_page(visit.site.workspace, run, wanted, offset=offset_of(visit.query), limit=PAGE)
    if page.changes or not page.total:
        return page
    last = (page.total - 1) // PAGE * PAGE
    return changes_page(visit.site.workspace, run, wanted, offset=last, limit=PAGE)


def _apply(visit: Visit) -> Response:
    plan = _seen(visit)
    check_confirmed(visit)
    approve(visit.site.workspace, plan, visit.who)
    return start(visit, "apply", str(plan.path), what=f"the plan {plan.run_id}")


def _approve(visit: Visit) -> Response:
    plan = _seen(visit)
    check_confirmed(visit)
    approve(visit.site.workspace, plan, visit.who)
    visit.site.tell(f"{visit.who} approved the plan {plan.run_id}")
    return visit.go("plan", run=plan.run_id)


def _withdraw(visit: Visit) -> Response:
    plan = _seen(visit)
    withdraw(visit.site.workspace, plan)
    visit.site.tell(f"{visit.who} withdrew the approval of the plan {plan.run_id}")
    return visit.go("plan", run=plan.run_id)


def _seen(visit: Visit) -> KeptPlan:
    """The plan that the form is about, if it is the one that was looked at and nobody has applied it."""
    plan = _kept(visit, checked_run(visit.path["run"]))
    if plan is None or plan.digest != visit.text("digest"):
        raise Refusal(_GONE, 409)
    if plan.applied_by:
        raise Refusal(f"Run {plan.applied_by} has applied this plan, or begun to: a plan is applied once", 409)
    return plan


def _kept(visit: Visit, run: str) -> KeptPlan | None:
    return next((one for one in kept_plans(visit.site.workspace) if one.run_id == run), None)


def told(plan: KeptPlan) -> str:
    """The changes of a plan in a few words: `3 to create, 5 to update`."""
    words = [f"{count:,} {TO_DO.get(kind, kind)}" for kind, count in plan.counts.items() if count]
    return ", ".join(words) or "nothing to do"


class _Left:
    """Says how old plans are, and how long they are kept."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def age(self, plan: KeptPlan) -> str:
        """`3 h`."""
        return _span(self._now - plan.made_at)

    def expires(self, plan: KeptPlan) -> str:
        """`29 d`."""
        return _span(plan.made_at + KEPT_FOR - self._now)


def _left_of(visit: Visit) -> _Left:
    return _Left(visit.site.clock())


def _span(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "moments"


def _of_run(run: ShownRun) -> Iterator[Link]:
    result = run.result
    if result.command == "plan" and result.finished_at and result.exit_code in {0, 3}:
        _prepare(run)
        yield Link(_changes(run), "plan", {"run": result.run_id}, is_next=True)
    if result.command == "apply" and result.plan is not None and result.exit_code == STALE:
        yield Link("Plan again", "plan_again", {"run": result.run_id}, needs="operator", is_next=True)


def _prepare(run: ShownRun) -> None:
    """Whoever is shown the way to the changes will follow it: many of them are read meanwhile."""
    if _count(run) > MANY:
        Thread(target=prepare_changes, args=(run.folder, run.result), daemon=True).start()


def _count(run: ShownRun) -> int:
    return sum(sum(job.planned.values()) for job in run.result.jobs)


def _changes(run: ShownRun) -> str:
    count = _count(run)
    return f"{count:,} planned {'change' if count == 1 else 'changes'}"


def _again(visit: Visit) -> Response:
    """The form for a new plan, of the jobs that an older one was made of."""
    jobs = visit.site.project().jobs
    found = show(visit.site.workspace, checked_run(visit.path["run"])).result.plan
    chosen = {one for one in found.selectors if one in jobs} if found and found.selectors else set(jobs)
    return visit.render("plan_new.html", jobs=list(jobs.values()), chosen=chosen, limit="", error="")


def _of_job(job: str) -> Iterable[Link]:
    return (Link("Plan", "plan_new", {"job": job}, needs="operator"),)


PLANS = Section(
    "plans",
    (
        Page("/plans", "plans", _plans),
        Page("/plans/new", "plan_new", _new, needs="operator"),
        Action("/plans", "plan_make", _make),
        Page("/plans/{run}", "plan", _plan),
        Page("/plans/{run}/again", "plan_again", _again, needs="operator"),
        Action("/plans/{run}/apply", "plan_apply", _apply),
        Action("/plans/{run}/approve", "plan_approve", _approve),
        Action("/plans/{run}/withdraw", "plan_withdraw", _withdraw),
    ),
    "Plans",
    "plans",
    of_run=_of_run,
    of_job=_of_job,
)
