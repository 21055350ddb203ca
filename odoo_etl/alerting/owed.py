"""The event that a channel is owed: nothing, an alert, that it is still so, or that all is well again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from odoo_etl.spec import AlertsSpec, Project
from odoo_etl.state import AlertEvent, AlertSend, AlertState

Owed = AlertEvent | Literal["nothing", "quietly"]


def owed(state: AlertState, send: AlertSend | None, spec: AlertsSpec, now: float) -> Owed:
    """The event to be sent; `quietly` where the state counts as told without a word.

    An alert is told at once, and again after `repeat`. A recovery waits until `hold` has passed since its alert: what
    fires again meanwhile was told already, so that a state that flaps costs two messages in that time. Nobody misses
    an alert that could not be sent and is over by now: the recovery tells of it.

    Args:
        send: None where the channel was never told anything of it, nor was that tried.
    """
    if state.firing and (send is None or not send.firing):
        return "firing"
    if send is None:  # a channel that is new: what is over does not concern it
        return "quietly"
    if state.firing:
        is_due = spec.repeat is not None and send.told_at + spec.repeat <= now
        return "repeated" if is_due else "nothing" if send.change == state.change else "quietly"
    if send.change == state.change:
        return "nothing"
    if not spec.rules.recovered:
        return "quietly"
    return "recovered" if not send.firing or send.told_at + spec.hold <= now else "nothing"


def channels_of(state: AlertState, project: Project, spec: AlertsSpec) -> tuple[str, ...]:
    """The channels that are told of a state; none where nobody is to be told of its kind."""
    job = str(state.fired.get("job") or state.well.get("job") or state.subject)
    known = project.jobs.get(job)
    rules = spec.rules if state.kind == "key_expires" else spec.rules_of(job, known.spec.tags if known else ())
    rule = getattr(rules, state.kind, None)
    if rule is None or not rule.on:
        return ()
    return tuple(name for name in rule.channels or spec.channels if name in spec.channels)


def all_owed(
    state: AlertState, sends: Mapping[str, AlertSend], project: Project, spec: AlertsSpec, now: float
) -> Iterator[tuple[str, AlertEvent | None]]:
    """Channel to what it is owed, where it is owed anything."""
    for channel in channels_of(state, project, spec):
        event = owed(state, sends.get(channel), spec, now)
        if event != "nothing":
            yield channel, None if event == "quietly" else event
