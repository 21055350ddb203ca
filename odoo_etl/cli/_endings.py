"""Verbs that serve until somebody ends them."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable

from odoo_etl.cli._signals import ENDINGS

_LOOK_S = 0.2


def until_ended() -> Callable[[], None]:
    """From now on Ctrl-C and SIGTERM end nothing by themselves; the function returned waits for one of them.

    To be called before threads are started.
    """
    if sys.platform == "win32":
        came: list[int] = []
        for number in ENDINGS:
            signal.signal(number, lambda number, _: came.append(number))
        return lambda: _wait_for(came)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # here and in the threads: kept for sigwait

    def wait() -> None:
        signal.sigwait(ENDINGS)

    return wait


def _wait_for(came: list[int]) -> None:
    """Sleep until a signal came: on Windows nothing else is interrupted by it."""
    while not came:
        time.sleep(_LOOK_S)
