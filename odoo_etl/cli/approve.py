"""`odoo-etl approve`: a person agrees to a kept plan, so that a program may apply it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odoo_etl.cli._project import ProjectOption, workspace
from odoo_etl.cli._streams import complain, say
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.runs import Workspace
    from odoo_etl.runs.kept_plans import KeptPlan

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def approve(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN", help="How its digest begins, or its file; `plan --keep` and tools of MCP make it."
        ),
    ],
    *,
    lasts: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long it counts, as in 30m, 8h or 2d.")
    ] = "24h",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an approval back.")] = False,
    project: ProjectOption = None,
) -> None:
    """Agree to a kept plan: programs (`odoo-etl mcp`) apply no other.

    It shows where the plan writes and how much, and asks a person at a terminal.
    """
    from odoo_etl.runs import kept_plans as kept

    chosen = workspace(project)
    found = kept.kept_plan(chosen, plan)
    if withdraw:
        taken = kept.withdraw(chosen, found)
        say(f"the approval of plan {found.digest[:12]} is taken back" if taken else "it was not approved")
        return
    lasts_s = _seconds(lasts)
    _ask(chosen, found)
    approval = kept.approve(chosen, found, lasts_s=lasts_s)
    say(f"plan {found.digest[:12]} is approved by {approval.by} until {approval.expires:%Y-%m-%d %H:%M} UTC")


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+)([smhd])", text.strip())
    if found is None:
        raise UsageError(f"--for {text!r} is no time: write it like 30m, 8h or 2d")
    return float(found[1]) * _UNITS[found[2]]


def _ask(chosen: Workspace, plan: KeptPlan) -> None:
    """Show the plan to the person at the terminal, and ask.

    Raises:
        UsageError: there is no terminal, or no is said.
    """
    if not _at_a_terminal():
        raise UsageError(
            "a plan is approved by a person at a terminal, and standard input is none; in the page"
            " (`odoo-etl serve`) it can be approved, too"
        )
    for line in _told(plan):
        complain(line)
    if _is_production(chosen, plan):
        answer = typer.prompt(f"This is production. Type the name of the environment ({plan.environment})", err=True)
        agreed = answer.strip() == plan.environment
    else:
        agreed = typer.confirm("Approve exactly this?", err=True)
    if not agreed:
        raise UsageError("the plan is not approved")


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _is_production(chosen: Workspace, plan: KeptPlan) -> bool:
    """Whether the environment of a plan is production."""
    from odoo_etl.spec import Choice

    return chosen.load(Choice(plan.environment, chosen.connection, chosen.variables), with_jobs=False).is_production


def _told(plan: KeptPlan) -> Iterator[str]:
    yield f"plan {plan.digest[:12]} of {plan.made_at:%Y-%m-%d %H:%M} UTC, by {plan.made_by}"
    yield f"  jobs: {', '.join(plan.selectors) or 'all'}"
    for name, place in plan.destinations.items():
        where = f"{place['url']}, database {place['database']}, user {place['user']}"
        yield f"  {name}: {where}" + (f", environment {plan.environment}" if plan.environment else "")
    counts = ", ".join(f"{count:,} {kind}" for kind, count in plan.counts.items())
    yield f"  planned: {counts or 'nothing'}"
    yield f"  every change: odoo-etl show {plan.run_id}"
