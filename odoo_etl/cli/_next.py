"""The command that comes next when a run has ended; none is named that the program does not have."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from odoo_etl.cli._choice import Chosen, chosen
from odoo_etl.errors import CannotStart, SafetyLimit
from odoo_etl.reporting.words import shown_path
from odoo_etl.results import RunResult

PROGRAM = "odoo-etl"
REJECTED = 3  # the exit code of rejected rows
MANY_FILES = 3  # rejects files that are named, each


def next_lines(result: RunResult, project: Path | None) -> Iterator[str]:
    """The next command, with the options that this command line had."""
    yield from lines_for(result, _verbs(), options(chosen(), project))


def lines_for(result: RunResult, verbs: Collection[str], ending: str = "") -> Iterator[str]:
    """The next command, and what is to be done before.

    Args:
        verbs: that the program has.
        ending: the options of the command.
    """
    for verb, run, first in _steps(result):
        if verb in verbs:
            before = list(first)
            for number, line in enumerate(before):
                yield f"{'      ' if number else 'next: '}{line}"
            yield f"{'      ' if before else 'next: '}{PROGRAM} {verb}{f' {run}' if run else ''}{ending}"
            return


def options(choice: Chosen, project: Path | None) -> str:
    """The options of this command line that the next one needs, too; variables as they were said."""
    words = ["--project", str(project)] if project else []
    words += ["--env", choice.environment] if choice.environment else []
    words += ["--connection", choice.connection] if choice.connection else []
    for name, value in choice.variables.items():
        words += ["--var", f"{name}={value}"]
    return "".join(f" {shlex.quote(word)}" for word in words)


def _steps(result: RunResult) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Verb, run and what is to be done before: the best first."""
    code = result.exit_code
    begun = any(job.status != "skipped" and job.counts.read for job in result.jobs)
    if code == CannotStart.exit_code:
        yield "doctor", "", ()
        return
    ended_early = code in {1, SafetyLimit.exit_code} or code > 128
    if ended_early and begun:
        if result.command in {"run", "resume"}:
            yield "resume", result.run_id, ()
        elif result.command in {"retry", "undo"} and result.parent:
            yield result.command, result.parent, ()
    if code == REJECTED and (files := _rejects(result)):
        yield "retry", result.run_id, files
    if code in {0, REJECTED} and result.command != "plan":
        yield "show", result.run_id, ()


def _rejects(result: RunResult) -> tuple[str, ...]:
    """`mend FILE, then`; of many files, the folder."""
    files = list(dict.fromkeys(Path(job.rejects_file) for job in result.jobs if job.rejects_file))
    if len(files) > MANY_FILES:
        return (f"mend the rows in {shown_path(files[0].parent)}, then",)
    last = len(files) - 1
    return tuple([f"mend {shown_path(path)}{', then' if n == last else ' and'}" for n, path in enumerate(files)])


def _verbs() -> Collection[str]:
    from odoo_etl.cli.main import app

    return {one.name or str(getattr(one.callback, "__name__", "")) for one in app.registered_commands}
