"""Checks on single values of a field: the types that cells may have, time zones and date formats."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, WithJsonSchema

from odoo_etl.spec.base import Issue
from odoo_etl.spec.content import OF_CONTENTS
from odoo_etl.spec.value_kinds import invalid

# Every part differs, so that a format which drops or swaps one does not bring the moment back.
_PROBE = datetime(2031, 2, 25, 13, 45, 56, tzinfo=UTC)
_DIRECTIVE = re.compile(r"%.")
_YEARS = {"%Y", "%y", "%G", "%c", "%x"}
_WEEKS = frozenset({"%U", "%W", "%V", "%G"})
_WEEKDAYS = frozenset({"%a", "%A", "%w", "%u"})
_HOURS = frozenset({"%H", "%I", "%c", "%X"})
_BELOW_HOURS = frozenset({"%M", "%S", "%f"})


# Directives of names, to those of numbers that take their place.
_NUMBERED = {"%B": "%m", "%b": "%m", "%h": "%m", "%A": "%w", "%a": "%w"}
DeclaredType = Literal[
    "char", "text", "html", "integer", "decimal", "boolean", "date", "datetime", "base64", "file", "url"
]

# key -> the types with which it means something
NEEDS_TYPE: Final[dict[str, tuple[str, ...]]] = {
    **OF_CONTENTS,
    "format": ("date", "datetime"),
    "decimal": ("decimal", "integer"),
    "thousands": ("decimal", "integer"),
    "currency": ("decimal", "integer"),
    "percent": ("decimal", "integer"),
    "language": ("date", "datetime"),
    "serial": ("date", "datetime"),
    "timezone": ("date", "datetime"),
}
ALSO_UNTYPED: Final = frozenset({"timezone"})  # then the field in Odoo must be a date or datetime


def known_language(name: str) -> str:
    """The name, if babel has it."""
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    try:
        Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        near = get_close_matches(name, locale_identifiers(), n=1)
        hint = f"did you mean `{near[0]}`?" if near else "for example de, fr, pt_BR"
        raise invalid("is no language that babel knows", hint) from error
    return name


def numbered_format(pattern: str) -> str:
    """The format with numbers in place of the names of months and days."""
    return _DIRECTIVE.sub(lambda found: _NUMBERED.get(found[0], found[0]), pattern)


def has_names(pattern: str) -> bool:
    """Whether a format has names of months or days."""
    return any(part in _NUMBERED for part in _DIRECTIVE.findall(pattern))


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
    """The fault in a strftime format, or "": it must hold a whole date, and nothing that is read and dropped.

    Args:
        pattern: as in `datetime.strptime`.
        kind: `date` or `datetime`.
    """
    parts = _DIRECTIVE.findall(pattern)
    if twice := next((part for part in parts if parts.count(part) > 1 and part != "%%"), ""):
        return f"holds {twice} twice"
    has_year = bool(_YEARS & set(parts))
    probed = pattern if has_year else f"%Y {pattern}"  # Python 3.13 warns of days of a year that nobody knows
    try:
        parsed = datetime.strptime(_PROBE.strftime(probed), probed)  # noqa: DTZ007  only its parts matter
    except ValueError as error:
        return f"is not a usable date format: {str(error).replace(repr(probed), repr(pattern))}"
    except re.error:  # %c, %x or %X beside what they hold
        return "is not a usable date format: it holds a part of the date or time twice"
    if not has_year or parsed.date() != _PROBE.date():
        return f"a {kind} in this format lacks its day, month or year"
    return _dropped(frozenset(parts), kind)


def _dropped(parts: frozenset[str], kind: str) -> str:
    """Say which part Python would read and then leave out of the moment; "" for nothing."""
    if "%Z" in parts:
        return "%Z reads the name of a zone and drops it: %z reads +01:00, `timezone` names the zone of all cells"
    if parts & _WEEKS and not parts & _WEEKDAYS:
        return "a week is dropped without a day of the week beside it (%a, %A, %w or %u)"
    return _dropped_of_time(parts) if kind == "datetime" or "%z" in parts else ""  # else hours play no part


def _dropped_of_time(parts: frozenset[str]) -> str:
    if "%I" in parts and "%p" not in parts:
        return "%I without %p: 01 to 12 may be in the morning or in the afternoon"
    if "%p" in parts and ("%I" not in parts or "%H" in parts):
        return "%p counts only with %I: hours from 01 to 12 are %I, hours from 00 to 23 are %H and need no %p"
    if parts & _BELOW_HOURS and not parts & _HOURS:
        return "minutes and seconds without an hour (%H, or %I with %p)"
    return ""


def _epoch(value: Any) -> Any:
    if value in {"1900", "1904"}:
        return int(value)
    if value not in {1900, 1904} or isinstance(value, bool):
        raise invalid("must be 1900 or 1904")
    return value


Epoch = Annotated[int, BeforeValidator(_epoch), WithJsonSchema({"enum": [1900, 1904]})]


def mark_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The marks of numbers differ, and a format of dates is usable."""
    decimal, thousands = data.get("decimal") or ".", data.get("thousands")
    if thousands is not None and thousands == decimal:
        hint = "" if data.get("decimal") else 'the decimal mark is "." unless `decimal` says otherwise'
        yield Issue("`thousands` is the same mark as `decimal`", ("thousands",), hint)
    pattern, kind = data.get("format"), data.get("type")
    if isinstance(pattern, str) and kind in {"date", "datetime"}:
        fault = usable_format(pattern, kind)
        if not fault and data.get("language") is not None:
            fault = usable_format(numbered_format(pattern), kind)
        if fault:
            yield Issue(fault, ("format",), "for example %d.%m.%Y, %Y-%m-%d %H:%M:%S", about_value=True)
    if data.get("language") is not None and not (isinstance(pattern, str) and has_names(pattern)):
        yield Issue("`language` is for names of months or days in `format`", ("language",), "for example %d. %B %Y")


def wrong_type(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Keys whose type is another one."""
    for key, types in NEEDS_TYPE.items():
        untyped = data.get("type") is None and key in ALSO_UNTYPED
        if data.get(key) is not None and data.get("type") not in types and not untyped:
            wanted = " or ".join(f"`type: {name}`" for name in types)
            yield Issue(f"`{key}` only makes sense with {wanted}", (key,))
