"""Texts of cells on their way to a browser and back: what it cannot send as it is stays as it was. Pure."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 10_000  # characters of a cell that can be changed in a form
WIDE: Final = 100  # characters, from which on a field has several lines
_UNSENT: Final = re.compile("[\0\ud800-\udfff]")
_STAND_IN: Final = "\N{REPLACEMENT CHARACTER}"
_ENDS: Final = re.compile(r"\r\n|\r|\n")


def offered(text: str) -> str:
    """A cell as a form has it."""
    return _UNSENT.sub(_STAND_IN, text)


def typed(old: str, sent: str) -> str:
    """The text that a person means, who was offered the old one.

    A browser sends all line ends as CR LF, and nothing in place of NUL: where nothing else is changed the cell stays
    as it is, and line ends and NUL are those that the cell had.
    """
    if _ENDS.sub("\n", sent) == _ENDS.sub("\n", offered(old)):
        return old
    if "\r\n" not in old:
        sent = _ENDS.sub("\r" if "\r" in old and "\n" not in old else "\n", sent)
    unsent = set(_UNSENT.findall(old))
    return sent.replace(_STAND_IN, unsent.pop()) if len(unsent) == 1 and _STAND_IN not in old else sent


def has_lines(text: str) -> bool:
    """Whether a cell needs a field of several lines."""
    return bool(_ENDS.search(text)) or len(text) > WIDE
