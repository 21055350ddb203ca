"""A ledger and a run folder that kill their process when a run reaches a labelled point."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.perform import Openings
from odoo_etl.sources.copies import moving
from odoo_etl.spec import Project

# What the ledger is told, in the order in which a run tells it; at last the run's folder gets the report.
LABELS = (
    "start_run",
    "start_job",
    "gathered",
    "sent",
    "again",
    "done",
    "confirmed",
    "stamp",
    "set_watermark",
    "set_files",
    "finish",
    "finish_run",
    "note",
    "conclude",
    "write_results",
    "deliver",
    "claim",
    "moved",
)
# What happens to files of the source that are done.
FILE_LABELS = ("link", "unlink")
# And to files in stores and on servers.
STORE_LABELS = ("_take", "remove", "_rename")
# What the ledger hands out, and is told the rest through.
PAGES = ("start_job", "marks", "steps")


@dataclass
class Point:
    """Where to die: before or after the n-th time something is told."""

    when: str  # before | after
    label: str
    nth: int = 1
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def around(self, label: str, tell: Callable[[], Any]) -> Any:
        """Tell it, unless this is where to die."""
        with self._lock:  # lanes tell at the same time
            self.nth -= label == self.label
            here = label == self.label and self.nth == 0
        if here and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = tell()
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


class Mortal:
    """Stands before a ledger, one of its pages, or the run's folder."""

    def __init__(self, real: Any, point: Point) -> None:
        self._real, self._point = real, point

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)
        if name == "deliveries":
            return Mortal(method, self._point)
        if name not in LABELS and name not in PAGES:
            return method

        def tell(*args: Any, **kwargs: Any) -> Any:
            answer = self._point.around(name, lambda: method(*args, **kwargs))
            return Mortal(answer, self._point) if name in PAGES else answer

        return tell


def die_among_files(point: Point, folder: Path) -> None:
    """Let this process die when a file of a folder gets another name, or loses its own."""
    if point.label not in FILE_LABELS:
        return
    true = getattr(os, point.label)

    def tell(path: Any, *others: Any, **more: Any) -> Any:
        if Path(path).parent != folder:
            return true(path, *others, **more)
        return point.around(point.label, lambda: true(path, *others, **more))

    setattr(os, point.label, tell)


def die_in_stores(point: Point) -> None:
    """Let this process die when a name is taken in a store, a file goes there, or gets another name on a server."""
    if point.label not in STORE_LABELS:
        return
    kind = moving._Renamed if point.label == "_rename" else moving._Copied
    true = getattr(kind, point.label)

    def tell(*args: Any) -> Any:
        return point.around(point.label, lambda: true(*args))

    setattr(kind, point.label, tell)


def dying(point: Point) -> Openings:
    """What opens a ledger, and what makes a run folder, that die at a point."""

    @contextmanager
    def state(project: Project) -> Iterator[Any]:
        with open_state(project) as ledger:
            yield Mortal(ledger, point)

    return Openings(state, lambda state_dir, run_id: Mortal(RunFolder(state_dir, run_id), point))
