"""Carrying out a plan file: first what it was made of, then the plan again, then the run, each write of it guarded.

    files, variables, destination ─► plan again ═ plan file ─► run ─► guard ⇒ Odoo

What differs ends it with exit code 7: before the first write, or, where it came about between the plan and a write,
before that write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import StalePlan, UsageError
from odoo_etl.observers import NoObserver
from odoo_etl.planfile import Comparison, Guard, Origins, PlanFile, changed_since, copied, other_destinations, stale
from odoo_etl.results import AppliedPlan
from odoo_etl.runs.exit_codes import REJECTED
from odoo_etl.runs.followed import as_planned
from odoo_etl.runs.jobs import Before, RunRequest, run_jobs
from odoo_etl.runs.plan_kept import destinations
from odoo_etl.runs.selected import NOTHING
from odoo_etl.runs.selected import run as run_selected
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.runs.workspace import Workspace
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import Job, select_jobs
from odoo_etl.state import Ledger, RunEntry
from odoo_etl.sync import NoSink, Planned

COPY: Final = "applied.plan"  # in the folder of the run, so that `resume` has it
APPLIED: Final = ("apply", "resume")
MANY: Final = 10_000


def in_its_world(workspace: Workspace, path: Path) -> Workspace:
    """The workspace in the environment of a plan file, with its connection and variables.

    Raises:
        NotAPlanFile: it is none.
        UsageError: who calls says another one.
    """
    with PlanFile(path) as file:
        return as_planned(workspace, file.facts["world"], file.known_as)


def applying(opened: Open, path: Path) -> Work:
    """Carry out a plan file.

    Raises:
        NotAPlanFile: it is none.
        UsageError: it is for another destination, or who calls says another environment or connection.
        StalePlan: the plan was applied before. Where the project is not as it was, the work raises it: that run stands
            in the ledger, by which the plan is known as stale.
    """
    in_its_world(opened.request.workspace, path)
    with PlanFile(path) as file:
        arguments = replace(arguments_of(file), success=opened.request.workspace.success)
        opened.jobs.plan = _told(file, path)
        jobs = _jobs_of(opened, file)
        _check_unapplied(opened.ledger, file, arguments.plan)
    return Work(lambda: _apply(opened, jobs, arguments, path), arguments)


def going_on(opened: Open, entry: RunEntry, before: Before) -> Work:
    """Go on with a run that applies a plan file, under the same plan.

    Raises:
        UsageError: the copy of the plan file is gone, not the one that was applied, or for another destination.
    """
    path = copy_of(opened, entry)
    with PlanFile(path) as file:
        success = opened.request.workspace.success or bool(entry.arguments.get("success"))
        arguments = replace(arguments_of(file), success=success)
        if arguments.plan != entry.arguments["plan"]:
            raise UsageError(f"{path} is not the plan file that run {entry.id} applies: plan again with --out")
        opened.jobs.plan = _told(file, file.known_as)
        jobs = _jobs_of(opened, file)
    if not before.begun:
        return Work(lambda: _apply(opened, jobs, arguments, path), arguments, entry.id)
    return Work(lambda: _go_on(opened, jobs, arguments, entry, before), arguments, entry.id)


def copy_of(opened: Open, entry: RunEntry) -> Path:
    """The plan file that a run applies, as its folder, or that of a run before it, keeps it.

    Raises:
        UsageError: none has it.
    """
    runs = opened.folder.path.parent
    for run in opened.ledger.lineage.of(entry.id):
        if (path := runs / run / COPY).is_file():
            return path
    raise UsageError(
        f"run {entry.id} applies a plan file, and its copy is not in {runs / entry.id} any more: resume it where it"
        " ran, or plan again with --out"
    )


def arguments_of(file: PlanFile) -> Arguments:
    """The options that a plan was made with."""
    facts = file.facts
    return Arguments(
        list(facts["selectors"]), limit=facts["limit"], full_refresh=facts["full_refresh"], plan=file.digest()
    )


def _told(file: PlanFile, path: Path) -> AppliedPlan:
    facts = file.facts
    return AppliedPlan(str(path), file.digest(), facts["made_at"], facts["made_by"], tuple(facts["selectors"]))


def _jobs_of(opened: Open, file: PlanFile) -> list[Job]:
    """The jobs of a plan, whose destination is as it was."""
    jobs = select_jobs(opened.project, file.facts["selectors"])
    if others := other_destinations(*_origins(opened, jobs, file)):
        raise UsageError(
            f"the plan file {file.known_as} is for another destination; nothing was done: {'; '.join(others)}"
        )
    return [_compared_with_odoo(job) for job in jobs]


def _check_fresh(opened: Open, jobs: Sequence[Job], file: PlanFile) -> None:
    """Refuse a plan whose project is not as it was. Raises StalePlan."""
    if changed := changed_since(*_origins(opened, jobs, file)):
        raise stale(file.known_as, changed, len(changed))


def _origins(opened: Open, jobs: Sequence[Job], file: PlanFile) -> tuple[Origins, Origins]:
    """The origins of a plan as they were, and as they are."""
    return Origins.kept(file.facts), Origins.of(opened.project, [job.name for job in jobs])


def _compared_with_odoo(job: Job) -> Job:
    """The job without what its runs remember of equal records: a plan compares with Odoo, and so does this."""
    load = job.spec.load.model_copy(update={"compare": "server"})
    return replace(job, spec=job.spec.model_copy(update={"load": load}))


def appliers(ledger: Ledger) -> list[RunEntry]:
    """The runs that have applied plan files, newest first."""
    return [one for one in ledger.runs(MANY, APPLIED) if one.arguments.get("plan")]


def run_that_applied(ledger: Ledger, runs: Sequence[RunEntry], digest: str) -> RunEntry | None:
    """The one of some runs that has applied a plan, or begun to; None where none has."""
    return next((one for one in runs if one.arguments["plan"] == digest and ledger.jobs(one.id)), None)


def _check_unapplied(ledger: Ledger, file: PlanFile, digest: str) -> None:
    """Refuse a plan that a run has applied, or begun to."""
    run = run_that_applied(ledger, appliers(ledger), digest) if file.counts() else None
    if run is None:
        return
    if run.ended_well:
        raise StalePlan(f"the plan file {file.known_as} was applied already, by run {run.id}: plan again with --out")
    raise StalePlan(
        f"run {run.id} has begun to apply the plan file {file.known_as}: `odoo-etl resume {run.id}` goes on with it"
    )


def _apply(opened: Open, jobs: Sequence[Job], arguments: Arguments, path: Path) -> int:
    copy = copied(path, opened.folder.path / COPY)
    with PlanFile(copy, path) as file:
        _check_fresh(opened, jobs, file)
        opened.notes.append(f"the plan file {path} is of {file.facts['made_at']}, by {file.facts['made_by']}")
        if (approval := opened.ledger.approvals.approved(arguments.plan)) is not None:
            opened.notes.append(f"{approval.by} approved it at {approval.at.isoformat(timespec='seconds')}")
        if code := _plan_again(opened, jobs, arguments, Comparison(file)):
            return code
        return _run(opened, jobs, arguments, Guard(file), NOTHING)


def _plan_again(opened: Open, jobs: Sequence[Job], arguments: Arguments, comparison: Comparison) -> int:
    """The plan once more, held against the file; the exit code where it did not come to its end, else 0.

    Raises:
        StalePlan: it differs.
    """
    so_far, workspace = JobsSoFar(), opened.request.workspace
    for job in jobs:
        workspace.observer.note(job.name, "planned again, to see whether the plan file still holds")
    request = RunRequest(
        planned=Planned([job.spec for job in jobs], 0),
        ledger=opened.ledger,
        run_id=opened.run_id,
        stop=workspace.stop,
        limit=arguments.limit,
        full_refresh=arguments.full_refresh,
        rejects=NoSink(),
        witness=comparison,
    )
    code = run_jobs(opened.project, jobs, NoObserver(), so_far, request)
    if code not in {0, REJECTED}:
        for result in so_far.results():
            opened.jobs.add(result)
        return code
    comparison.conclude()
    for text in _moved(comparison.file.facts["destinations"], destinations(so_far.results())):
        comparison.differs(text)
    if comparison.count:
        raise stale(comparison.file.known_as, comparison.first, comparison.count)
    return 0


def _moved(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The connections whose server names another place or user than it did."""
    for name, place in then.items():
        if now.get(name) != place:
            yield f"connection {name}: the plan was made on {_place(place)}, this is {_place(now.get(name, {}))}"


def _place(place: Mapping[str, str]) -> str:
    return ", ".join(filter(None, place.values())) or "nowhere"


def _go_on(opened: Open, jobs: Sequence[Job], arguments: Arguments, entry: RunEntry, before: Before) -> int:
    path = copy_of(opened, entry)
    begun = {job for job, _ in before.begun}
    unbegun = [job.name for job in jobs if job.name not in begun]
    with PlanFile(path) as file:
        _check_fresh(opened, jobs, file)
        return _run(opened, jobs, arguments, Guard(file, partial(_made, opened.ledger, entry), unbegun), before)


def _made(ledger: Ledger, entry: RunEntry) -> dict[tuple[str, str], set[int]]:
    """The records that a run, and those that it goes on with, have created."""
    made: dict[tuple[str, str], set[int]] = {}
    for run in ledger.lineage.of(entry.id):
        for job in ledger.jobs(run):
            if job.status != "skipped":
                place = job.details.get("connection", "main"), job.model
                made.setdefault(place, set()).update(ledger.created_by(run, job.job, job.model, job.database))
    return made


def _run(opened: Open, jobs: Sequence[Job], arguments: Arguments, guard: Guard, before: Before) -> int:
    if opened.project.project.executor.type != "threads":
        opened.notes.append("a plan file is applied by one process: no job was divided among workers")
    return run_selected(replace(opened, witness=guard), jobs, arguments, before=before)
