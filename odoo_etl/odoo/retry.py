"""Wait and send again: only what is transient, with full jitter, until it is answered or the deadline has come.

A server that is away is waited for, however often that takes asking; what a server took and did not do is sent only
so many times.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import tenacity
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from odoo_etl.errors import AskedToWait, OdooError, TransientError, UnknownOutcome

T = TypeVar("T")

_log = logging.getLogger("odoo_etl.odoo")

_FIRST_WAIT_S = 0.5
_START_ATTEMPTS, _START_DEADLINE_S = 3, 20.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to go on.

    Attributes:
        attempts: how often a call is delivered at most, the first time included. Not delivered is what
            `TransientError.delivered` says so of (refused, unknown host, reset before sending, 429, 503, PostgreSQL
            away): that is sent as often as the deadline allows.
        max_wait_s: the longest wait between two attempts, unless the server asks for a longer one.
        deadline_s: no attempt begins later than this after the first one began; a server that asks for more time than
            is left is not waited for.
    """

    attempts: int = 6
    max_wait_s: float = 60.0
    deadline_s: float = 900.0


@dataclass(frozen=True, slots=True)
class RetryEvent:
    """A call failed and will be sent again: which one, after which attempt (1-based), after how long a wait.

    Attributes:
        attempts: how many attempts there are at most; 0 where only the deadline ends them.
        left_s: how long until the deadline, the wait included.
    """

    call: str
    attempt: int
    wait_s: float
    error: OdooError
    attempts: int = 0
    left_s: float = 0.0

    def __str__(self) -> str:
        """A sentence for a log."""
        return f"{self.error}; attempt {self.attempt + 1} follows in {self.wait_s:.1f} s"


Listener = Callable[[RetryEvent], None]


class CallWatch(Protocol):
    """Hears of calls as they are sent and answered, repeats included; called from several threads."""

    def began(self, call: str) -> None:
        """A call is about to be sent, by this thread."""

    def ended(self, call: str, records: int, seconds: float, outcome: str) -> None:
        """The call of this thread was answered, or met this class of error."""


@dataclass(frozen=True, slots=True)
class Retrier:
    """Sends by a policy.

    Attributes:
        policy: the bounds.
        on_retry: told before each wait.
        sleep: waits that many seconds; may raise, which ends `send`.
        patient: False where the attempts bound waiting for a server that is away, too.
        listener: hears of each wait before anybody else does; what it raises ends the call.
        watch: hears of each call that is sent.
    """

    policy: RetryPolicy
    on_retry: Listener | None = None
    sleep: Callable[[float], None] = time.sleep
    patient: bool = True
    listener: Listener | None = None
    watch: CallWatch | None = None

    def at_start(self) -> Retrier:
        """The same with the shorter patience of a start: a wrong host name should say so in seconds."""
        attempts = min(self.policy.attempts, _START_ATTEMPTS)
        deadline_s = min(self.policy.deadline_s, _START_DEADLINE_S)
        return replace(self, policy=replace(self.policy, attempts=attempts, deadline_s=deadline_s), patient=False)

    def too_long(self, error: OdooError) -> AskedToWait | None:
        """An error for one that asks for a longer wait than the deadline allows: nothing will be sent meanwhile."""
        asked_s = getattr(error, "retry_after_s", None) or 0.0
        if asked_s <= self.policy.deadline_s:
            return None
        return AskedToWait(
            f"{error}; the server asks to wait {asked_s:,.0f} s (Retry-After), longer than {self._longest_wait}",
            name=error.name,
            debug=error.debug,
        )

    @property
    def _longest_wait(self) -> str:
        """Who sets the longest wait, and what can be done about it: no setting makes a start wait longer."""
        if not self.patient and self.policy.deadline_s == _START_DEADLINE_S:
            return f"the {_START_DEADLINE_S:.0f} s that a start waits: run again later"
        return f"load.retry.deadline ({self.policy.deadline_s:,.0f} s): run again later, or raise the deadline"

    def send(self, send: Callable[[], T], call: str, *, repeatable: bool) -> T:
        """Return what `send` returns, sent again as often as the policy allows.

        Args:
            send: sends once.
            call: its name for events.
            repeatable: False where a second `send` could do something twice; then no answer is final.

        Raises:
            OdooError: the last one, when it is not transient or the policy is used up.
            UnknownOutcome: also where the last attempts did not reach the server, but one before them got no answer:
                that one may have been carried out.
        """
        unheard: tuple[UnknownOutcome, float] | None = None

        def once() -> T:
            nonlocal unheard
            try:
                return send()
            except UnknownOutcome as error:
                unheard = error, time.monotonic()
                raise

        again = (TransientError, UnknownOutcome) if repeatable else (TransientError,)
        bounds = _Bounds(self.policy, patient=self.patient)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(again),
            wait=_WaitAsAsked(self.policy),
            stop=bounds,
            before_sleep=_teller(call, bounds, self.listener, self.on_retry),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(once)
        except (TransientError, AskedToWait) as error:
            if unheard is None:
                raise
            open_still = UnknownOutcome(str(error), name=error.name, debug=error.debug)
            open_still.sent_s_ago = unheard[0].sent_s_ago + time.monotonic() - unheard[1]
            raise open_still from error
        except OdooError as error:
            error.__traceback__ = None  # tenacity's frame holds the error, and the error its frame, with all it sent
            raise


class _WaitAsAsked(wait_base):
    """Full jitter that doubles, cut at the deadline, and at least as long as the server asked for."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._deadline_s = policy.deadline_s
        self._jitter = tenacity.wait_random_exponential(multiplier=_FIRST_WAIT_S, max=policy.max_wait_s)

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        left_s = max(0.0, self._deadline_s - _elapsed_s(retry_state))
        return max(_asked_s(retry_state), min(self._jitter(retry_state), left_s))


class _Bounds(stop_base):
    """Ends one call's attempts: so many deliveries, and the deadline."""

    def __init__(self, policy: RetryPolicy, *, patient: bool) -> None:
        self._policy, self._patient = policy, patient
        self._deliveries = 0

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        if self._counts(retry_state):
            self._deliveries += 1
        left_s = self._policy.deadline_s - _elapsed_s(retry_state)
        return self._deliveries >= self._policy.attempts or left_s <= 0 or _asked_s(retry_state) > left_s

    def most(self, retry_state: tenacity.RetryCallState) -> int:
        """How many attempts there are at most, should all to come be as the last one; 0: only time ends them."""
        uncounted = retry_state.attempt_number - self._deliveries
        return self._policy.attempts + uncounted if self._counts(retry_state) else 0

    def left_s(self, retry_state: tenacity.RetryCallState) -> float:
        """How long until the deadline."""
        return max(0.0, self._policy.deadline_s - _elapsed_s(retry_state))

    def _counts(self, retry_state: tenacity.RetryCallState) -> bool:
        return not self._patient or getattr(_error(retry_state), "delivered", True)


def _elapsed_s(state: tenacity.RetryCallState) -> float:
    """Time since the first attempt began; at least what was slept, also where a test only says it slept."""
    return max(state.seconds_since_start or 0.0, state.idle_for)


def _asked_s(state: tenacity.RetryCallState) -> float:
    """How long the server asked us to wait; 0 if it did not."""
    return getattr(_error(state), "retry_after_s", None) or 0.0


def _teller(call: str, bounds: _Bounds, *listeners: Listener | None) -> Callable[[tenacity.RetryCallState], None]:
    """Tenacity's hook before a wait: listeners and log hear what is about to be done."""

    def tell(state: tenacity.RetryCallState) -> None:
        error = _error(state)
        if not isinstance(error, OdooError):
            return
        most, left_s = bounds.most(state), bounds.left_s(state)
        event = RetryEvent(call, state.attempt_number, state.upcoming_sleep, error, most, left_s)
        first, *others = listeners
        for listener in (first, lambda one: _log.info("%s", one), *others):
            if listener is not None:
                listener(event)

    return tell


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
