"""`odoo-etl docs`: the pages of the documentation, without a network."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption
from odoo_etl.cli._streams import say

if TYPE_CHECKING:
    from odoo_etl.manual import ManualPage

ROOM = 100  # columns of a line of the list
WIDEST = 110  # columns that read well


def docs(
    page: Annotated[
        str,
        typer.Argument(show_default=False, help="Its name, such as rejects or scheduled; default: the list of all."),
    ] = "",
    *,
    search: Annotated[
        str, typer.Option("--search", metavar="WORDS", show_default=False, help="List the pages with all these words.")
    ] = "",
    json_: JsonOption = False,
) -> None:
    """Read the documentation, which comes with the program."""
    from odoo_etl import manual
    from odoo_etl.errors import UsageError

    if page and search:
        raise UsageError("a page and --search do not go together: a page is shown whole, --search lists pages")
    if search:
        found = manual.search_manual(search)
        if json_:
            _print_json([{**_told(one.page), "lines": [list(line) for line in one.lines]} for one in found])
            return
        for one in found:
            say(_listed(one.page))
            for number, line in one.lines:
                say(f"    {number}: {line}"[:ROOM])
        if not found:
            say("no page has all these words: try fewer")
    elif page:
        _show(manual.manual_page(page), as_json=json_)
    elif json_:
        _print_json([_told(one) for one in manual.manual_pages()])
    else:
        for each in manual.manual_pages():
            say(_listed(each))


def _told(page: ManualPage) -> dict[str, object]:
    return {"name": page.name, "title": page.title, "about": page.about}


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _listed(page: ManualPage) -> str:
    line = f"{page.name:<24}{page.title}"
    return line if len(line) <= ROOM else f"{line[: ROOM - 1]}…"


def _show(page: ManualPage, *, as_json: bool) -> None:
    """On a terminal as it reads well, else as it stands."""
    if as_json:
        _print_json({**_told(page), "text": page.text})
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console()
        console.print(Markdown(page.text), width=min(console.width, WIDEST))
    else:
        typer.echo(page.text, nl=False)
