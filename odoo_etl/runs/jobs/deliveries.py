"""Files that leave their folder once every row of them has its outcome (`done` of a source).

Before a job reads its files, their content is taken note of. When all of its rows have their outcome, the ledger is
told which file is to go where; it counts once the job is done. At the end of the run, when every job of it that reads a
file is done, the file moves, if it still holds what was read. A run that was killed leaves that to the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from odoo_etl.results import RejectedRow, RejectSink
from odoo_etl.runs.jobs.moving import Mover
from odoo_etl.runs.jobs.places import Places, file_sources
from odoo_etl.sources.files import delivered, is_there
from odoo_etl.spec import DoneSpec, FileKeys, Job, Project, folder_of, is_found

if TYPE_CHECKING:
    from odoo_etl.state import Deliveries, Delivery, Ledger

_IN_A_FILE = "#/"  # what follows the name of a file where a part of it is meant: a sheet, a member


class Handover(Protocol):
    """The way of the files of the jobs of a run, once they are done."""

    def heard(self, rejects: RejectSink) -> RejectSink:
        """The sink of the run's rejected rows, which is listened to."""
        ...

    def begin(self, job: Job) -> None:
        """A job is about to read its files."""
        ...

    def ended(self, job: Job) -> None:
        """Every row of a job has its outcome."""
        ...

    def settle(self) -> None:
        """Move what is to be moved."""
        ...


class NoHandover:
    """Files stay where they are: no job says otherwise, or the run does not take all of their rows."""

    def heard(self, rejects: RejectSink) -> RejectSink:
        """Nobody listens."""
        return rejects

    def begin(self, job: Job) -> None:
        """No file is looked at."""

    def ended(self, job: Job) -> None:
        """No file is to go anywhere."""

    def settle(self) -> None:
        """No file moves."""


class HeardRejects:
    """A sink that also knows in which files rejected rows stand.

    Attributes:
        files: of each job; "" stands for its only one.
    """

    def __init__(self) -> None:
        self.files: dict[str, set[str]] = {}
        self._sink: RejectSink | None = None

    def over(self, sink: RejectSink) -> HeardRejects:
        """The same before this sink."""
        self._sink = sink
        return self

    def begin(self, job: str, columns: list[str]) -> None:
        """The rows of a job have these columns."""
        if self._sink is not None:
            self._sink.begin(job, columns)

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep a row."""
        if self._sink is not None:
            self._sink.keep(job, row)
        self.files.setdefault(job, set()).add(row.file or row.name)

    def end(self, job: str) -> str:
        """No further row of the job comes."""
        return self._sink.end(job) if self._sink is not None else ""


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was before it was read.

    Attributes:
        is_own: it is of the source of the job itself, whose rows may name no file.
    """

    path: str
    mark: str
    done: DoneSpec
    is_own: bool

    def ways(self, *, is_bad: bool) -> tuple[str, str]:
        """The folder where it goes, and the one where it goes later."""
        move, failed = (folder_of(self.path, one or "") if one else "" for one in (self.done.move, self.done.failed))
        return (failed or "", move or "") if is_bad else (move or "", "")


class WholeRuns:
    """The files of jobs whose rows are all taken.

    Args:
        note: tells a person.
    """

    def __init__(self, project: Project, ledger: Ledger, run_id: str, note: Callable[[str], object]) -> None:
        self._project, self._ledger, self._run_id, self._note = project, ledger, run_id, note
        self._rejects = HeardRejects()
        self._files: dict[str, list[_File]] = {}

    def heard(self, rejects: RejectSink) -> RejectSink:
        """The sink of the run's rejected rows, which is listened to."""
        return self._rejects.over(rejects)

    def begin(self, job: Job) -> None:
        """Take note of what the files hold."""
        self._files[job.name] = list(_files_of(job))

    def ended(self, job: Job) -> None:
        """Tell the ledger where each file is to go."""
        rejected = self._rejects.files.get(job.name, set())
        rows = []
        for file in self._files.get(job.name, ()):
            is_bad = any(_is_of(name, file.path, is_own=file.is_own) for name in rejected)
            rows.append((file.path, file.mark, *file.ways(is_bad=is_bad)))
        self._ledger.deliveries.deliver(self._run_id, job.name, rows)

    def settle(self) -> None:
        """Move the files whose jobs are done, of this run and of those that were killed."""
        settle(self._project, self._ledger, self._note)


class Retries:
    """The files of jobs of which the rejected rows are retried.

    Args:
        retried: the run that rejected them, and those that it went on with.
    """

    def __init__(
        self, project: Project, ledger: Ledger, run_id: str, note: Callable[[str], object], retried: Collection[str]
    ) -> None:
        self._project, self._ledger, self._run_id, self._note = project, ledger, run_id, note
        self._retried, self._rejects = retried, HeardRejects()

    def heard(self, rejects: RejectSink) -> RejectSink:
        """The sink of the rows that are still rejected, which is listened to."""
        return self._rejects.over(rejects)

    def begin(self, job: Job) -> None:
        """The rows come from a rejects file."""

    def ended(self, job: Job) -> None:
        """Tell the ledger which files have no rejected row left."""
        left = self._rejects.files.get(job.name, set())
        deliveries = self._ledger.deliveries
        every = [one for one in deliveries.all() if one.job == job.name]
        if any(name and not any(_is_of(name, one.path, is_own=True) for one in every) for name in left):
            return  # a file whose name has changed when it moved: nobody can tell which one it is
        for one in every:
            is_open = bool(one.later) and not one.folder and one.run_id in self._retried
            if is_open and not any(_is_of(name, one.path, is_own=True) for name in left):
                deliveries.retried(one, self._run_id)

    def settle(self) -> None:
        """Move the files whose jobs are done."""
        settle(self._project, self._ledger, self._note)


def settle(project: Project, ledger: Ledger, note: Callable[[str], object]) -> None:
    """Move all files that are due."""
    deliveries = ledger.deliveries
    due = [one for one in deliveries.all() if one.folder]
    if not due:
        return
    with Places(project.jobs) as places:
        mover = Mover(deliveries, places.of)
        for one in due:
            if _is_due(one, project, ledger, deliveries):
                mover.move(one)
    for text in mover.notes():
        note(text)


def _is_due(one: Delivery, project: Project, ledger: Ledger, deliveries: Deliveries) -> bool:
    """Whether its job is done, and so is every other of the same run that reads the file."""
    runs = [one.run_id, *(run.id for run in ledger.following([one.run_id]) if run.command == "resume")]
    done = deliveries.done_jobs(runs)
    if (one.run_id, one.job) not in done:
        return False
    others = {name for run, name in deliveries.begun_jobs(runs) if name != one.job}
    ended = {name for _, name in done}
    readers = (name for name in others if name in project.jobs and _reads(project.jobs[name], one.path))
    return all(name in ended for name in readers)


def nothing_delivered(job: Job) -> str:
    """Words for a job whose files have all been taken away as done, "" where it has any."""
    source = job.spec.source
    if not isinstance(source, FileKeys) or source.done is None or source.min_rows:
        return ""
    if is_there(source):
        return ""
    return f"no file is there ({Path(source.path).name}), and nothing was to be done"


def _files_of(job: Job) -> Iterator[_File]:
    for source in file_sources(job):
        if source.done is not None:
            for path, mark in delivered(source):
                yield _File(path, mark, source.done, source is job.spec.source)


def _reads(job: Job, path: str) -> bool:
    return any(is_found(source.path, path) for source in file_sources(job))


def _is_of(name: str, path: str, *, is_own: bool) -> bool:
    """Whether a rejected row stands in a file.

    Args:
        name: of the row's file, in whole or from some folder on, with its sheet or member; "" for the only one of the
            job's own source.
    """
    if not name:
        return is_own
    names = [name, *(name[:place] for place, letter in enumerate(name) if letter in _IN_A_FILE)]
    return any(path == one or path.endswith(f"/{one}") for one in names if one)
