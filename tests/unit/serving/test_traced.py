"""Slots as spans, and nothing where nobody wants any."""

from __future__ import annotations

import sys

from odoo_etl.serving.parts import News
from odoo_etl.serving.traced import slots_traced

ENDED = News("info", "slot_ended", "ended", {"schedule": "nightly", "due": "2026-03-29T02:00:00", "exit_code": 0})


def test_without_the_variables_nothing_is_made():
    """It is told as it is."""
    told = []
    with slots_traced({}, told.append) as tell:
        tell(ENDED)
        assert tell == told.append
    assert told == [ENDED]


def test_a_slot_becomes_a_span(capsys):
    """And is told all the same."""
    told = []
    with slots_traced({"OTEL_TRACES_EXPORTER": "console"}, told.append) as tell:
        tell(ENDED)
    assert told == [ENDED]
    assert '"name": "slot"' in capsys.readouterr().err


def test_what_is_missing_is_told(monkeypatch):
    """The server goes on without spans."""
    told = []
    with slots_traced({"OTEL_TRACES_EXPORTER": "zipkin"}, told.append) as tell:
        tell(ENDED)
    assert [one.event for one in told] == ["no_spans", "slot_ended"]
    for name in [name for name in sys.modules if name.startswith("odoo_etl.tracing.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "odoo_etl.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with slots_traced({"OTEL_TRACES_EXPORTER": "otlp"}, told.append):
        pass
    assert "odoo-etl[otel]" in told[-1].text
