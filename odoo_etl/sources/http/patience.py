"""How often, and how fast, a server is asked."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import tenacity
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.failures import TryAgain
from odoo_etl.spec import RetrySpec

T = TypeVar("T")
Sleep = Callable[[float], None]

_FIRST_WAIT_S = 0.5
_AT = ("source", "url")
_log = logging.getLogger("odoo_etl.sources.http")


class Pace:
    """Lets so many requests pass in a second, evenly spread.

    Args:
        rate_per_s: None for no limit.
        sleep: waits so many seconds.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self, rate_per_s: float | None, sleep: Sleep = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gap_s = 1 / rate_per_s if rate_per_s else 0.0
        self._sleep, self._clock = sleep, clock
        self._next = -math.inf

    def wait(self) -> None:
        """Return when the next request may be sent."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._gap_s


@dataclass(slots=True)
class Patience:
    """Asks again as a job says.

    What no server took (429, 503, nobody there) is asked as often as the deadline allows, once a first answer has come.

    Attributes:
        was_answered: some request was; until then a wrong address should be told soon.
    """

    spec: RetrySpec
    sleep: Sleep = time.sleep
    was_answered: bool = False

    def answer(self, ask: Callable[[], T]) -> T:
        """The result of `ask`.

        Raises:
            SourceError: the last one, when asking again cannot help or has not.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TryAgain),
            wait=_WaitAsAsked(self.spec),
            stop=_Bounds(self.spec, patient=self.was_answered),
            before_sleep=_told,
            sleep=self.sleep,
            retry_error_callback=_given_up,
        )
        found: T = retrying(ask)
        self.was_answered = True
        return found


class _WaitAsAsked(wait_base):
    """Full jitter that doubles, and at least as long as the server asked for."""

    def __init__(self, spec: RetrySpec) -> None:
        self._jitter = tenacity.wait_random_exponential(multiplier=_FIRST_WAIT_S, max=spec.max_wait)

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        return max(_asked_s(retry_state), self._jitter(retry_state))


class _Bounds(stop_base):
    """Ends the attempts: so many deliveries, and the deadline."""

    def __init__(self, spec: RetrySpec, *, patient: bool) -> None:
        self._spec, self._patient = spec, patient
        self._deliveries = 0

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        error = _error(retry_state)
        asks_to_wait = error.retry_after_s is not None
        if error.delivered or not (self._patient or asks_to_wait):
            self._deliveries += 1
        left_s = self._spec.deadline - max(retry_state.seconds_since_start or 0.0, retry_state.idle_for)
        return self._deliveries >= self._spec.attempts or left_s <= 0 or _asked_s(retry_state) > left_s


def _error(state: tenacity.RetryCallState) -> TryAgain:
    return cast("TryAgain", state.outcome and state.outcome.exception())  # nothing else is tried again


def _asked_s(state: tenacity.RetryCallState) -> float:
    return _error(state).retry_after_s or 0.0


def _told(state: tenacity.RetryCallState) -> None:
    _log.info("%s; asked again in %.1f s", _error(state), state.upcoming_sleep)


def _given_up(state: tenacity.RetryCallState) -> None:
    error = _error(state)
    if error.retry_after_s and error.retry_after_s > 1:
        wait = f"; it asks to wait {error.retry_after_s:,.0f} s (Retry-After): run again later, or raise retry.deadline"
        raise SourceError(f"{error}{wait}", _AT) from error
    times = "asked once" if state.attempt_number == 1 else f"asked {state.attempt_number} times"
    raise SourceError(f"{error}; {times}", _AT) from error
