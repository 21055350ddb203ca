"""`odoo-etl sandbox`: serve an embedded, Odoo-compatible server until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._endings import until_ended


def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.")] = 8069,
    db: Annotated[
        Path | None, typer.Option(help="SQLite file that keeps the records; without it they are forgotten.")
    ] = None,
    odoo: Annotated[
        int,
        typer.Option(min=14, max=19, help="The version of Odoo that it plays; older ones lack what came later."),
    ] = 19,
    *,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            show_default=False,
            help="The folder of models from `schema pull`, such as pipelines/schema: they are served as plain tables.",
        ),
    ] = None,
) -> None:
    """Serve a small, Odoo-compatible server to try things on.

    On 127.0.0.1 (XML-RPC, JSON-RPC, JSON-2), until Ctrl-C.
    """
    from odoo_etl.errors import CannotStart, UsageError
    from odoo_etl.sandbox import Sandbox, World

    if schema is not None and not schema.is_dir():
        raise UsageError(f"there is no folder {schema}: `odoo-etl schema pull` makes it")

    wait = until_ended()
    server = Sandbox(db, port=port, major=odoo, world=World(schema))
    try:
        server.start()
    except OSError as error:
        raise CannotStart(
            f"the sandbox cannot serve on 127.0.0.1:{port}: {error}; try --port 0, or another --db"
        ) from error
    try:
        typer.echo(f"URL       {server.url}")
        typer.echo(f"database  {server.db}")
        typer.echo(f"login     {server.user}")
        typer.echo(f"password  {server.password}")
        typer.echo(f"API key   {server.api_key}")
        for line in server.pulled.told():
            typer.echo(f"models    {line}")
        typer.echo(f"records   {db or 'in memory'}; Ctrl-C stops")
        wait()
    finally:
        server.stop()
