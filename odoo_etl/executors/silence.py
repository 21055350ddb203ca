"""Loggers of a library that says with tracebacks what it survives: silent while a run uses it, and only then."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def silenced(library: str) -> Iterator[None]:
    """Nothing of a library is logged meanwhile, but for what is critical; levels and handlers stay as they are.

    Runs side by side may each silence it: it is heard again when the last of them has ended.
    """

    def is_critical(record: logging.LogRecord) -> bool:  # one of its own for each run: each takes away what it brought
        return record.levelno >= logging.CRITICAL

    names = [name for name in logging.root.manager.loggerDict if name.startswith(f"{library}.")]
    loggers = [logging.getLogger(name) for name in (library, *names)]
    with ExitStack() as stack:
        # Filters of loggers are not inherited: those that come later are silenced where they are written.
        for one in (*loggers, *loggers[0].handlers):
            one.addFilter(is_critical)
            stack.callback(one.removeFilter, is_critical)
        yield
