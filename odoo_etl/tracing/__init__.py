"""OpenTelemetry spans of a run: run, job, batch, call. Loads the extra `otel`; whether it is wanted says `wanted`."""

from odoo_etl.tracing.provider import NoTracing, Tracing, open_tracing
from odoo_etl.tracing.slots import SlotIds, SlotSpans
from odoo_etl.tracing.spans import Spans

__all__ = ["NoTracing", "SlotIds", "SlotSpans", "Spans", "Tracing", "open_tracing"]
