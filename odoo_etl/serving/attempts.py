"""When another attempt follows one that has ended, and how it begins."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass

from odoo_etl.state import Attempt

BUSY = 6
NOT_BEGUN = 2
KILLED = 128 + 9
BY_HAND = 128 + signal.SIGINT  # somebody pressed Ctrl-C, or the button
RETRIED = (1, 5)  # and whatever a signal ended, but by hand
FROM_THE_START = (5, NOT_BEGUN, BUSY)  # nothing was written
FIRST_WAIT_S, WIDER, LONGEST_WAIT_S = 60.0, 4, 1800.0
BUSY_WAIT_S, LONGEST_BUSY_WAIT_S = 60.0, 600.0
MOST_BUSY_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Next:
    """The attempt that follows.

    Attributes:
        wait_s: before it begins.
        counts: it is one of the `retries`.
    """

    verb: str
    wait_s: float
    counts: bool = True


def next_attempt(attempts: Sequence[Attempt], retries: int, busy_since_s: float, *, is_known: bool) -> Next | None:
    """Judge the attempts of a slot, the last of which has ended.

    Args:
        retries: how many further attempts the schedule allows.
        busy_since_s: for how many seconds another run has been in the way, where one is.
        is_known: the ledger knows the run of the last one, so that it can be gone on with.

    Returns:
        None where none can help, or none is left.
    """
    last, code = attempts[-1], attempts[-1].exit_code or 0
    if code == BUSY:
        if busy_since_s >= MOST_BUSY_S:
            return None
        wait_s = min(max(BUSY_WAIT_S, busy_since_s / 2), LONGEST_BUSY_WAIT_S)
        return Next("run", wait_s, counts=False)
    if code == NOT_BEGUN and last.verb == "resume":  # its jobs are others by now
        return Next("run", 0.0, counts=False)
    if not helps(code):
        return None
    return _again(attempts, retries, is_known=is_known and bool(last.run_id) and code not in FROM_THE_START)


def helps(code: int) -> bool:
    """Whether another attempt may end otherwise than one with this exit code."""
    return code in RETRIED or (code > 128 and code != BY_HAND)


def _again(attempts: Sequence[Attempt], retries: int, *, is_known: bool) -> Next | None:
    done = sum(one.counts for one in attempts)  # the first one among them
    if done > retries:
        return None
    wait_s = min(FIRST_WAIT_S * WIDER ** max(0, done - 1), LONGEST_WAIT_S)
    return Next("resume" if is_known else "run", wait_s)
