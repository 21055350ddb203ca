"""The measures of a project: asked for, and written into the text file of project.yaml at the end of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from odoo_etl.alerting import ask_server
from odoo_etl.errors import OdooEtlError, SpecError
from odoo_etl.measuring import Gathering, KeyMeasures, Measures, ScheduleMeasures, exposition, write_text_file
from odoo_etl.odoo import KeyExpiry
from odoo_etl.results import JobResult
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.runs.records import versions
from odoo_etl.runs.scheduled import schedules
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project
from odoo_etl.state import Ledger

Opened = Callable[[Project], AbstractContextManager[Ledger]]
AskExpiry = Callable[[Project, str, datetime], KeyExpiry | None]
Aside = Callable[[Callable[[], None]], object]
KEYS_EACH_S: Final = 6 * 3600.0


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="keys", daemon=True).start()


class KeyWatch:
    """Knows when the API keys of a project expire: servers are asked some times a day, while nobody waits for that.

    Args:
        ask: asks the server of a connection.
        aside: does what may take its time.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self,
        ask: AskExpiry = ask_server,
        aside: Aside = _in_a_thread,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._aside, self._clock = ask, aside, clock
        self._known: tuple[KeyMeasures, ...] = ()
        self._asked_at = float("-inf")

    def known(self, project: Project) -> tuple[KeyMeasures, ...]:
        """The keys as far as they are known by now; what is asked for now is there the next time."""
        if self._clock() - self._asked_at >= KEYS_EACH_S:
            self._asked_at = self._clock()
            self._aside(lambda: self._look(project))
        return self._known

    def _look(self, project: Project) -> None:
        self._known = tuple(key_measures(project, project.project.connections, self._ask))


class Measuring:
    """Gathers the measures of a project again and again, as a server does.

    Args:
        opened: opens the ledger of a project.
        beat_at: epoch seconds of the server's last sign of life; None where there is no server.
        keys: knows when API keys expire; without it nobody is asked.
    """

    def __init__(
        self,
        workspace: Workspace,
        opened: Opened,
        beat_at: Callable[[], float | None] = lambda: None,
        keys: KeyWatch | None = None,
    ) -> None:
        self._workspace, self._opened, self._beat_at, self._keys = workspace, opened, beat_at, keys
        self._gathering: Gathering | None = None

    def measures(self) -> Measures:
        """The measures by now; of the jobs that the ledger knows where a job's file is invalid.

        Raises:
            StateError: the ledger cannot be read.
            SpecError, UsageError: project.yaml is invalid, or there is none.
        """
        project, jobs = _project(self._workspace)
        self._gathering = self._gathering or _gathering(project)
        with self._opened(project) as ledger:
            found = self._gathering.measures(ledger, ledger.job_names() if jobs is None else jobs)
            known = () if jobs is None else tuple(schedule_measures(self._workspace, project, ledger))
        keys = self._keys.known(project) if self._keys is not None else ()
        return replace(found, schedules=known, keys=keys, server_beat_at=self._beat_at())


def schedule_measures(workspace: Workspace, project: Project, ledger: Ledger) -> Iterator[ScheduleMeasures]:
    """The schedules of a project in its environment."""
    counted = ledger.tallies.slots(project.environment)
    for one in schedules(workspace):
        yield ScheduleMeasures(
            schedule=one.name,
            environment=project.environment,
            next_due_at=one.next[0].timestamp() if one.next else None,
            is_paused=one.paused_since is not None,
            slots={kind: number for (name, kind), number in counted.items() if name == one.name},
            late_s=one.last.late_s if one.last else None,
        )


def key_measures(project: Project, names: Iterable[str], ask: AskExpiry = ask_server) -> Iterator[KeyMeasures]:
    """When the API keys of connections expire, as far as their servers say: one call to each."""
    for name in sorted(names):
        connection = project.project.connections.get(name)
        if connection is None or connection.is_sandbox or not connection.api_key.get_secret_value():
            continue
        found = ask(project, name, datetime.now(UTC))
        if found is not None and found.at is not None:
            yield KeyMeasures(name, found.at.timestamp())


def write_measures(workspace: Workspace, project: Project, opened: Opened, results: Iterable[JobResult]) -> str:
    """Write the text file that project.yaml names; why that was not possible, or "": a run is none the worse for it.

    Args:
        results: of the run; keys of the connections that it used are looked at.
    """
    if project.project.metrics.file is None:
        return ""
    path = project.root / project.project.metrics.file
    used = {one.destination.connection for one in results if one.destination is not None}
    measuring = Measuring(_same(workspace, project), opened)
    try:
        measures = replace(measuring.measures(), keys=tuple(key_measures(project, used)))
        write_text_file(path, exposition(measures)[0])
    except (OdooEtlError, OSError) as error:
        return f"the measures could not be written to {path}: {error}"
    return ""


def _same(workspace: Workspace, project: Project) -> Workspace:
    """The workspace in the environment of a run, which may be that of the run which it goes on with."""
    return replace(workspace, environment=project.environment)


def _project(workspace: Workspace) -> tuple[Project, Collection[str] | None]:
    """The project and the names of its jobs, None where one of them is invalid."""
    try:
        project = workspace.load()
    except SpecError:
        return workspace.load(with_jobs=False), None
    return project, project.jobs.keys()


def _gathering(project: Project) -> Gathering:
    return Gathering(project.state_dir, versions(), _judged)


def _judged(result: JobResult) -> int:
    return exit_code([result], writes=True)
