"""The verbs that run jobs share this: call the use case, show its progress, print its result, exit with its code."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from odoo_etl.cli._choice import chosen
from odoo_etl.cli._streams import CannotPrint, complain, say
from odoo_etl.errors import Interrupted
from odoo_etl.stop import Stop

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


def carry_out(
    use_case: Callable[[Workspace], RunResult], project: Path | None, *, as_json: bool, planned: bool = False
) -> NoReturn:
    """Call a use case on the project, and end the program as it ended.

    Args:
        project: its folder, where the command line names it.
        as_json: print the result as one JSON document.
        planned: the result is that of a plan.
    """
    stop = Stop()
    with _signals_raise(stop):
        result = _watched(use_case, project, stop)
    code = _printed(result, as_json=as_json, planned=planned)
    if result.error:
        complain(f"error: {result.error}")
    raise typer.Exit(code)


def _watched(use_case: Callable[[Workspace], RunResult], project: Path | None, stop: Stop) -> RunResult:
    """The result of a use case, whose progress a person sees."""
    from odoo_etl.reporting.progress import Watcher, display
    from odoo_etl.runs import Workspace

    with closing(display()) as shown:
        return use_case(Workspace(project, **asdict(chosen()), observer=Watcher(shown), stop=stop))


def _printed(result: RunResult, *, as_json: bool, planned: bool) -> int:
    """Print the result; where that cannot be, say where it is, and let whoever asked for it see a failure."""
    from odoo_etl.reporting.run_folder import RESULTS_FILE

    try:
        _print(result, as_json=as_json, planned=planned)
    except CannotPrint as error:
        complain(f"error: {error}; the result is in {result.folder / RESULTS_FILE}")
        return result.exit_code or error.exit_code
    return result.exit_code


def _print(result: RunResult, *, as_json: bool, planned: bool) -> None:
    from odoo_etl.reporting import run_folder
    from odoo_etl.reporting.text import change_lines, header_lines, job_lines, run_lines, shown_path

    if as_json:
        typer.echo(json.dumps(run_folder.as_json(result), ensure_ascii=False, default=str))
        return
    if result.command == "reconcile":
        from odoo_etl.reporting.compared import compared_run_lines

        for line in compared_run_lines(result):
            say(line)
        say(f"report: {shown_path(result.folder / run_folder.RESULTS_FILE)}")
        return
    for line in header_lines(result):
        say(line)
    for job in result.jobs:
        for line in (*job_lines(job, planned=planned), *change_lines(job.changes)):
            say(line)
    for line in run_lines(result, planned=planned):
        say(line)
    say(f"report: {shown_path(result.folder / run_folder.RESULTS_FILE)}")


@contextmanager
def _signals_raise(stop: Stop) -> Iterator[None]:
    """SIGINT and SIGTERM end the run in order: the calls in flight are finished, the report is written."""

    def end(number: int, _: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_DFL)  # a second one ends the program at once
        if stop.request(number):
            raise Interrupted(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
