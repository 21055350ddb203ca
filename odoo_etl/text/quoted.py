"""Texts about values, without the values that they quote."""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_QUOTE: Final = re.compile(_QUOTED)
_VALUE: Final = re.compile(rf"{_QUOTED}|\d+(?:[.,:-]\d+)*")
_SEVERAL: Final = re.compile(r"…(?:, …)+")


def general(reason: str) -> str:
    """A reason without the values that it quotes, and without numbers: those of the same kind are one."""
    return _SEVERAL.sub("…", _VALUE.sub("…", reason))


def unquoted(text: str) -> str:
    """A text with … in place of what it quotes; its figures stay."""
    return _SEVERAL.sub("…", _QUOTE.sub("…", text))
