"""Parts on a Dask cluster: a local one, or the one at a scheduler's address.

Dask gives the task of a worker that died to another worker. That is no blind repetition: the ledger tells the second
one what the first had begun, and its locks keep the first from sending anything more (`state.locks`).
"""

from __future__ import annotations

import logging
import signal
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.executors.terminal import deaf_to_the_terminal
from odoo_etl.partitions import PartLost, PartResult, PartTask, Tell, WorkerSetup, run_part, scatter_range
from odoo_etl.sources import Source
from odoo_etl.spool_folders import spool
from odoo_etl.stop import Stop
from odoo_etl.sync.staging import Scattered

try:
    from distributed import (
        CancelledError,
        Client,
        Event,
        KilledWorker,
        LocalCluster,
        Security,
        as_completed,
        get_client,
        get_worker,
        wait,
    )
except ImportError as error:
    raise UsageError("executor dask needs the extra: pip install 'odoo-etl[dask]'") from error

POLL_S = 1.0  # how long the cluster is asked at a time whether the run is to end
ANSWER_S = 30
ENDING_S = 150  # Odoo ends every call sooner


@contextmanager
def cluster(workers: int, scheduler: str) -> Iterator[OnDask]:
    """A cluster for as long as the caller needs it.

    Args:
        workers: processes of a local cluster; of a foreign one, how many parts to make (0: one a worker).
        scheduler: its address, or "" for a local cluster.

    Raises:
        UsageError: nobody answers at the address.
    """
    with silenced("distributed"):  # it logs a worker that died, a connection that broke; we tell the end
        yield from _foreign(workers, scheduler) if scheduler else _local(workers)


def _foreign(workers: int, scheduler: str) -> Iterator[OnDask]:
    """The cluster whose scheduler is at this address."""
    try:
        client = Client(scheduler, timeout=ANSWER_S)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    except TypeError as error:  # tls:// without certificates
        raise UsageError(
            f"{scheduler} needs certificates: name ca-file, and cert and key of the client, in"
            " distributed.comm.tls of Dask's configuration (docs/scaling.md)"
        ) from error
    with client:
        yield from _on(client, workers or len(client.scheduler_info()["workers"]))


def _local(workers: int) -> Iterator[OnDask]:
    """A cluster of this machine, for as long as it is used."""
    with ExitStack() as stack:
        folder = stack.enter_context(spool(Path(tempfile.gettempdir())))
        with deaf_to_the_terminal():
            local = stack.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    local_directory=str(folder),
                    silence_logs=logging.CRITICAL,
                    protocol="tls://",
                    security=_throw_away(),
                )
            )
        client = stack.enter_context(Client(local))
        yield from _on(client, workers)


def _throw_away() -> Security:
    """Certificates for one run: other users of this machine neither read what the workers are told, nor are workers.

    Raises:
        UsageError: what makes them is not installed.
    """
    try:
        security: Security = Security.temporary()
    except ImportError as error:
        raise UsageError("executor dask needs the extra: pip install 'odoo-etl[dask]'") from error
    return security


def _on(client: Any, workers: int) -> Iterator[OnDask]:
    made = OnDask(client, max(workers, 1))
    try:
        yield made
    finally:
        made.close()


class OnDask:
    """Runs the parts on a Dask cluster; pieces stay in its memory."""

    def __init__(self, client: Any, workers: int) -> None:
        self.workers, self._client = workers, client
        self._name = f"odoo-etl-{uuid.uuid4().hex}"
        self._requested = Event(self._name, client)
        self._running: list[Any] = []

    def scatter(self, setup: WorkerSetup, ranges: Sequence[Source], of: int) -> list[tuple[Scattered, list[Any]]]:
        """Read the ranges and cut their rows into parts."""
        submit = self._client.submit
        read = [submit(_scatter, self._name, setup, source, of, pure=False) for source in ranges]
        with _loss_named():
            summaries = self._client.gather([submit(_summary, one, pure=False) for one in read])
        pieces = [[submit(_piece, one, number, pure=False) for number in range(of)] for one in read]
        return list(zip(summaries, pieces, strict=True))

    def run(self, tasks: Sequence[tuple[PartTask, list[Any]]], hear: Tell) -> Iterator[PartResult]:
        """Work on parts; results come as they end."""
        self._client.subscribe_topic(self._name, lambda event: hear(event[1]))
        self._running = [
            self._client.submit(_run, self._name, task, pieces, pure=False, retries=0) for task, pieces in tasks
        ]
        for future in as_completed(self._running):
            with _loss_named():
                done = future.result()
            yield done

    def close(self) -> None:
        """Ask the parts to end after the calls in flight, and wait for them."""
        with suppress(CancelledError, OSError):  # the cluster is gone, or does not end in time
            self._requested.set()
            wait(self._running, ENDING_S)


@contextmanager
def _loss_named() -> Iterator[None]:
    """Turn what the cluster says of lost workers, and of its own end, into our error."""
    try:
        yield
    except (KilledWorker, CancelledError, OSError) as error:
        raise PartLost(f"workers died at a part: {error}; `odoo-etl resume` goes on where they ended") from error


def _scatter(name: str, setup: WorkerSetup, source: Source, of: int) -> Scattered:
    with _stopping(name) as stop:
        return scatter_range(setup, source, of, None, stop)


def _summary(scattered: Scattered) -> Scattered:
    """The facts about a range, without its rows."""
    return replace(scattered, pieces=[])


def _piece(scattered: Scattered, number: int) -> Any:
    return scattered.pieces[number]


def _run(name: str, task: PartTask, pieces: Sequence[Any]) -> PartResult:
    worker = get_worker()
    with _stopping(name) as stop:
        return run_part(task, pieces, stop, lambda news: worker.log_event(name, news))


@contextmanager
def _stopping(name: str) -> Iterator[Stop]:
    """A stop that hears of the end from the cluster, without asking it at every call."""
    stop, over = Stop(), threading.Event()
    requested = Event(name, get_client())

    def listen() -> None:
        while not over.is_set():
            if requested.wait(POLL_S):
                stop.request(signal.SIGTERM)
                return

    threading.Thread(target=listen, name="listener", daemon=True).start()
    try:
        yield stop
    finally:
        over.set()


@contextmanager
def silenced(library: str) -> Iterator[None]:
    """Nothing of a library is logged meanwhile, but for what is critical; levels and handlers stay as they are.

    Runs side by side may each silence it: it is heard again when the last of them has ended.
    """

    def is_critical(record: logging.LogRecord) -> bool:  # one of its own for each run: each takes away what it brought
        return record.levelno >= logging.CRITICAL

    names = [name for name in logging.root.manager.loggerDict if name.startswith(f"{library}.")]
    loggers = [logging.getLogger(name) for name in (library, *names)]
    with ExitStack() as stack:
        # Filters of loggers are not inherited: those that come later are silenced where they are written.
        for one in (*loggers, *loggers[0].handlers):
            one.addFilter(is_critical)
            stack.callback(one.removeFilter, is_critical)
        yield
