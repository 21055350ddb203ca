"""OpenTelemetry as its variables set it up: a provider of our own, which whoever calls us as a library does not see."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from odoo_etl.tracing.wanted import CONSOLE, EXPORTER, OTLP

FLUSH_S: Final = 5.0  # at the end of a run, at most: a collector that is away holds up nobody for longer
SERVICE: Final = "odoo-etl"


class NoTracing(Exception):
    """Spans are wanted, and cannot be had; the message says why, and what would help."""


class Tracing:
    """Where the spans of this process go.

    Args:
        exporter: sends them.
        environ: `TRACEPARENT` there is the span that ours are below.
        ids: names spans; by default they are random.

    Attributes:
        tracer: begins spans.
        parent: the context of that span.
    """

    def __init__(self, exporter: SpanExporter, environ: Mapping[str, str], ids: IdGenerator | None = None) -> None:
        self._counted = _Counted(exporter)
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False, id_generator=ids)
        self._provider.add_span_processor(BatchSpanProcessor(self._counted))
        self.tracer: Tracer = self._provider.get_tracer("odoo_etl", version("odoo-etl"))
        carrier = {name: environ[name.upper()] for name in ("traceparent", "tracestate") if environ.get(name.upper())}
        self.parent: Context = TraceContextTextMapPropagator().extract(carrier, Context())

    def close(self, within_s: float = FLUSH_S) -> str:
        """Send what is left, for so many seconds at most; how many spans were not taken, in a sentence, or ""."""
        ending = threading.Thread(target=self._provider.shutdown, name="spans", daemon=True)
        ending.start()
        ending.join(within_s)
        if ending.is_alive():
            return f"the collector of spans did not take them within {within_s:g} s: the rest is lost"
        lost = self._counted.lost
        return f"{lost} spans were not taken by the collector, and are lost" if lost else ""


class _Counted(SpanExporter):
    """Counts the spans that are not taken."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter, self.lost = exporter, 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send some."""
        try:
            result = self._exporter.export(spans)
        except BaseException:
            self.lost += len(spans)
            raise
        if result is not SpanExportResult.SUCCESS:
            self.lost += len(spans)
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()


def open_tracing(wanted: str, environ: Mapping[str, str], ids: IdGenerator | None = None) -> Tracing:
    """A provider that sends spans to an exporter.

    Args:
        wanted: `otlp` or `console`.
        environ, ids: as `Tracing` has them.

    Raises:
        NoTracing: there is no such exporter, or OpenTelemetry does not take the value of another of its variables.
    """
    try:
        return Tracing(_exporter(wanted), environ, ids)
    except ValueError as error:
        raise NoTracing(f"spans are wanted, and OpenTelemetry refuses a variable: {error}") from error


def _exporter(wanted: str) -> SpanExporter:
    if wanted == CONSOLE:
        return ConsoleSpanExporter(out=sys.stderr)
    if wanted != OTLP:
        raise NoTracing(f"{EXPORTER}={wanted}: there is no such exporter here; allowed: otlp, console, none")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _resource() -> Resource:
    """OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win."""
    told = Resource.create({SERVICE_VERSION: version("odoo-etl")})
    named = str(told.attributes.get(SERVICE_NAME, ""))
    return told.merge(Resource({SERVICE_NAME: SERVICE})) if named.startswith("unknown_service") else told
