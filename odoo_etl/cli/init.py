"""`odoo-etl init`: a new project, which validates, plans and runs as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._streams import say
from odoo_etl.cli.guess import guess

if TYPE_CHECKING:
    from odoo_etl.scaffold import NewProject, Scaffold, Server

UrlOption = Annotated[
    str, typer.Option(metavar="URL", show_default=False, help="The Odoo to try things on, or `sandbox` (default).")
]
CiOption = Annotated[
    str, typer.Option("--ci", metavar="SERVICE", show_default=False, help="Write its file: github, gitlab or none.")
]


def init(  # noqa: PLR0913 - options of the command line
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", show_default=False, help="Default: this folder.")] = Path(),
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Ask nothing: the embedded server, production to come.")
    ] = False,
    url: UrlOption = "",
    db: Annotated[str, typer.Option(help="Its database.", show_default=False)] = "",
    user: Annotated[str, typer.Option(help="Its login.", show_default=False)] = "",
    production_url: Annotated[str, typer.Option(metavar="URL", show_default=False, help="The real Odoo.")] = "",
    production_db: Annotated[str, typer.Option(help="Its database.", show_default=False)] = "",
    production_user: Annotated[str, typer.Option(help="Its login.", show_default=False)] = "",
    job: Annotated[str, typer.Option(show_default=False, help="The name of the first job.")] = "",
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", show_default=False, help="Guess the first job from a file.")
    ] = None,
    model: Annotated[str, typer.Option(show_default=False, help="With --from: its model, such as res.partner.")] = "",
    ci: CiOption = "",
) -> None:
    """Begin a project: settings, a job with rows to try, a CI file.

    project.yaml has environments; beside it are .env.example and .gitignore.

    At a terminal it asks for what no option says; without one it takes the defaults. No file that is there is touched.
    """
    from odoo_etl.errors import UsageError
    from odoo_etl.runs import init as write

    if bool(from_) != bool(model) or (from_ and not from_.is_file()):
        raise UsageError("--from names a file that is there, and --model the model that its rows are of: give both")
    from odoo_etl.scaffold import NewProject, Server

    given = Server("sandbox" if sandbox else url, db, user), Server(production_url, production_db, production_user)
    asks = sys.stdin.isatty() and not sandbox
    dev, production = map(_asked, ("dev", "production"), given) if asks else given
    service = ci or (_asked_for("CI: github, gitlab or none", "none") if asks else "none")
    dev = dev if dev.url else Server("sandbox")
    new = NewProject(dev, production, job or "partners", service, has_sample=from_ is None)
    for line in _lines(write(folder, new)):
        say(line)
    if from_ is not None and (dev.is_sandbox or dev.api_key):
        guess(from_.resolve(), model=model, job=job, project=folder)
        return
    for line in _next(folder, new, f"odoo-etl guess {from_.resolve()} --model {model}" if from_ else ""):
        say(line)


def _asked(environment: str, server: Server) -> Server:
    """The server, with what a person says of it where nothing is known."""
    from dataclasses import replace

    if not server.url and environment == "dev":
        server = replace(server, url=_asked_for("URL of the Odoo to try things on, or sandbox", "sandbox"))
    elif not server.url:
        server = replace(server, url=_asked_for("URL of the Odoo in production (empty: later)"))
    if not server.url or server.is_sandbox:
        return server
    db, user = server.db or _asked_for("  its database"), server.user or _asked_for("  login of the import's user")
    return replace(server, db=db, user=user, api_key=_asked_for("  its API key (hidden; empty: later)", hidden=True))


def _asked_for(question: str, default: str = "", *, hidden: bool = False) -> str:
    answer = typer.prompt(question, default=default, show_default=bool(default), hide_input=hidden, err=True)
    return str(answer).strip()


def _lines(made: Scaffold) -> list[str]:
    """The files that there are now."""
    lines = [f"wrote {path}" for path in made.written]
    lines += [f"left {path} as it was" for path in made.left]
    if made.ignored:
        lines.append(f"add to .gitignore, so that no secret is published: {'  '.join(made.ignored)}")
    return lines


def _next(folder: Path, new: NewProject, guessing: str) -> list[str]:
    """The next command, after what becomes of the sample; with the guess that still needs a key."""
    sample = f"{new.job} is a sample; for a file of yours: odoo-etl guess FILE --model MODEL"
    return [*([sample] if new.has_sample else []), *_commands(folder, new, guessing)]


def _commands(folder: Path, new: NewProject, guessing: str) -> list[str]:
    go = [] if folder.resolve() == Path.cwd() else [f"cd {folder}"]
    if new.dev.is_sandbox or new.dev.api_key:
        return [f"next: {' && '.join([*go, 'odoo-etl plan'])}"]
    return [
        f"next: put the API key of dev into .env: {' && '.join([*go, 'cp .env.example .env', 'chmod 600 .env'])}",
        f"then: {guessing or 'odoo-etl doctor'}",
    ]
