"""A ledger that kills its process when a run reaches a labelled point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from odoo_etl.cli._run import open_state
from odoo_etl.spec import Project

# What the ledger is told, in the order in which a run tells it.
LABELS = (
    "start_run",
    "start_job",
    "gathered",
    "sent",
    "done",
    "confirmed",
    "stamp",
    "set_watermark",
    "set_files",
    "finish",
    "finish_run",
)


@dataclass
class Point:
    """Where to die: before or after the n-th time the ledger is told something."""

    when: str  # before | after
    label: str
    nth: int = 1

    def around(self, label: str, tell: Callable[[], Any]) -> Any:
        """Tell the ledger, unless this is where to die."""
        here = label == self.label
        self.nth -= here
        if here and self.nth == 0 and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = tell()
        if here and self.nth == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


class Mortal:
    """Stands before a ledger, or before the entry of one job."""

    def __init__(self, real: Any, point: Point) -> None:
        self._real, self._point = real, point

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)
        if name not in LABELS:
            return method

        def tell(*args: Any, **kwargs: Any) -> Any:
            answer = self._point.around(name, lambda: method(*args, **kwargs))
            return Mortal(answer, self._point) if name == "start_job" else answer

        return tell


def dying(point: Point) -> Callable[[Project], Any]:
    """What opens a ledger that dies at a point."""

    @contextmanager
    def state(project: Project) -> Iterator[Any]:
        with open_state(project) as ledger:
            yield Mortal(ledger, point)

    return state
