"""Running jobs on the rows that a run had rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from odoo_etl.errors import UsageError
from odoo_etl.rejects.beside import kept_if_changed, placed_of
from odoo_etl.rejects.form import form_of
from odoo_etl.rejects.source import Mended, RejectedRows
from odoo_etl.rejects.writer import replace_rejects
from odoo_etl.runs.followed import within
from odoo_etl.runs.past import LAST, MANY, SHOWN, by_name, check_not_purged, ids
from odoo_etl.runs.selected import run as run_jobs
from odoo_etl.runs.told import NewKey
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.spec import Job, Project, select_jobs
from odoo_etl.state import Ledger, RunEntry

AskNewKeys = Callable[[Sequence[NewKey]], bool]
FORMS: Final = ("csv", "xlsx", "ods", "xls", "xlsb")  # in which people save a file


def retrying(opened: Open, run: str, wanted: Sequence[str], accept: bool | AskNewKeys = False) -> Work:
    """The rejected rows of a run, or of the last one that has any.

    Args:
        wanted: names of the jobs to retry; none for all that have rejects.
        accept: as for `use_cases.retry`.
    """
    runs = opened.folder.path.parent
    entry = opened.followed or entry_of(opened.ledger, runs, run)
    if entry is None:
        opened.notes.append("nothing to retry: no run has rejected rows")
        return Work(lambda: 0)
    if undone := opened.ledger.lineage.undone_by(entry.id):
        raise UsageError(
            f"run {entry.id} was undone by run {undone}: its rejected rows are not fed again; `odoo-etl run` loads"
            " what the source says now"
        )
    files = files_of(folders_of(runs), entry)
    jobs = _jobs(opened.project, files, wanted, entry.id)
    arguments = Arguments([job.name for job in jobs], success=opened.request.workspace.success)
    mended = MendedFiles(entry.id, jobs, files)
    return Work(lambda: _retry(opened, mended, arguments, accept), arguments, entry.id)


def entry_of(ledger: Ledger, runs: Path, run: str, told: str | None = None) -> RunEntry | None:
    """The run that is meant; None where no run has rejects.

    Args:
        runs: the folder of the runs' folders.
        told: given, the last one of this environment is meant.

    Raises:
        UsageError: there is no such run, or its folder is not here.
    """
    folders = folders_of(runs)
    if run == LAST:
        return next(_with_rejects(ledger, folders, told), None)
    found = by_name(ledger, run)
    if found is None:
        known = ids(islice(_with_rejects(ledger, folders, told), SHOWN))
        raise UsageError(f"there is no run {run!r}; the last ones with rejected rows: {known}")
    check_not_purged(ledger, found, "retried")
    if found.id not in folders:
        raise UsageError(f"the folder of run {found.id} is not in {runs}: retry it where it ran")
    return found


def _with_rejects(ledger: Ledger, folders: Mapping[str, Path], told: str | None) -> Iterator[RunEntry]:
    """The runs that have rejects, newest first: all are looked through, so that only who needs them asks."""
    return (one for one in within(ledger.runs(MANY), told) if files_of(folders, one))


def folders_of(runs: Path) -> dict[str, Path]:
    """Id to the folder of each run that ran here: what the ledger calls a run is never made a path."""
    return {path.name: path for path in runs.iterdir() if path.is_dir()}


def files_of(folders: Mapping[str, Path], run: RunEntry) -> dict[str, Path]:
    """Job to its rejects file."""
    folder = folders.get(run.id)
    found: dict[str, Path] = {}
    for path in sorted((folder / "rejects").iterdir()) if folder and (folder / "rejects").is_dir() else ():
        if path.suffix[1:].lower() not in FORMS or path.name.startswith((".", "~")):
            continue
        if other := found.get(path.stem):
            raise UsageError(
                f"{other} and {path.name} are both there, and nobody knows which was mended: take the other away"
            )
        found[path.stem] = path
    return found


def _jobs(project: Project, files: Mapping[str, Path], wanted: Sequence[str], run: str) -> list[Job]:
    """The jobs whose rejects are to be retried, in the order of their dependencies.

    Raises:
        UsageError: a job is not in the project, or has no rejects in that run.
    """
    names = wanted or sorted(files)
    for name in names:
        if name not in files:
            known = ", ".join(sorted(files)) or "none"
            raise UsageError(f"run {run} has no rejects of job {name!r}; it has those of {known}")
        if name not in project.jobs:
            raise UsageError(f"job {name!r}, whose rejects {files[name]} are to be retried, is not in the project")
    return select_jobs(project, names) if names else []


@dataclass(frozen=True, slots=True)
class MendedFiles:
    """The rejects files of a run, of those jobs that are retried."""

    run: str
    jobs: Sequence[Job]
    files: Mapping[str, Path]

    def rows(self, *, accept_new_keys: bool = False) -> dict[str, RejectedRows]:
        """Job to its rejected rows."""
        return {
            job.name: RejectedRows(
                self.files[job.name],
                self.run,
                job.spec.source,
                joined=bool(job.spec.line_sources),
                mended=Mended(form_of(job.spec), accept_new_keys),
            )
            for job in self.jobs
        }

    def new_keys(self) -> list[NewKey]:
        """The keys that are others now. Raises SourceError."""
        return [NewKey(name, *pair) for name, rows in self.rows().items() for pair in rows.new_keys()]


def _retry(opened: Open, mended: MendedFiles, arguments: Arguments, accept: bool | AskNewKeys) -> int:
    if not isinstance(accept, bool):
        keys = mended.new_keys()
        accept = bool(keys) and accept(keys)
    sources = mended.rows(accept_new_keys=accept)
    read = {name: placed_of(path) for name, path in mended.files.items()}
    code = run_jobs(opened, mended.jobs, arguments, sources=sources)
    opened.notes.extend(f"{name}: {rows.note}" for name, rows in sources.items() if rows.note)
    for result in opened.jobs.results():
        if result.status == "done" and result.job in mended.files:
            file = mended.files[result.job]
            if kept := kept_if_changed(file, read[result.job]):
                opened.notes.append(
                    f"{result.job}: {file.name} was changed while its rows were retried; as it was changed it lies in"
                    f" {kept}"
                )
            replace_rejects(file, Path(result.rejects_file) if result.rejects_file else None)
    return code
