"""The use case `guess`: from a file and a model to a job, as far as it can be known; Odoo is only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.connections import SANDBOX_NAME, open_client
from odoo_etl.errors import UsageError, unless_refused
from odoo_etl.guessing import Guess, JobFile, Models, guess, is_writable, read_table
from odoo_etl.odoo import OdooClient
from odoo_etl.runs.workspace import Workspace
from odoo_etl.snapshots import SnapshotModels, given_values, read_snapshots
from odoo_etl.spec import Project, display

PIPELINES: Final = "pipelines"
_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_WAYS_OUT: Final = "--force writes it anew, --out and --job give another file and another name"


@dataclass(frozen=True, slots=True)
class GuessOptions:
    """How a job is guessed.

    Attributes:
        sheet: of a workbook, or the table of an SQLite database; "" for the first.
        job: the name of the job; "" for that of the file.
        out: where the job is written; None for the folder of the project.
        schema: a folder of snapshots, which are asked in place of a server; None for that of the project.
        offline: ask no server.
        force: write over a file that is there.
        connection: the server that is asked, by its name in project.yaml; by default that of the workspace, or `main`.
    """

    sheet: str = ""
    job: str = ""
    out: Path | str | None = None
    schema: Path | str | None = None
    offline: bool = False
    force: bool = False
    connection: str = ""


@dataclass(frozen=True, slots=True)
class GuessedJob:
    """A job that was guessed.

    Attributes:
        job: its name.
        path: its file; "" where nothing was written, since no field or no key was found.
        origin: who described the model.
        text: of the file.
        guess: column by column.
    """

    job: str
    path: str
    origin: str
    text: str
    guess: Guess


def guess_job(workspace: Workspace, file: Path, model: str, options: GuessOptions) -> GuessedJob:
    """Guess the job of a file and write it beside the others.

    Args:
        file: the table.
        model: that its records are for.

    Raises:
        UsageError: no such file, model or connection; or a job is there already.
        SourceError: the file cannot be read.
        OdooError, CannotStart: the server cannot be asked.
    """
    project = _project(workspace, options)
    target = _job_file(project, file, options, options.connection or workspace.connection or "main")
    table = read_table(file.absolute(), options.sheet)
    with _described(project, model, options, target.connection) as (models, records, given, origin):
        found = guess(table, model, models, records, given)
    text = target.text(found) if is_writable(found) else ""
    if text:
        target.path.parent.mkdir(parents=True, exist_ok=True)
        target.path.write_text(text, encoding="utf-8", newline="\n")
    return GuessedJob(target.name, display(target.path) if text else "", origin, text, found)


def _project(workspace: Workspace, options: GuessOptions) -> Project | None:
    """The project; None where there is none and none is needed, since a folder of snapshots is named."""
    try:
        return workspace.load(with_jobs=False)
    except UsageError:
        if options.schema is None:
            raise
        return None


def _job_file(project: Project | None, file: Path, options: GuessOptions, connection: str) -> JobFile:
    """Where the job goes. Raises UsageError where that would be over another one."""
    name = options.job or _NAME.sub("_", options.sheet or file.stem).strip("_").lower() or "job"
    folder = project.folder if project else Path(PIPELINES)
    path = Path(options.out or folder / f"{name}.yaml").absolute()
    if path.exists() and not options.force:
        raise UsageError(f"{display(path)} is there already: {_WAYS_OUT}")
    for other in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        if other.absolute() != path and re.search(_named(name), _text(other)):
            raise UsageError(f"{display(other)} has a job {name} already: --job NAME gives this one another name")
    return JobFile(path, name, connection)


def _named(name: str) -> str:
    """A pattern of the line that gives a job its name."""
    return rf"(?m)^job: *[\"']?{re.escape(name)}[\"']? *(#.*)?$"


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


Known = tuple[Models, OdooClient | None, Sequence[str], str]


@contextmanager
def _described(project: Project | None, model: str, options: GuessOptions, connection: str) -> Iterator[Known]:
    """Who describes the models, who knows records, what new records have by themselves, and where that is from."""
    if project is None or options.offline or options.schema is not None:
        folder = project.schema_dir if project and options.schema is None else Path(options.schema or PIPELINES)
        yield _of_snapshots(folder, model)
        return
    with open_client(project.connection(connection), project.state_dir, pool_size=1) as client:
        client.authenticate()
        models = Models(client, _languages(client))
        given = sorted(given_values(client, model, _raw(models, model)))
        url = SANDBOX_NAME if project.connection(connection).is_sandbox else client.url
        yield models, client, given, f"{url}, database {client.db}" if client.db else url


def _raw(models: Models, model: str) -> dict[str, dict[str, object]]:
    return {name: dict(one.raw) for name, one in models.existing(model).items()}


def _of_snapshots(folder: Path, model: str) -> Known:
    snapshots = read_snapshots(folder)
    if model not in snapshots:
        known = f"it knows {', '.join(sorted(snapshots))}" if snapshots else "there are none"
        raise UsageError(
            f"{display(folder)} has no snapshot of {model}: {known} (`odoo-etl schema pull {model}` makes one)"
        )
    languages = sorted({code for one in snapshots.values() for code in one.languages})
    given = sorted(snapshots[model].given)
    return Models(SnapshotModels(snapshots), languages), None, given, f"snapshots in {display(folder)}"


def _languages(client: OdooClient) -> list[str]:
    """The active languages; none where the user may not ask."""
    with unless_refused():
        return sorted(str(row["code"]) for row in client.search_read("res.lang", [], ["code"]))
    return []
