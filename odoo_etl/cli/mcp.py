"""`odoo-etl mcp`: a server for assistants, on standard input and output."""

from __future__ import annotations

from typing import Annotated

import typer

from odoo_etl.cli._project import ProjectOption, workspace
from odoo_etl.errors import UsageError
from odoo_etl.gc_pauses import collected_as_ever


def mcp(
    *,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="No tool writes, not even what a person approved.")
    ] = False,
    project: ProjectOption = None,
) -> None:
    """Serve the project to an assistant that speaks MCP.

    It looks and plans as it likes; it writes only by a plan that a person
    approved (`odoo-etl approve`).
    """
    chosen = workspace(project)
    chosen.load(with_jobs=False)  # a wrong folder is told now
    try:
        from odoo_etl.mcp_server.server import make_server
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed: pip install 'odoo-etl[mcp]'") from error
    server = make_server(chosen, read_only=read_only)
    with collected_as_ever():
        server.run("stdio")
