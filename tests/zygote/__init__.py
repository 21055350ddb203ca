"""A process that has imported the program and forks runs of it: a run costs what it does, not what importing does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.zygote.workers import DASK

ROOT = Path(__file__).parents[2]


class Zygote:
    """The process that forks runs, one at a time."""

    def __init__(self) -> None:
        self._running = False

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote"],
            cwd=ROOT,
            env=environment | DASK,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:  # closes its pipes, and waits for it
            pass

    def start(self, request: Mapping[str, Any]) -> int:
        """Begin a run; its pid. One that nobody has waited for, since its test failed, ends before."""
        assert self._process.stdin
        assert self._process.stdout
        if self._running:
            self.wait()
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())
        self._running = True
        return self.pid

    def wait(self) -> int:
        """How the run ended."""
        assert self._process.stdout
        self._running = False
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        """End the run that is on its way."""
        os.kill(self.pid, signal.SIGKILL)
