"""Texts that others wrote as a terminal may show them: a row or a server may send what a terminal obeys."""

from __future__ import annotations

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """The text with its control characters spelled out; ends of lines and tabs stay."""
    return text.translate(_CONTROLS)
