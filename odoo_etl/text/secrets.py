"""Texts that others wrote, without secrets and without what a terminal obeys: a server may repeat what it got."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Set
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

SHORTEST = 4  # shorter ones are words like any other, and redacting them would tell them

# How a text is spelled inside others; an echo may hold one inside the other (a body of JSON in Python's repr).
_WAYS: tuple[Callable[[str], str], ...] = (
    str,
    escape,
    quote,
    quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: repr(text)[1:-1],
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
)


_in_use: set[str] = set()
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def keep_secret(secrets: Iterable[str]) -> None:
    """Remember secrets that this process has read: for texts that nobody foresaw, such as tracebacks."""
    _in_use.update(secrets)


def secrets_in_use() -> Set[str]:
    """The secrets that this process has read."""
    return _in_use


def redacted(text: str, secrets: Iterable[object]) -> str:
    """The text with `***` in place of each secret, however it is spelled there; what is no text is no secret."""
    known = {secret for secret in secrets if isinstance(secret, str) and len(secret) >= SHORTEST}
    spellings = {spelling for secret in known for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, "***")
    return text


def _spellings(secret: str) -> set[str]:
    try:
        return {outer(inner(secret)) for inner in _WAYS for outer in _WAYS}
    except UnicodeEncodeError:  # half a character, which no URL can hold
        return {secret, repr(secret)[1:-1]}


def printable(text: str) -> str:
    """The text with its control characters spelled out; ends of lines and tabs stay."""
    return text.translate(_CONTROLS)
