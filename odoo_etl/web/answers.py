"""Answers and failures of HTTP, as all who ask for something read them."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import urllib3
from urllib3 import exceptions


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date; None if there is none to be read."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def what_failed(error: exceptions.HTTPError) -> str:
    """The failure of a connection, as people say it."""
    if isinstance(error, exceptions.NameResolutionError):
        return "its host is not found"
    if isinstance(error, exceptions.NewConnectionError):
        return "its host cannot be connected to"
    return "no answer in time" if isinstance(error, exceptions.TimeoutError) else "the connection broke off"


def shut(response: urllib3.BaseHTTPResponse) -> None:
    """End the reading of an answer, if it is still read."""
    with suppress(ValueError, RuntimeError, OSError):
        response.shutdown()
