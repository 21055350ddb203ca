"""Runs as processes of this machine: those that this server has started, and those that another one has."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from odoo_etl.launching import Launched, Order, launch, run_told
from odoo_etl.reporting.events import is_alive
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.serving.attempts import KILLED
from odoo_etl.serving.parts import Known
from odoo_etl.state import LEASE_S, Ledger
from odoo_etl.stop import ask_to_end

SILENT_S = 1.5 * LEASE_S  # a process elsewhere that has held no lock for so long is none any more
BEGINS_S = 60.0  # a process that has not said which run it is for so long never will


class OwnChild:
    """A process that this server has started."""

    def __init__(self, launched: Launched) -> None:
        self._launched = launched

    @property
    def pid(self) -> int:
        """Its number."""
        return self._launched.pid

    def run_id(self) -> str:
        """The id of its run, once it has said so."""
        return self._launched.run_id(0.0)

    def exit_code(self) -> int | None:
        """None while it is at work."""
        code = self._launched.exit_code
        return 128 - code if code is not None and code < 0 else code

    def interrupt(self) -> None:
        """Ask it to end in order."""
        self._launched.interrupt()

    def kill(self) -> None:
        """End it where it is."""
        self._launched.kill()


class FoundChild:
    """A process that another server has started: it is known by its run, and by the files and locks of that.

    Args:
        runs: the folder of the folders of runs.
    """

    def __init__(self, known: Known, host: str, ledger: Ledger, runs: Path, clock: Callable[[], float]) -> None:
        self._known, self._ledger, self._runs, self._clock = known, ledger, runs, clock
        self._is_here = known.host == host
        self._run_id, self._found_at = known.run_id, clock()
        self._silent_since: float | None = None

    @property
    def pid(self) -> int:
        """Its number, on its machine."""
        return self._known.pid

    def run_id(self) -> str:
        """The id of its run: as the ledger has it, or the file with what it says."""
        if not self._run_id and self._is_here:
            self._run_id = run_told(Path(self._known.log))
        return self._run_id

    def exit_code(self) -> int | None:
        """None as long as it lives, as far as can be seen."""
        run_id = self.run_id()
        if not run_id:
            return None if self._may_begin() else KILLED
        if self._lives(run_id):
            return None
        entry = self._ledger.run(run_id)
        if entry is not None and entry.exit_code is not None:
            return entry.exit_code
        return KILLED if entry is not None else _reported(self._runs / run_id)

    def interrupt(self) -> None:
        """Ask it to end in order, where it is on this machine."""
        self._end(ask_to_end)

    def kill(self) -> None:
        """End it where it is, if that is on this machine."""
        self._end(_kill)

    def _may_begin(self) -> bool:
        """Whether it may still say which run it is."""
        if self._clock() - self._found_at >= BEGINS_S:
            return False
        if not self._is_here or not self._known.pid:
            return True
        return _exists(self._known.pid)

    def _lives(self, run_id: str) -> bool:
        """Whether its run goes on: it holds the lock on its events, or locks in the ledger."""
        alive = is_alive(self._runs / run_id) if self._is_here else None
        if alive is not None:
            return alive
        entry = self._ledger.run(run_id)
        if entry is not None and entry.exit_code is not None:
            return False
        if run_id in self._ledger.purges.living():
            self._silent_since = None
            return True
        now = self._clock()
        self._silent_since = now if self._silent_since is None else self._silent_since
        return now - self._silent_since < SILENT_S

    def _end(self, end: Callable[[int], None]) -> None:
        """End it, as long as the process is known to be that of the run: numbers are used again."""
        if self._is_here and self._known.pid and self._run_id and is_alive(self._runs / self._run_id):
            with suppress(OSError):
                end(self._known.pid)


def _kill(pid: int) -> None:
    if sys.platform == "win32":
        os.kill(pid, signal.SIGTERM)  # which ends it at once there
    else:
        os.kill(pid, signal.SIGKILL)


class RealProcesses:
    """The processes of this machine.

    Args:
        runs: the folder of the folders of runs.
        clock: seconds, from any beginning on.
    """

    def __init__(self, host: str, ledger: Ledger, runs: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._ledger, self._runs, self._clock = host, ledger, runs, clock

    def start(self, order: Order, log: Path, environ: Mapping[str, str]) -> OwnChild:
        """A process of its own. Raises OSError."""
        return OwnChild(launch(order, log, environ))

    def find(self, known: Known) -> FoundChild:
        """A process that another server has started; it may be over."""
        return FoundChild(known, self._host, self._ledger, self._runs, self._clock)


def _reported(folder: Path) -> int:
    """The exit code of a run that the ledger does not know, as its folder has it."""
    with suppress(Unreadable):
        return read_results(folder).exit_code
    return KILLED


def _exists(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # nobody asks there without ending it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
