"""Spans of a run, where the variables of OpenTelemetry ask for them; else nothing is loaded, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from odoo_etl.observers import GuardedObserver, Observer
from odoo_etl.tracing.wanted import exporter_wanted

if TYPE_CHECKING:
    from odoo_etl.tracing import Spans, Tracing

EXTRA = "pip install 'odoo-etl[otel]'"


class Traced:
    """The spans of one run.

    Args:
        environ: the variables of the process.
        note: is given one sentence where spans are wanted and cannot be had; the run is none the worse for it.

    Attributes:
        observers: make them of what they hear; none where nobody wants any.
    """

    def __init__(self, environ: Mapping[str, str], note: Callable[[str], object]) -> None:
        self._tracing: Tracing | None = None
        self._spans: Spans | None = None
        self.observers: tuple[Observer, ...] = ()
        if wanted := exporter_wanted(environ):
            self._open(wanted, environ, note)

    def _open(self, wanted: str, environ: Mapping[str, str], note: Callable[[str], object]) -> None:
        try:
            from odoo_etl.tracing import NoTracing, Spans, open_tracing
        except ImportError as error:
            note(f"spans are wanted, and {error.name} is not installed: {EXTRA}")
            return
        try:
            self._tracing = open_tracing(wanted, environ)
        except NoTracing as error:
            note(str(error))
            return
        self._spans = Spans(self._tracing.tracer, self._tracing.parent)
        self.observers = (GuardedObserver(self._spans, note),)

    def traceparent(self, job: str) -> str:
        """The span of a job as its workers are told of it; "" where there is none."""
        return self._spans.traceparent(job) if self._spans is not None else ""

    def close(self) -> str:
        """Send what is left, for some seconds at most; what was lost, in a sentence, or ""."""
        return self._tracing.close() if self._tracing is not None else ""
