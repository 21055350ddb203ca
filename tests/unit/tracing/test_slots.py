"""Spans of slots, and the names by which their runs join them."""

from __future__ import annotations

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from odoo_etl.tracing import SlotIds, SlotSpans
from odoo_etl.tracing.slot_names import slot_variables

ON = {"OTEL_TRACES_EXPORTER": "otlp"}
DUE = "2026-03-29T02:00:00+02:00"


def test_runs_of_a_slot_are_below_its_span():
    """Also those that another server began: the names follow from the slot."""
    exporter, ids = InMemorySpanExporter(), SlotIds()
    provider = TracerProvider(shutdown_on_exit=False, id_generator=ids)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    moments = iter(range(100, 200, 10))
    spans = SlotSpans(provider.get_tracer("test"), ids, lambda: next(moments))
    slot = {"schedule": "nightly", "due": DUE}
    for event in ("attempt_began", "run_began", "attempt_ended", "attempt_began"):
        spans.hear(event, slot)
    spans.hear("slot_ended", {**slot, "exit_code": 1})
    spans.hear("slot_ended", {**slot, "schedule": "other", "exit_code": 0})
    first, second = exporter.get_finished_spans()
    carrier = {"traceparent": slot_variables(ON, "nightly", DUE)["TRACEPARENT"]}
    told = get_current_span(TraceContextTextMapPropagator().extract(carrier, Context())).get_span_context()
    assert (first.context.trace_id, first.context.span_id) == (told.trace_id, told.span_id)
    assert (first.name, first.parent, first.start_time, first.end_time) == ("slot", None, 100, 110)
    assert (first.status.is_ok, first.attributes["odoo_etl.schedule"]) == (False, "nightly")
    assert second.context.trace_id != first.context.trace_id


def test_runs_are_told_of_a_slot_only_where_spans_are_wanted():
    """And where the server itself is below no other span."""
    assert slot_variables({}, "nightly", DUE) == {}
    assert slot_variables({**ON, "TRACEPARENT": "00-1-2-01"}, "nightly", DUE) == {}
    assert slot_variables(ON, "nightly", DUE) == slot_variables(ON, "nightly", DUE)
