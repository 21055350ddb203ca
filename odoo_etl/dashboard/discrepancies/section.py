"""The pages of values that Odoo did not keep, or keeps in a form of its own: of a run, and of a job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from odoo_etl.dashboard.frame import Link, NotThere, Page, Section, checked_run
from odoo_etl.errors import UsageError
from odoo_etl.explaining import explain
from odoo_etl.reporting.plans import Parts, parts_of, texts_of
from odoo_etl.runs import KeptOtherwise, kept_otherwise

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.results import Discrepancy
    from odoo_etl.runs import ShownRun

PAGE: Final = 100  # values


class ShownValue(NamedTuple):
    """A value: the run and the job that sent it, its record and field, and where both differ."""

    run_id: str
    job: str
    one: Discrepancy
    parts: Parts


def _of_run(visit: Visit) -> Response:
    run = checked_run(visit.path["run"])
    return _shown(visit, kept_otherwise(visit.site.workspace, run), run=run)


def _of_job(visit: Visit) -> Response:
    job = visit.path["job"]
    try:
        found = kept_otherwise(visit.site.workspace, job=job)
    except UsageError as error:  # no run had it
        if job not in visit.site.project().jobs:
            raise NotThere(f"there is no job {job}") from error
        found = []
    return _shown(visit, found, job=job)


def _shown(visit: Visit, found: Sequence[KeptOtherwise], run: str = "", job: str = "") -> Response:
    values = [ShownValue(one.run_id, one.job, value, _parts(value)) for one in found for value in one.found.not_kept]
    last = max(1, -(-len(values) // PAGE))
    number = min(_number(visit.query.get("page", "")), last)
    return visit.render(
        "discrepancies.html",
        run=run,
        job=job,
        total=sum(one.found.not_kept_values for one in found),
        listed=len(values),
        values=values[(number - 1) * PAGE : number * PAGE],
        number=number,
        last=last,
        rewritten=[
            (one, known, _parts(known.example)) for one in found for _, known in sorted(one.found.rewritten.items())
        ],
        pages=[explain("not_kept")[0], explain("rewritten")[0]],
    )


def _parts(one: Discrepancy) -> Parts:
    return parts_of(*texts_of((one.sent, one.kept), None, None, 0))


def _number(text: str) -> int:
    return max(1, int(text[:9])) if text.isascii() and text.isdigit() else 1


def _links_of_run(run: ShownRun) -> Iterator[Link]:
    jobs = [job.discrepancies for job in run.result.jobs]
    lost, forms = sum(one.not_kept_values for one in jobs), sum(len(one.rewritten) for one in jobs)
    if lost:
        yield Link(f"{lost:,} {'value' if lost == 1 else 'values'} not kept", "kept_of_run", {"run": run.result.run_id})
    elif forms:
        told = f"{forms:,} {'field' if forms == 1 else 'fields'} in a form of Odoo's own"
        yield Link(told, "kept_of_run", {"run": run.result.run_id})


def _links_of_job(job: str) -> Iterator[Link]:
    yield Link("Values not kept", "kept_of_job", {"job": job})


DISCREPANCIES = Section(
    "discrepancies",
    (
        Page("/runs/{run}/kept", "kept_of_run", _of_run),
        Page("/jobs/{job}/kept", "kept_of_job", _of_job),
    ),
    of_run=_links_of_run,
    of_job=_links_of_job,
)
