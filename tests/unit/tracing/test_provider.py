"""OpenTelemetry as its variables set it up."""

from __future__ import annotations

import threading
import time

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SpanExportResult

from odoo_etl.tracing import NoTracing, Tracing, open_tracing
from odoo_etl.tracing.provider import _resource


class Exporter:
    """Takes spans, or does not."""

    def __init__(self, result=SpanExportResult.SUCCESS, gate=None):
        self.result, self.gate, self.taken = result, gate, []

    def export(self, spans):
        """Some spans."""
        if self.gate is not None:
            self.gate.wait(30)
        self.taken += [one.name for one in spans]
        return self.result

    def shutdown(self):
        """No more."""


def test_all_that_is_left_is_sent_at_the_end():
    """In a few batches."""
    exporter = Exporter()
    tracing = Tracing(exporter, {})
    for number in range(3):
        tracing.tracer.start_span(str(number)).end()
    assert tracing.close() == ""
    assert sorted(exporter.taken) == ["0", "1", "2"]


def test_a_collector_that_refuses_is_told_of():
    """With how many spans are lost."""
    tracing = Tracing(Exporter(SpanExportResult.FAILURE), {})
    tracing.tracer.start_span("x").end()
    assert tracing.close() == "1 spans were not taken by the collector, and are lost"


def test_a_collector_that_hangs_holds_up_nobody():
    """For longer than it is given."""
    gate = threading.Event()
    tracing = Tracing(Exporter(gate=gate), {})
    tracing.tracer.start_span("x").end()
    began = time.monotonic()
    assert "within 0.1 s" in tracing.close(0.1)
    assert time.monotonic() - began < 5
    gate.set()


def test_whoever_calls_us_keeps_their_own_provider():
    """Ours is not the one of the process."""
    before = trace.get_tracer_provider()
    Tracing(Exporter(), {}).close()
    assert trace.get_tracer_provider() is before


def test_the_service_has_a_name(monkeypatch):
    """The standard variables win."""
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    monkeypatch.delenv("OTEL_RESOURCE_ATTRIBUTES", raising=False)
    assert _resource().attributes["service.name"] == "odoo-etl"
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=nightly,deployment.environment=prod")
    known = _resource().attributes
    assert (known["service.name"], known["deployment.environment"]) == ("nightly", "prod")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "other")
    assert _resource().attributes["service.name"] == "other"


def test_an_exporter_that_is_not_there_is_told():
    """With those that are."""
    with pytest.raises(NoTracing, match=r"OTEL_TRACES_EXPORTER=zipkin.*otlp, console, none"):
        open_tracing("zipkin", {})
