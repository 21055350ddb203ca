"""The verbs that run jobs share this: call the use case, show its progress, print its result, exit with its code."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from odoo_etl.cli._choice import chosen
from odoo_etl.cli._plans import PlanOutput, put_out
from odoo_etl.cli._signals import ENDINGS, meant
from odoo_etl.cli._streams import CannotPrint, complain, say
from odoo_etl.cli._voice import voice
from odoo_etl.errors import Interrupted
from odoo_etl.stop import Stop

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import NotApproved, Workspace


def carry_out(
    use_case: Callable[[Workspace], RunResult],
    project: Path | None,
    *,
    as_json: bool,
    planned: PlanOutput | None = None,
) -> NoReturn:
    """Call a use case on the project, and end the program as it ended.

    Args:
        project: its folder, where the command line names it.
        as_json: print the result as one JSON document.
        planned: the result is that of a plan, whose changes go there.
    """
    from odoo_etl.runs import NotApproved

    stop, heeded = Stop(), list[Callable[[], object]]()
    watched = partial(_watched, use_case, project, stop, heeded, planned=planned is not None)
    with signals_raise(stop, heeded):
        try:
            result = watched()
        except NotApproved as refusal:
            ask_production(refusal)
            result = watched(approved=True)
    code = _printed(result, project, as_json=as_json, planned=planned)
    if result.error:
        complain(f"error: {result.error}")
    raise typer.Exit(code)


def ask_production(refusal: NotApproved) -> None:
    """Ask the person at the terminal to agree; what is asked names environment, URL, database and user.

    Raises:
        NotApproved: there is no terminal, or no is said.
    """
    if not sys.stdin.isatty():
        raise refusal
    complain(f"`{refusal.command}` writes to the environment {refusal.environment}, which is production:")
    for place in refusal.places:
        complain(f"  {place}")
    if not typer.confirm("Write there?", err=True):
        raise refusal


def _watched(
    use_case: Callable[[Workspace], RunResult],
    project: Path | None,
    stop: Stop,
    heeded: list[Callable[[], object]],
    *,
    planned: bool,
    **agreed: bool,
) -> RunResult:
    """The result of a use case, whose progress a person sees.

    Args:
        heeded: called when a signal comes; the display is added.
    """
    from odoo_etl.reporting.live import display
    from odoo_etl.runs import Workspace

    with closing(display(objects=voice().objects, quiet=voice().quiet, planned=planned)) as shown:
        heeded.append(shown.stop)
        return use_case(Workspace(project, **{**asdict(chosen()), **agreed}, observer=shown, stop=stop))


def _printed(result: RunResult, project: Path | None, *, as_json: bool, planned: PlanOutput | None) -> int:
    """Print the result; where that cannot be, say where it is, and let whoever asked for it see a failure."""
    from odoo_etl.rejects.writer import CannotReport
    from odoo_etl.reporting.run_folder import RESULTS_FILE

    try:
        if as_json or planned is not None or result.exit_code or not voice().quiet:
            _print(result, project, as_json=as_json, planned=planned)
    except (CannotPrint, CannotReport) as error:
        complain(f"error: {error}; the result is in {result.folder / RESULTS_FILE}")
        return result.exit_code or error.exit_code
    return result.exit_code


def _print(result: RunResult, project: Path | None, *, as_json: bool, planned: PlanOutput | None) -> None:
    from odoo_etl.cli._next import next_lines
    from odoo_etl.reporting import run_folder
    from odoo_etl.reporting.text import header_lines, job_lines, report_line, run_lines

    if planned is not None:
        put_out(result, planned, as_json=as_json)
        return
    if as_json:
        typer.echo(json.dumps(run_folder.as_json(result), ensure_ascii=False, default=str))
        return
    if result.command == "reconcile":
        from odoo_etl.reporting.compared import compared_run_lines

        for line in compared_run_lines(result):
            say(line)
        say(report_line(result))
        return
    for line in header_lines(result):
        say(line)
    for job in result.jobs:
        for line in job_lines(job):
            say(line)
    for line in run_lines(result):
        say(line)
    say(report_line(result))
    for line in next_lines(result, project):
        say(line)


@contextmanager
def signals_raise(stop: Stop, heeded: Sequence[Callable[[], object]]) -> Iterator[None]:
    """SIGINT and SIGTERM (on Windows Ctrl-C and Ctrl-Break) end the run in order.

    The calls in flight are finished, the report is written.

    Args:
        heeded: called when the first one comes; they take no lock.
    """

    def end(number: int, _: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_DFL)  # a second one ends the program at once
        for tell in heeded:
            tell()
        if stop.request(meant(number)):
            raise Interrupted(meant(number))

    before = {number: signal.getsignal(number) for number in ENDINGS}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
