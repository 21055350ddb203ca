"""The spans of one part of a job, below the span of the job; nothing is loaded where nobody wants any."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from odoo_etl.observers import Observer
from odoo_etl.tracing.wanted import exporter_wanted

if TYPE_CHECKING:
    from odoo_etl.tracing import Tracing


class PartTraced:
    """The spans of a part.

    Args:
        trace: the span of the job; "" where its run has none.

    Attributes:
        observers: make them of what they hear; none where nobody wants any, or this machine has not what it takes.
    """

    def __init__(self, trace: str, part: str) -> None:
        self._tracing: Tracing | None = None
        self.observers: tuple[Observer, ...] = ()
        wanted = exporter_wanted(os.environ) if trace else ""
        if wanted:
            self._open(wanted, trace, part)

    def _open(self, wanted: str, trace: str, part: str) -> None:
        try:
            from odoo_etl.tracing import NoTracing, Spans, open_tracing
        except ImportError:  # the run says what it lacks itself; another machine's workers may have less
            return
        try:
            self._tracing = open_tracing(wanted, {"TRACEPARENT": trace})
        except NoTracing:
            return
        self.observers = (Spans(self._tracing.tracer, self._tracing.parent, part=part),)

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        if self._tracing is not None:
            self._tracing.close()
