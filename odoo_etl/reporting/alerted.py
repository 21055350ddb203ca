"""Alerts as text: what fires, since when, and which channels know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from odoo_etl.alerting import KnownAlert, ToldChannel, headline
from odoo_etl.reporting.words import counted
from odoo_etl.text import printable


def alert_lines(alerts: Sequence[KnownAlert], channels: Mapping[str, str]) -> Iterator[str]:
    """All that is to be said of some alerts.

    Args:
        channels: name of each channel to what it is.
    """
    firing = [one for one in alerts if one.firing]
    for one in firing:
        yield printable(f"{headline(one.alert)}, since {one.alert.since[:16].replace('T', ' ')} UTC")
        yield printable(f"    {one.alert.summary}")
        if one.alert.next_command:
            yield printable(f"    next: {one.alert.next_command}")
        yield from _told(one.channels)
    well = [one for one in alerts if not one.firing]
    for one in well:
        if not all(channel.knows for channel in one.channels):
            yield printable(headline(one.alert))
            yield from _told(one.channels)
    yield f"{counted(len(firing), 'alert')}; {counted(len(well), 'other')} looked at and well"
    for name, told in channels.items():
        yield f"channel {name}: {told}"


def _told(channels: Sequence[ToldChannel]) -> Iterator[str]:
    for one in channels:
        if one.error:
            again = f", again from {_moment(one.next_at)}" if one.next_at else ""
            yield printable(f"    {one.channel}: not told: {one.error} (tried {counted(one.tries, 'time')}{again})")
        else:
            yield f"    {one.channel}: {f'told {_moment(one.told_at)}' if one.knows else 'not told yet'}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "before"
