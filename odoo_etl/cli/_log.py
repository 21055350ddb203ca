"""The log of the command line: what is sent, retried and waited for, on stderr; never a value."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum

from odoo_etl.text import printable


class LogLevel(StrEnum):
    """How much is told."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class _Stderr(logging.Handler):
    """Writes to stderr as it is at the moment: above the progress bars where there are some."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{printable(self.format(record))}\n")
            sys.stderr.flush()
        except OSError:
            return  # nobody can read it; the work goes on


def set_up(level: LogLevel) -> None:
    """Let only this package speak: what urllib3 and SQLAlchemy would log holds headers, URLs and parameters."""
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("odoo_etl")
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(level.upper())
    logging.getLogger().addHandler(logging.NullHandler())


def in_front(arguments: list[str]) -> list[str]:
    """The command line with `--log-level LEVEL` before the verb, wherever it was written before a `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    ours: list[str] = []
    rest: list[str] = []
    words = iter(arguments[:end])
    for word in words:
        if word == "--log-level":
            ours += [word, *(value for value in [next(words, None)] if value is not None)]
        elif word.startswith("--log-level="):
            ours.append(word)
        else:
            rest.append(word)
    return [*ours, *rest, *arguments[end:]]
