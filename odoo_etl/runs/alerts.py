"""Use cases of alerts: which there are, a look at what no run tells, a channel tried out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odoo_etl.alerting import (
    Delivery,
    KnownAlert,
    Watch,
    alerts_of,
    known_alerts,
    sender_of,
    trial_message,
)
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import AlertsSpec, ChannelSpec, Project, nearest

NONE = "nobody is told of anything: give project.yaml `alerts: {channels: {ops: {webhook: {url: ...}}}}`"


def alerts(project: Workspace | Path | str | None = None) -> list[KnownAlert]:
    """The state of jobs, connections and the project, kind by kind; what fires comes first.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.

    Raises:
        SpecError: a file of the project is invalid.
        StateError: the ledger cannot be read.
        UsageError: there is no project, or it has no `alerts`.
    """
    opened, spec = _opened(project)
    with open_state(opened) as ledger:
        return list(known_alerts(ledger.alerts, opened, spec))


def channels(project: Workspace | Path | str | None = None) -> Mapping[str, ChannelSpec]:
    """The channels of a project that can be used, by name; raises as `alerts` does, but for the ledger."""
    return _opened(project)[1].channels


def check_alerts(project: Workspace | Path | str | None = None) -> list[str]:
    """Look at what no run tells (silent jobs, keys that expire), and tell the channels what they are owed.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.

    Returns:
        A sentence for each channel that could not be told.

    Raises:
        SpecError: a file of the project is invalid.
        StateError: the ledger cannot be read or written.
        UsageError: there is no project, or it has no `alerts`.
    """
    workspace = Workspace.of(project)
    opened, _ = _opened(workspace)
    with open_state(opened) as ledger:
        return Watch(lambda: workspace.clock().timestamp()).look(opened, ledger)


def try_channel(project: Workspace | Path | str | None, channel: str) -> None:
    """Send one message that is no alert to a channel.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        channel: its name.

    Raises:
        NotSent: the channel did not take it.
        SpecError: a file of the project is invalid; the channel lacks a variable.
        UsageError: there is no project, or no such channel.
    """
    workspace = Workspace.of(project)
    opened, spec = _opened(workspace)
    if channel in opened.unusable_channels:
        raise SpecError(list(opened.unusable_channels[channel]))
    if channel not in spec.channels:
        raise UsageError(f"there is no channel {channel!r} ({nearest(channel, sorted(spec.channels))})")
    now = workspace.clock().timestamp()
    Delivery(lambda: now).try_out(channel, spec.channels[channel], trial_message(sender_of(opened), now))


def _opened(project: Workspace | Path | str | None) -> tuple[Project, AlertsSpec]:
    opened = Workspace.of(project).load()
    spec = alerts_of(opened)
    if spec is None:
        raise UsageError(NONE)
    return opened, spec
