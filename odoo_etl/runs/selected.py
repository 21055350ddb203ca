"""The jobs that selectors pick, run or planned; what `run` and `plan` do, and `resume` and `retry` end in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING

from odoo_etl.errors import UsageError
from odoo_etl.executors import open_executor
from odoo_etl.partitions import Executor
from odoo_etl.rejects.form import form_of
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.runs.hooks import Hooks, listed, run_environment, total
from odoo_etl.runs.jobs import Before, Handover, NoHandover, Retries, RunRequest, WholeRuns, run_jobs
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.spec import FileKeys, Hook, Job, Project, select_jobs
from odoo_etl.spec.graph import dropped
from odoo_etl.sync import UNWITNESSED, Planned
from odoo_etl.sync.staging import Part

if TYPE_CHECKING:
    from odoo_etl.state import Ledger, RunEntry


def selected(opened: Open, arguments: Arguments) -> Work:
    """The jobs that the selectors pick."""
    return Work(lambda: run(opened, select_jobs(opened.project, arguments.selectors), arguments), arguments)


NOTHING = Before()


def run(
    opened: Open,
    jobs: Sequence[Job],
    arguments: Arguments,
    *,
    before: Before = NOTHING,
    sources: Mapping[str, RejectedRows] = MappingProxyType({}),
) -> int:
    """Run or plan jobs, as `RunRequest` has it; the exit code."""
    request, part = opened.request, arguments.part
    hooks = _hooks(opened)
    if part and (hooks.first or hooks.last):
        raise UsageError(
            "project.yaml has steps in `before` or `after`, and each part is a run of its own, which would do them once"
            " more; nothing was done: let the scheduler do them before the first part and after the last one"
        )
    forms = {job.name: form_of(job.spec) for job in jobs}
    opened.folder.take_forms(forms)
    opened.notes.extend(dropped({job.name: job for job in jobs}, opened.project.depends_on))
    planned = None
    if request.plan_shown is not None:
        keep = opened.folder.keep_changes if request.every_change else None
        planned = Planned([job.spec for job in jobs], request.plan_shown, compares=request.compares, keep=keep)
    here = part or planned or sources or arguments.limit is not None or opened.witness is not None
    handover = _handover(opened, jobs, arguments, retried=bool(sources))
    with nullcontext() if here else _executor(opened.project, arguments) as executor:
        run_request = RunRequest(
            planned=planned,
            ledger=opened.ledger,
            run_id=opened.run_id,
            stop=request.workspace.stop,
            resumed=before.begun,
            looks=before.looks,
            sources=sources,
            limit=arguments.limit,
            full_refresh=arguments.full_refresh,
            executor=executor,
            part=Part.parse(part) if part else None,
            rejects=handover.heard(opened.folder.rejects),
            skipped=opened.folder.skipped,
            witness=opened.witness or UNWITNESSED,
            notes=opened.notes,
            keep_success=opened.folder.keep_success,
            success=arguments.success,
            handover=handover,
            trace=opened.trace,
        )
        if planned is not None:
            opened.notes.extend(listed(hooks.first, hooks.last))
            return run_jobs(opened.project, jobs, request.workspace.observer, opened.jobs, run_request)
        handover.settle()  # what a run that was killed has left
        hooks.before()
        code = run_jobs(opened.project, jobs, request.workspace.observer, opened.jobs, run_request)
        handover.settle()
        _after(opened, hooks, code)
        return code


def _handover(opened: Open, jobs: Sequence[Job], arguments: Arguments, *, retried: bool) -> Handover:
    """The way of the files of the jobs: they stay where not all of their rows are taken."""
    hands_over = any(isinstance(one, FileKeys) and one.done for job in jobs for one in job.spec.every_source)
    if not hands_over or opened.request.plan_shown is not None or arguments.limit is not None:
        return NoHandover()
    if arguments.part:
        opened.notes.append("done: files stay where they are in a run of one part, since other parts may read them yet")
        return NoHandover()
    ledger, run_id, note = opened.ledger, opened.run_id, opened.notes.append
    if not retried:
        return WholeRuns(opened.project, ledger, run_id, note)
    return Retries(opened.project, ledger, run_id, note, _earlier(ledger, opened.followed))


def _earlier(ledger: Ledger, run: RunEntry | None) -> set[str]:
    """A run and those that it went on with."""
    found: set[str] = set()
    while run is not None and run.id not in found:
        found.add(run.id)
        run = ledger.run(run.parent) if run.parent else None
    return found


def _hooks(opened: Open) -> Hooks:
    """The steps of project.yaml."""
    project, stop = opened.project, opened.request.workspace.stop
    environment = run_environment(opened.run_id, project.environment)
    return Hooks(project.project.before, project.project.after, project.folder, environment, stop)


def _after(opened: Open, hooks: Hooks, code: int) -> None:
    """Carry out what follows the run, where every job ended well."""
    if code in {0, 3}:
        hooks.after(total(result.counts for result in opened.jobs.results()))
    elif hooks.last:
        opened.notes.append(f"not all jobs ended well, so this was left out: {', '.join(map(_name, hooks.last))}")


def _name(hook: Hook) -> str:
    return hook.name


def _executor(project: Project, arguments: Arguments) -> AbstractContextManager[Executor | None]:
    """The executor of project.yaml, or the one that was asked for."""
    spec = project.project.executor.model_copy(update=arguments.executor)
    if spec.type == "threads" and "workers" in arguments.executor:
        spec = spec.model_copy(update={"type": "processes"})
    return open_executor(spec, project.project.state.url.get_secret_value())
