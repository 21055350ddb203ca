"""Spans of slots: each is made when its slot ends, under the name that its runs were told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from opentelemetry.context import Context
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import StatusCode, Tracer

from odoo_etl.tracing.slot_names import slot_ids

_WELL = (0, 3)


class SlotIds(IdGenerator):
    """Names the next span as its slot is named."""

    def __init__(self) -> None:
        self.trace, self.span = 0, 0

    def generate_trace_id(self) -> int:
        """Of the slot."""
        return self.trace

    def generate_span_id(self) -> int:
        """Of the slot."""
        return self.span


class SlotSpans:
    """Makes a span of each slot that a server tells of; one thread at a time.

    Args:
        tracer: begins spans, whose names are those of `ids`.
        now_ns: nanoseconds since 1970.
    """

    def __init__(self, tracer: Tracer, ids: SlotIds, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._tracer, self._ids, self._now_ns = tracer, ids, now_ns
        self._began: dict[tuple[str, str], int] = {}

    def hear(self, event: str, known: Mapping[str, object]) -> None:
        """Hear of an event of a slot; others are passed over."""
        slot = str(known.get("schedule", "")), str(known.get("due", ""))
        if event == "attempt_began" and slot not in self._began:
            self._began[slot] = self._now_ns()
        elif event == "slot_ended":
            self._make(slot, known)

    def _make(self, slot: tuple[str, str], known: Mapping[str, object]) -> None:
        (self._ids.trace, self._ids.span), code = slot_ids(*slot), known.get("exit_code")
        attributes = {"odoo_etl.schedule": slot[0], "odoo_etl.due": slot[1]}
        span = self._tracer.start_span("slot", Context(), attributes=attributes, start_time=self._began.pop(slot, None))
        if isinstance(code, int):
            span.set_attribute("odoo_etl.exit_code", code)
        if code not in _WELL:
            span.set_status(StatusCode.ERROR)
        span.end(self._now_ns())
