"""The alerts of a project as a person or a program is told of them, and which channels know of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from odoo_etl.alerting.composing import alert_of, sender_of
from odoo_etl.alerting.message import Alert
from odoo_etl.alerting.owed import channels_of
from odoo_etl.spec import AlertsSpec, ChannelSpec, Project
from odoo_etl.state import Alerts, AlertSend, AlertState, Claim


@dataclass(frozen=True, slots=True)
class ToldChannel:
    """A channel that is told of an alert.

    Attributes:
        knows: it was told how it is now, or counts as told.
        told_at: when it was told last; None where nothing was.
        tries: how often that failed since.
        error: why it failed last, or "".
        next_at: when it is tried again at the earliest; None where nothing failed.
    """

    channel: str
    knows: bool
    told_at: datetime | None = None
    tries: int = 0
    error: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """The state of a job, a connection or the project, for one kind of alert.

    Attributes:
        alert: as it would be told now.
        firing: something is wrong.
        channels: that are told of it.
    """

    alert: Alert
    firing: bool
    channels: tuple[ToldChannel, ...]


def known_alerts(alerts: Alerts, project: Project, spec: AlertsSpec) -> Iterator[KnownAlert]:
    """All that were looked at and are told to anybody; what fires comes first."""
    sends, sender = alerts.sends(project.environment), sender_of(project)
    for state in sorted(alerts.states(project.environment), key=lambda one: not one.firing):
        names, told = channels_of(state, project, spec), sends.get((state.subject, state.kind), {})
        if names:
            claim = Claim(state, AlertSend("", firing=True), "firing" if state.firing else "recovered")
            yield KnownAlert(alert_of(claim, sender), state.firing, tuple(_told(name, state, told) for name in names))


def described(channel: ChannelSpec) -> str:
    """A channel in a few words, without what is secret in it."""
    if channel.webhook is not None:
        host = channel.webhook.url.get_secret_value().partition("://")[2].partition("/")[0].rpartition("@")[2]
        return f"webhook of {host}, as {channel.webhook.format}"
    url = channel.apprise.get_secret_value() if channel.apprise is not None else ""
    return f"apprise, {url.partition('://')[0]}"


def _told(name: str, state: AlertState, sends: Mapping[str, AlertSend]) -> ToldChannel:
    send = sends.get(name)
    if send is None:
        return ToldChannel(name, not state.firing)
    knows = send.change == state.change
    return ToldChannel(name, knows, _moment(send.told_at), send.tries, send.error, _moment(send.next_at))


def _moment(at: float) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if at else None
