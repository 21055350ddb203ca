"""Checks on single values of a field: time zones and date formats."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from difflib import get_close_matches

from odoo_etl.spec.values import invalid

# Every part differs, so that a format which drops or swaps one does not bring the moment back.
_PROBE = datetime(2031, 2, 25, 13, 45, 56, tzinfo=UTC)


def known_timezone(name: str) -> str:
    """The name, if the time zone database has it."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = get_close_matches(name, zoneinfo.available_timezones(), n=1)
        hint = f"did you mean `{near[0]}`?" if near else "for example Europe/Berlin, UTC"
        raise invalid("no such time zone", hint) from error
    return name


def usable_format(pattern: str, kind: str) -> str:
    """What is wrong with a strftime format, or "": it must hold a whole date.

    Args:
        pattern: as in `datetime.strptime`.
        kind: `date` or `datetime`.
    """
    try:
        parsed = datetime.strptime(_PROBE.strftime(pattern), pattern)  # noqa: DTZ007  only its parts matter
    except ValueError as error:
        return f"is not a usable date format: {error}"
    if parsed.date() != _PROBE.date():
        return f"a {kind} in this format lacks its day, month or year"
    return ""
