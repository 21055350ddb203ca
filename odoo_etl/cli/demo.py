"""`odoo-etl demo`: the tool at work on rows of its own, without a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._streams import say

FOLDER = Path("odoo-etl-demo")


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", show_default=False, help="Default: odoo-etl-demo, in this folder.")
    ] = FOLDER,
    *,
    odoo: Annotated[
        bool, typer.Option("--odoo", help="Write to the Odoo that ODOO_URL, ODOO_DB, ... name: one to try things on.")
    ] = False,
) -> None:
    """Show the program at work, on rows of its own.

    Plans, runs and runs again the jobs of FOLDER, which it fills with the demo's files. No file that is there is
    touched.
    """
    from odoo_etl.demo import lay, show

    laid = lay(folder)
    if laid.written:
        say(f"wrote {laid.written} files into {folder}")
    show(folder, os.environ, _say_lines, real=odoo)
    if laid.written:
        say("next: look around there, or begin a project of your own: odoo-etl init --sandbox my-project")


def _say_lines(text: str) -> None:
    for line in text.split("\n"):
        say(line)
