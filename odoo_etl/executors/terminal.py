"""Ctrl-C on a terminal reaches every process there; workers hear of it from whoever directs them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def deaf_to_the_terminal() -> Iterator[None]:
    """Processes and threads that are started meanwhile never hear of SIGINT; this one does afterwards."""
    if sys.platform == "win32":  # it has no signals that a thread could be deaf to; workers ignore SIGINT
        yield
        return
    resource_tracker.ensure_running()  # when it starts, SIGINT is heard again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
