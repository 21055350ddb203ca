"""`odoo-etl upgrade`: files of an older format become files of the newest one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._project import ProjectOption
from odoo_etl.cli._streams import say

PENDING_CODE = 8


def upgrade(
    *,
    project: ProjectOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 8 where a file is of an older version.")
    ] = False,
) -> None:
    """Rewrite files of an older format to the newest.

    Comments and the order of keys stay. What changes is shown; the former files are kept in .odoo_etl/upgrades. The
    ledger needs none of this: it upgrades itself when it is opened.
    """
    from odoo_etl.spec import display
    from odoo_etl.upgrading import upgrade_project, write_upgrades

    found = upgrade_project(project or Path.cwd())
    for each in found.older:
        for line in each.diff:
            say(line)
    files = "1 file is" if found.looked_at == 1 else f"all {found.looked_at:,} files are"
    if not found.older:
        say(f"{files} at version {found.newest}, the newest")
        return
    older = "1 file is" if len(found.older) == 1 else f"{len(found.older):,} files are"
    if check:
        say(f"{older} of an older version than {found.newest}: `odoo-etl upgrade` rewrites them")
        raise typer.Exit(PENDING_CODE)
    kept = write_upgrades(found, datetime.now(UTC))
    say(f"{older} upgraded to version {found.newest}; what they were is kept in {display(kept)}")
    say("next: odoo-etl validate")
