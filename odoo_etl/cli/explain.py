"""`odoo-etl explain`: what a code means, and what to do about it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from odoo_etl.cli._project import JsonOption
from odoo_etl.cli._streams import say

WIDEST = 100  # columns that read well
PLAIN = 80  # where it is no terminal


def explain(
    code: Annotated[
        str,
        typer.Argument(
            show_default=False, help="The code of a reject, an error, an exit code; default: the list of all."
        ),
    ] = "",
    *,
    json_: JsonOption = False,
) -> None:
    """Say what a code means, its usual causes, and its cure."""
    from odoo_etl import explaining

    chapters = explaining.all_chapters()
    pages = explaining.explain(code) if code else tuple(page for one in chapters for page in one.pages)
    if json_:
        typer.echo(json.dumps(explaining.as_json(pages), ensure_ascii=False, indent=2))
        return
    width = _width()
    if not code:
        _say(explaining.list_lines(chapters, width))
        return
    for number, page in enumerate(pages):
        _say([""] * bool(number))
        _say(explaining.page_lines(page, width))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def _width() -> int:
    return min(shutil.get_terminal_size((PLAIN, 24)).columns, WIDEST) if sys.stdout.isatty() else PLAIN
