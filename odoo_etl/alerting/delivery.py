"""Tells channels what they are owed: each in a thread of its own, so that none holds up another, nor a run for long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from odoo_etl.alerting.by_apprise import send_by_apprise
from odoo_etl.alerting.composing import Sender, alert_of, message_of, sender_of
from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.message import AlertMessage
from odoo_etl.alerting.owed import all_owed, channels_of
from odoo_etl.alerting.webhook import send_webhook
from odoo_etl.kept_errors import KeptError
from odoo_etl.reporting.words import counted
from odoo_etl.spec import AlertsSpec, ChannelSpec, Project
from odoo_etl.state import LONGEST_WAIT_S, AlertEvent, Alerts, AlertSend, AlertState, Claim, Judged
from odoo_etl.text import redacted

MOST_AT_ONCE: Final = 50  # alerts of a message
FIRST_WAIT_S: Final = 60.0
UNKEPT_EACH_S: Final = 3_600.0
GRACE_S: Final = 1.0  # more than its timeout is not waited for a channel

Send = Callable[[ChannelSpec, AlertMessage], None]


def send_message(channel: ChannelSpec, message: AlertMessage) -> None:
    """Send a message by whichever way the channel has.

    Raises:
        NotSent: it did not take it.
    """
    if channel.webhook is not None:
        send_webhook(channel.webhook, message, channel.timeout)
    elif channel.apprise is not None:
        send_by_apprise(channel.apprise.get_secret_value(), message)


class Delivery:
    """Tells channels; what hangs there is waited for no longer than its timeout, and not begun anew meanwhile.

    Args:
        send: sends one message; may raise anything.
        clock: epoch seconds.
    """

    def __init__(self, clock: Callable[[], float], send: Send = send_message) -> None:
        self._clock, self._send = clock, send
        self._hanging: dict[str, threading.Thread] = {}

    def tell(self, alerts: Alerts, project: Project, spec: AlertsSpec) -> list[str]:
        """Tell all channels what they are owed.

        Returns:
            A sentence for each that could not be told, or cannot be used.
        """
        now = self._clock()

        def decide(state: AlertState, sends: Mapping[str, AlertSend]) -> Iterator[tuple[str, AlertEvent | None]]:
            return all_owed(state, sends, project, spec, now)

        claims = alerts.claim(project.environment, decide, now)
        sender = sender_of(project)
        attempts = [self._begun(name, spec.channels[name], its, sender) for name, its in _by_channel(claims)]
        for one in attempts:
            one.wait()
        return [note for one in attempts if (note := self._ended(alerts, one))]

    def tell_unkept(self, judged: Sequence[Judged], project: Project, spec: AlertsSpec) -> list[str]:
        """Tell what is wrong without the ledger, which cannot be used: nobody remembers what was told.

        Within an hour, the ids are the same.
        """
        hour = int(self._clock() // UNKEPT_EACH_S)
        claims = [
            Claim(state, AlertSend(channel), "firing")
            for state in (_unkept(one, project.environment, self._clock(), hour) for one in judged if one.firing)
            for channel in channels_of(state, project, spec)
        ]
        sender = sender_of(project)
        attempts = [self._begun(name, spec.channels[name], its, sender) for name, its in _by_channel(claims)]
        for one in attempts:
            one.wait()
        return [f"channel {one.name}: {one.outcome.error}" for one in attempts if one.outcome.error]

    def try_out(self, name: str, channel: ChannelSpec, message: AlertMessage) -> None:
        """Send one message that is no alert, in the same way.

        Raises:
            NotSent: the channel did not take it.
        """
        attempt = _Attempt(name, channel, [([], message)], self._send)
        attempt.start()
        attempt.wait()
        if attempt.outcome.error:
            raise NotSent(f"channel {name}: {attempt.outcome.error}")

    def _begun(self, name: str, channel: ChannelSpec, claims: Sequence[Claim], sender: Sender) -> _Attempt:
        messages = []
        for begin in range(0, len(claims), MOST_AT_ONCE):
            its = claims[begin : begin + MOST_AT_ONCE]
            alerts = [alert_of(claim, sender, values=channel.values) for claim in its]
            messages.append((its, message_of(alerts, sender, self._clock())))
        attempt = _Attempt(name, channel, messages, self._send)
        earlier = self._hanging.get(name)
        if earlier is None or not earlier.is_alive():
            self._hanging[name] = attempt.start()
        return attempt

    def _ended(self, alerts: Alerts, attempt: _Attempt) -> str:
        """Keep what became of it; a sentence where it failed."""
        now, outcome = self._clock(), attempt.outcome
        alerts.told(outcome.told, now)
        if not outcome.error:
            return ""
        left = attempt.left
        wait_s = FIRST_WAIT_S * 2 ** min(10, max(one.send.tries for one in left))
        alerts.not_told(left, outcome.error, now + min(LONGEST_WAIT_S, max(wait_s, outcome.retry_after_s)))
        return (
            f"channel {attempt.name} of `alerts` could not be told of {counted(len(left), 'alert')}: {outcome.error};"
            " the next run tries again, and so does `odoo-etl serve`, or `odoo-etl alerts --check`"
        )


def _unkept(judged: Judged, environment: str, now: float, hour: int) -> AlertState:
    facts = {**judged.facts, "at": now}
    return AlertState(environment, judged.subject, judged.kind, True, hour, now, now, facts, {}, None)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The outcome of a try: what the channel took, why it took no more, and for how long it asks to be left alone."""

    told: tuple[Claim, ...] = ()
    error: str = ""
    retry_after_s: float = 0.0


class _Attempt:
    """One try to tell one channel.

    Attributes:
        outcome: known once it was waited for.
    """

    def __init__(
        self, name: str, channel: ChannelSpec, messages: Sequence[tuple[Sequence[Claim], AlertMessage]], send: Send
    ) -> None:
        self.name, self._channel, self._messages, self._send = name, channel, messages, send
        self.outcome = _Outcome(error="an earlier message is still on its way there")
        self._found = _Outcome(error=f"no answer within {channel.timeout:g} s, so it may have been taken or not")
        self._thread: threading.Thread | None = None
        self._until = 0.0

    @property
    def left(self) -> list[Claim]:
        """The claims that it did not take."""
        told = {id(one) for one in self.outcome.told}
        return [claim for its, _ in self._messages for claim in its if id(claim) not in told]

    def start(self) -> threading.Thread:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name=f"alerts to {self.name}", daemon=True)
        self._thread.start()
        self._until = monotonic() + self._channel.timeout + GRACE_S
        return self._thread

    def wait(self) -> None:
        """Wait for its end, but only until its timeout is over; what comes later is not heard."""
        if self._thread is not None:
            self._thread.join(max(0.0, self._until - monotonic()))
            self.outcome = self._found

    def _run(self) -> None:
        told, error, retry_after_s = list[Claim](), "", 0.0
        with KeptError() as kept:
            try:
                for claims, message in self._messages:
                    self._send(self._channel, message)
                    told += claims
            except NotSent as failed:
                error, retry_after_s = str(failed), failed.retry_after_s or 0.0
        self._found = _Outcome(tuple(told), redacted(error or kept.why, self._channel.secrets), retry_after_s)


def _by_channel(claims: Sequence[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    for name in dict.fromkeys(one.send.channel for one in claims):
        yield name, [one for one in claims if one.send.channel == name]
