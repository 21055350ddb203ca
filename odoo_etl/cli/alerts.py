"""`odoo-etl alerts`: what is wrong and who knows; look at what no run tells; try a channel."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import complain, say


def alerts(
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="First look for silent jobs and keys that expire, and tell the channels: for those without"
            " `odoo-etl serve`, from cron.",
        ),
    ] = False,
    test: Annotated[
        str, typer.Option("--test", metavar="CHANNEL", show_default=False, help="Send a channel a message to try it.")
    ] = "",
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """List what is wrong, since when, and which channels know.

    Exit code 1: a channel could not be told, with --check or --test.
    """
    from odoo_etl.alerting import NotSent, described
    from odoo_etl.reporting.alerted import alert_lines
    from odoo_etl.runs import alerts as use_cases

    chosen = workspace(project)
    if test:
        use_cases.try_channel(chosen, test)
        say(f"{test} took a message")
        return
    failed = use_cases.check_alerts(chosen) if check else []
    found = use_cases.alerts(chosen)
    if json_:
        told = {"alerts": [asdict(one) for one in found], "failed": failed}
        typer.echo(json.dumps(told, ensure_ascii=False, default=lambda at: at.isoformat()))
    else:
        channels = use_cases.channels(chosen)
        for line in alert_lines(found, {name: described(channel) for name, channel in channels.items()}):
            say(line)
        for sentence in failed:
            complain(f"error: {sentence}")
    if failed:
        raise typer.Exit(NotSent.exit_code)
