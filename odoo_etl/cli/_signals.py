"""The signals that end the program."""

from __future__ import annotations

import signal
import sys

if sys.platform == "win32":
    ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
else:
    ENDINGS = (signal.SIGINT, signal.SIGTERM)


def meant(number: int) -> int:
    """The signal of POSIX that a signal stands for: of Windows, Ctrl-Break is what a program is asked to end with."""
    return signal.SIGTERM if sys.platform == "win32" and number == signal.SIGBREAK else number
