"""A server of a project put together, and its loop."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from odoo_etl.alerting import Watch
from odoo_etl.errors import StateError, StateReplaced
from odoo_etl.private_files import own_folder
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs import Workspace, check_approved, worst_code
from odoo_etl.serving.aside import Aside, Threads, outcome_of
from odoo_etl.serving.news_file import NewsFile
from odoo_etl.serving.parts import Clock, Look, News, Parts, SystemClock, Tell
from odoo_etl.serving.processes import RealProcesses
from odoo_etl.serving.project import ProjectFiles
from odoo_etl.serving.server import Server
from odoo_etl.serving.station import Station
from odoo_etl.serving.traced import slots_traced
from odoo_etl.state import open_ledger
from odoo_etl.stop import StopSignal
from odoo_etl.text import redacted, secrets_in_use

FOLDER: Final = "serve"  # in the state folder: what the server and its runs say
MOST_RUNS: Final = 2
AFTER_FAULT_S: Final = 10.0
ENDING_S: Final = 60.0
_ENDING_STEP_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Serve:
    """How a project is to be served.

    Attributes:
        most: so many runs at once.
        once: do what is due, wait for its end, and end.
        stop_runs: interrupt runs at the end, in place of letting them go on.
        tell: hears what happens.
        looks: are called about once a minute, as `Parts.looks`, beside the alerts.
    """

    workspace: Workspace
    tell: Tell
    most: int = MOST_RUNS
    once: bool = False
    stop_runs: bool = False
    looks: tuple[Look, ...] = ()
    clock: Clock = field(default_factory=SystemClock)
    aside: Aside = field(default_factory=Threads)


@contextmanager
def opened_server(serve: Serve) -> Iterator[Server]:
    """The server of a project, whose first step is yet to come.

    Raises:
        SpecError: a file of the project is invalid.
        UsageError: there is no project; it writes to production, and nobody agreed (NotApproved).
        StateError: the ledger cannot be used.
    """
    files = ProjectFiles(serve.workspace)
    project, workspace = files.project, serve.workspace
    check_approved("serve", workspace, project)
    folder = project.state_dir / FOLDER
    own_folder(folder)
    news = NewsFile(folder)

    def tell(one: News) -> None:
        news.write(one)
        serve.tell(one)

    with (
        open_ledger(project.project.state.url.get_secret_value(), project.state_dir) as ledger,
        slots_traced(workspace.environ, tell) as heard,
    ):
        host = socket.gethostname()
        processes = RealProcesses(host, ledger, project.state_dir / RUNS, serve.clock.monotonic)
        station = Station(
            parts=Parts(processes, heard, serve.clock, serve.aside, (Watch(serve.clock.now).look, *serve.looks), host),
            ledger=ledger,
            project=project.root,
            environment=project.environment,
            connection=workspace.connection,
            variables=workspace.variables,
            approved=workspace.approved,
            logs=folder,
            environ=dict(workspace.environ),
            token=uuid4().hex,
            most=serve.most,
        )
        yield Server(station, files)


def served(serve: Serve, server: Server, stop: StopSignal) -> int:
    """Let a server work until it is to stop, or with `once` until nothing is left to do; its exit code.

    A fault that nobody foresaw is told, and ends it only with `once`.
    """
    is_faulty = False
    while not stop.wait(0):
        wait_s = outcome_of(server.step)
        if is_faulty := isinstance(wait_s, Exception):
            _tell_fault(server.station.parts.tell, wait_s)
            wait_s = AFTER_FAULT_S
        if server.is_lost or (serve.once and (server.is_idle or server.has_failed or is_faulty)):
            break
        stop.wait(wait_s)
    server.stop(stop_runs=serve.stop_runs)
    deadline = serve.clock.monotonic() + ENDING_S
    while server.has_work and serve.clock.monotonic() < deadline:
        outcome_of(server.step)
        threading.Event().wait(_ENDING_STEP_S)
    server.stop(stop_runs=False)
    if server.is_lost:
        return StateReplaced.exit_code
    if not serve.once:
        return 0
    return worst_code({*server.codes, StateError.exit_code if server.has_failed or is_faulty else 0})


def _tell_fault(tell: Tell, error: Exception) -> None:
    text = redacted("".join(traceback.format_exception(error)), secrets_in_use()).rstrip()
    tell(News("error", "fault", f"this should not happen; the server goes on; please report: {text}"))
