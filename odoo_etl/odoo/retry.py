"""Wait and send again: only what is transient, bounded by attempts and by time, with jitter."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import tenacity
from tenacity.wait import wait_base

from odoo_etl.errors import OdooError, TransientError, UnknownOutcome

T = TypeVar("T")

_FIRST_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to go on.

    Attributes:
        attempts: how often a call is sent at most, the first time included.
        max_wait_s: the longest wait between two attempts, unless the server asks for a longer one.
        deadline_s: no attempt begins later than this after the first one began.
    """

    attempts: int = 6
    max_wait_s: float = 60.0
    deadline_s: float = 900.0


@dataclass(frozen=True, slots=True)
class RetryEvent:
    """A call failed and will be sent again: which one, after which attempt (1-based), after how long a wait."""

    call: str
    attempt: int
    wait_s: float
    error: OdooError

    def __str__(self) -> str:
        """A sentence for a log."""
        return f"{self.error}; attempt {self.attempt + 1} follows in {self.wait_s:.1f} s"


@dataclass(frozen=True, slots=True)
class Retrier:
    """Sends by a policy.

    Attributes:
        policy: the bounds.
        on_retry: told before each wait.
        sleep: waits that many seconds.
    """

    policy: RetryPolicy
    on_retry: Callable[[RetryEvent], None] | None = None
    sleep: Callable[[float], None] = time.sleep

    def at_start(self) -> Retrier:
        """The same with the shorter patience of a start: a wrong host name should say so in seconds."""
        policy = self.policy
        short = replace(policy, attempts=min(policy.attempts, 3), deadline_s=min(policy.deadline_s, 20.0))
        return replace(self, policy=short)

    def send(self, send: Callable[[], T], call: str, *, repeatable: bool) -> T:
        """What `send` returns, sent again as often as the policy allows.

        Args:
            send: sends once.
            call: its name for events.
            repeatable: False where a second `send` could do something twice; then no answer is final.

        Raises:
            OdooError: the last one, unchanged, when it is not transient or the policy is used up.
        """
        again = (TransientError, UnknownOutcome) if repeatable else (TransientError,)
        bounds = tenacity.stop_any(
            tenacity.stop_after_attempt(self.policy.attempts),
            tenacity.stop_before_delay(self.policy.deadline_s),
        )
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(again),
            wait=_WaitAsAsked(self.policy.max_wait_s),
            stop=bounds,
            before_sleep=_teller(call, self.on_retry),
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(send)


class _WaitAsAsked(wait_base):
    """Full jitter that doubles, and at least as long as the server asked for."""

    def __init__(self, max_wait_s: float) -> None:
        self._jitter = tenacity.wait_random_exponential(multiplier=_FIRST_WAIT_S, max=max_wait_s)

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        asked = getattr(_error(retry_state), "retry_after_s", None) or 0.0
        return max(asked, self._jitter(retry_state))


def _teller(call: str, on_retry: Callable[[RetryEvent], None] | None) -> Callable[[tenacity.RetryCallState], None]:
    """Tenacity's hook before a wait, telling `on_retry` what it is about to do."""

    def tell(state: tenacity.RetryCallState) -> None:
        error = _error(state)
        if on_retry is not None and isinstance(error, OdooError):
            on_retry(RetryEvent(call, state.attempt_number, state.upcoming_sleep, error))

    return tell


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
