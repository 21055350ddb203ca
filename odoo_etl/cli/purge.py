"""`odoo-etl purge`: forget old runs, or single records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import say
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.runs import PurgeResult

SHOWN = 10


def purge(
    *,
    before: Annotated[
        str,
        typer.Option(
            metavar="AGE|DATE", show_default=False, help="Runs that ended earlier: 90d, 12w, 6m, 2y ago, or 2026-01-31."
        ),
    ] = "",
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VALUE",
            show_default=False,
            help="Everything about the record with this key, as its row has it; values of a key of several fields with"
            " | between them; may be repeated.",
        ),
    ] = None,
    job: Annotated[
        list[str] | None,
        typer.Option(metavar="JOB", show_default=False, help="Only runs, or records, of this job; may be repeated."),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Forget old runs, or all that is kept of a record.

    What they replaced, rejected and reported goes. Odoo is not touched.
    """
    from odoo_etl.runs import purge

    def forget(planned: bool) -> PurgeResult:
        return purge(workspace(project), before=before or None, keys=key or [], jobs=job or [], plan=planned)

    if not plan and not yes:
        _ask(forget(True))
    result = forget(plan)
    if json_:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False, default=str))
        return
    for line in purge_lines(result):
        say(line)


def purge_lines(result: PurgeResult) -> Iterator[str]:
    """The outcome for a person."""
    from odoo_etl.reporting.words import counted

    word = "to purge" if result.planned else "purged"
    if result.before is not None:
        ended = f"ended before {result.before:%Y-%m-%d %H:%M} UTC"
        yield f"{word}: {counted(len(result.runs), 'run')} that {ended}"
        yield from (f"  {run_id}" for run_id in result.runs[:SHOWN])
        if (more := len(result.runs) - SHOWN) > 0:
            yield f"  {more:,} more"
    else:
        rows = "" if result.planned else f", {counted(result.rows, 'row')} of files"
        yield f"{word}: {counted(result.records, 'record')} of the ledger{rows}"
    yield from (f"kept {one.id}: {one.why}" for one in result.kept)
    yield from (f"note: {note}" for note in result.notes)


def _ask(planned: PurgeResult) -> None:
    if not sys.stdin.isatty():
        raise UsageError("purge forgets for good: give --yes, or look first with --plan")
    for line in purge_lines(planned):
        say(line)
    typer.confirm("Forget this for good?", abort=True)
