"""Parts in processes of this machine. A process that dies takes its pool along: what was lost is given to a new one."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from multiprocessing.util import Finalize, get_temp_dir
from pathlib import Path
from typing import Any, TypeVar

from odoo_etl.executors.terminal import deaf_to_the_terminal
from odoo_etl.partitions import PartLost, PartResult, PartTask, Tell, WorkerSetup, run_part, scatter_range
from odoo_etl.sources import Source
from odoo_etl.spool_folders import PREFIX, spool
from odoo_etl.stop import Stop
from odoo_etl.sync.staging import Scattered

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

T = TypeVar("T")
LONGEST_NEWS = 4000  # bytes that a pipe takes as one, with their length before them (PIPE_BUF of Linux)
TRIES = 3  # processes that a part may lose
# Names of sockets are short: what forks has one in a folder below that of temporary files.
LONGEST_TEMPORARY = (103 if sys.platform == "darwin" else 107) - len(f"/{PREFIX}12345678/listener-12345678")

# Of a worker process.
_stop = Stop()
_at_work = threading.Lock()
_news: list[Connection] = []  # where it tells how far it is


@contextmanager
def processes(workers: int) -> Iterator[Processes]:
    """Worker processes for as long as the caller needs them; if it leaves early, they end after the calls in flight."""
    with spool(Path(tempfile.gettempdir())) as folder:
        made = Processes(workers, folder)
        try:
            yield made
        finally:
            made.close()


class Processes:
    """Runs the parts in processes of this machine; pieces wait in files."""

    def __init__(self, workers: int, spool: Path) -> None:
        self.workers, self._spool = workers, spool
        self._forks = can_fork(tempfile.gettempdir())
        if self._forks:
            _keep_swept(os.getpid())
        self._context = multiprocessing.get_context("forkserver" if self._forks else "spawn")
        if self._forks:
            self._context.set_forkserver_preload(["odoo_etl.sync.job", __name__])
        self._leash, self._hand = self._context.Pipe(duplex=False)  # closed by us, or by our death
        self._heard, self._told = self._context.Pipe(duplex=False)  # news of the workers
        self._pool = self._new_pool()
        self._hear: list[Tell] = []  # the last one is of the job that is at work
        threading.Thread(target=_listen, args=(self._heard, self._hear), name="news", daemon=True).start()

    def scatter(self, setup: WorkerSetup, ranges: Sequence[Source], of: int) -> list[tuple[Scattered, list[Any]]]:
        """Read the ranges and cut their rows into parts."""
        found = dict(self._each([(_scatter, (setup, source, of, self._spool)) for source in ranges]))
        return [(found[number], list(found[number].pieces)) for number in range(len(ranges))]

    def run(self, tasks: Sequence[tuple[PartTask, list[Any]]], hear: Tell) -> Iterator[PartResult]:
        """Work on parts; results come as they end."""
        self._hear.append(hear)
        for _, result in self._each([(_run, task) for task in tasks]):
            yield result

    def close(self) -> None:
        """End the workers."""
        self._hand.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._told.close()

    def _each(self, work: Sequence[tuple[Callable[..., T], tuple[Any, ...]]]) -> Iterator[tuple[int, T]]:
        """Number and result of each piece of work, as they end.

        Raises:
            PartLost: some work has lost its process too often.
        """
        left = dict(enumerate(work))
        for _ in range(TRIES):
            futures: dict[Future[T], int] = {}
            # One may die before all has been handed out.
            with deaf_to_the_terminal(), suppress(BrokenProcessPool):
                for number, (function, arguments) in left.items():
                    futures[self._pool.submit(function, *arguments)] = number
            for future in as_completed(futures):
                try:
                    result = future.result()
                except BrokenProcessPool:
                    continue
                del left[futures[future]]
                yield futures[future], result
            if not left:
                return
            self._pool.shutdown(wait=True)
            self._pool = self._new_pool()
        raise PartLost(
            f"worker processes died {TRIES} times at the same work (killed, or out of memory?);"
            " `odoo-etl resume` goes on where they ended"
        )

    def _new_pool(self) -> ProcessPoolExecutor:
        folders = [self._spool]
        if self._forks:
            folders.append(Path(get_temp_dir()))  # of the socket of what forks
        begins = (self._leash, self._told, folders, dict(os.environ))
        return ProcessPoolExecutor(self.workers, self._context, _begin, begins)


@cache
def _keep_swept(_process: int) -> None:
    """Let the socket of what forks lie in a folder that a later run sweeps, should this process be killed."""
    stack = ExitStack()
    folder = stack.enter_context(spool(Path(tempfile.gettempdir())))
    Finalize(None, stack.close, exitpriority=-100)  # after the processes that use it
    kept = multiprocessing.process.current_process()._config  # type: ignore[attr-defined] # noqa: SLF001 - by nobody else
    kept.setdefault("tempdir", str(folder))


def can_fork(temporary: str) -> bool:
    """Whether workers can be forks of one process that has imported all that they need, which takes a second.

    Args:
        temporary: the folder of temporary files.
    """
    has_room = len(os.fsencode(temporary)) <= LONGEST_TEMPORARY
    return has_room and "forkserver" in multiprocessing.get_all_start_methods()


def _listen(heard: Connection, hear: Sequence[Tell]) -> None:
    """Hand the news of workers on, until none of them is left."""
    with suppress(EOFError, OSError):
        while True:
            news = json.loads(heard.recv_bytes())
            if hear:
                hear[-1](news)


def _begin(leash: Connection, told: Connection, folders: Sequence[Path], environ: Mapping[str, str]) -> None:
    """A worker hears of the end from whoever directs it, not from the terminal, and tells it how far it is.

    Args:
        environ: the variables of whoever directs it; what it is a fork of has those of when that began.
    """
    _news[:] = [told]
    os.environ.clear()
    os.environ.update(environ)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(leash, folders), name="leash", daemon=True).start()


def _follow(leash: Connection, folders: Sequence[Path]) -> None:
    """End the work when nobody holds the leash; and this process, when whoever held it is dead and cannot tidy up."""
    leash.poll(None)
    _stop.request(signal.SIGTERM)
    if parent := multiprocessing.parent_process():
        parent.join()
    with _at_work:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _scatter(setup: WorkerSetup, source: Source, of: int, spool: Path) -> Scattered:
    with _at_work:
        return scatter_range(setup, source, of, spool, _stop)


def _run(task: PartTask, pieces: Sequence[Any]) -> PartResult:
    with _at_work:
        return run_part(task, pieces, _stop, _tell)


def _tell(news: Mapping[str, Any]) -> None:
    """Send news; workers share the pipe, which takes what is small as one."""
    message = json.dumps(news).encode("ascii")
    if len(message) <= LONGEST_NEWS:
        with suppress(OSError):  # nobody is left to hear
            _news[0].send_bytes(message)
