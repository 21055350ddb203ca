"""The command that comes next when a run has ended, with the options of this command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from odoo_etl.cli._choice import Chosen, chosen
from odoo_etl.results import RunResult


def next_lines(result: RunResult, project: Path | None) -> Iterator[str]:
    """The best next command, and what is to be done before."""
    from odoo_etl.reporting.next_steps import next_steps

    for step in next_steps(result, options=options(chosen(), project), brief=True)[:1]:
        yield from step.lines()


def options(choice: Chosen, project: Path | None) -> str:
    """The options of this command line that the next one needs, too; variables as they were said."""
    words = ["--project", str(project)] if project else []
    words += ["--env", choice.environment] if choice.environment else []
    words += ["--connection", choice.connection] if choice.connection else []
    for name, value in choice.variables.items():
        words += ["--var", f"{name}={value}"]
    return "".join(f" {shlex.quote(word)}" for word in words)
