"""The log of the command line: what is sent, retried and waited for, on stderr; never a value."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from itertools import pairwise

from odoo_etl.cli._voice import voice
from odoo_etl.text import printable, redacted, secrets_in_use

VALUED = {"--log-level", "--log-format"}  # options of the program that have a value
FLAGS = {"--quiet", "-q"}


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
            sys.stderr.write(f"{self._line(record)}\n")
            sys.stderr.flush()
        except OSError:
            return  # nobody can read it; the work goes on

    def _line(self, record: logging.LogRecord) -> str:
        if not voice().objects:
            return printable(redacted(self.format(record), secrets_in_use()))
        from odoo_etl.reporting.live import as_object

        why = {"traceback": logging.Formatter().formatException(record.exc_info)} if record.exc_info else {}
        return as_object(record.levelname.lower(), "log", logger=record.name, text=record.getMessage(), **why)


def set_up(level: LogLevel) -> None:
    """Let only this package speak: what urllib3 and SQLAlchemy would log holds headers, URLs and parameters."""
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("odoo_etl")
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(level.upper())
    logging.getLogger().addHandler(logging.NullHandler())


def wants_objects(arguments: list[str]) -> bool:
    """Whether the command line asks for JSON on stderr, be the rest of it right or wrong."""
    return "--log-format=json" in arguments or ("--log-format", "json") in pairwise(arguments)


def in_front(arguments: list[str]) -> list[str]:
    """The command line with the options of the program before the verb, wherever they stand before a `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    ours: list[str] = []
    rest: list[str] = []
    words = iter(arguments[:end])
    for word in words:
        if word in VALUED:
            ours += [word, *(value for value in [next(words, None)] if value is not None)]
        elif word in FLAGS or word.partition("=")[0] in VALUED:
            ours.append(word)
        else:
            rest.append(word)
    return [*ours, *rest, *arguments[end:]]
