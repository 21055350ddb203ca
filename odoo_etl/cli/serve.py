"""`odoo-etl serve`: run jobs by their schedules until SIGTERM."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import writes
from odoo_etl.cli._project import ProjectOption, workspace
from odoo_etl.cli._signals import ENDINGS
from odoo_etl.cli._voice import voice
from odoo_etl.gc_pauses import collected_as_ever
from odoo_etl.stop import BetweenThreads
from odoo_etl.text import printable, redacted, secrets_in_use

if TYPE_CHECKING:
    from odoo_etl.serving import News


@writes
def serve(
    *,
    runs: Annotated[
        int, typer.Option("--runs", min=1, max=100, metavar="N", help="Run so many schedules at once, at most.")
    ] = 2,
    once: Annotated[bool, typer.Option("--once", help="Do what is due by now, wait for its end, and end.")] = False,
    stop_runs: Annotated[
        bool,
        typer.Option("--stop-runs", help="At the end, interrupt runs; the next server resumes them. Else they go on."),
    ] = False,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where the page listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port of the page.")] = 8321,
    no_page: Annotated[
        bool, typer.Option("--no-page", help="Only run jobs: no page, no /metrics, no /healthz.")
    ] = False,
    project: ProjectOption = None,
) -> None:
    """Run the jobs by their schedules, and serve the page.

    What is due, and what has been done, is in the ledger: it may be killed and started again at any time, and several
    servers may share a ledger in PostgreSQL.
    """
    from contextlib import ExitStack

    from odoo_etl.serving import Serve, opened_server, served

    stop = BetweenThreads()  # a second signal may come while the first one is heard of
    for each in ENDINGS:
        signal.signal(each, lambda *_: stop.set())
    wanted = Serve(workspace(project), _tell, most=runs, once=once, stop_runs=stop_runs)
    with ExitStack() as stack:
        server = stack.enter_context(opened_server(wanted))
        if not (no_page or once):
            from odoo_etl.serving.page import page_of

            stack.enter_context(page_of(wanted, server, host, port))
        stack.enter_context(collected_as_ever())
        code = served(wanted, server, stop)
    if code:
        raise typer.Exit(code)


def _tell(news: News) -> None:
    """Say it on stderr: in a line for people, or as a JSON object."""
    from datetime import datetime

    if voice().quiet and news.level == "info":
        return
    if voice().objects:
        from odoo_etl.reporting.live import as_object

        line = as_object(news.level, news.event, text=news.text, **news.known)
    else:
        word = "" if news.level == "info" else f"{news.level}: "
        text = redacted(news.text, secrets_in_use())
        line = printable(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {word}{text}")
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        return  # nobody can read it; it is in the file, too
