"""How the program speaks: text or JSON objects on stderr, and whether it is quiet where all goes well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LogFormat(StrEnum):
    """How stderr is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Voice:
    """The wishes of the command line.

    Attributes:
        objects: each line of stderr is a JSON object.
        quiet: nothing is said where all goes well.
    """

    objects: bool = False
    quiet: bool = False


_voice = [Voice()]  # of the command line, of which a process has one


def voice() -> Voice:
    """How to speak."""
    return _voice[-1]


def speak(log_format: LogFormat, *, quiet: bool) -> None:
    """From now on, speak like this."""
    _voice[:] = [Voice(log_format is LogFormat.JSON, quiet)]
