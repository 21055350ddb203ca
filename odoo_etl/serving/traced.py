"""Spans of slots, where the variables of OpenTelemetry ask for them; else nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from odoo_etl.serving.parts import News, Tell
from odoo_etl.tracing.wanted import exporter_wanted


@contextmanager
def slots_traced(environ: Mapping[str, str], tell: Tell) -> Iterator[Tell]:
    """Tells as `tell` does, and makes a span of each slot that ends."""
    wanted = exporter_wanted(environ)
    if not wanted:
        yield tell
        return
    try:
        from odoo_etl.tracing import NoTracing, SlotIds, SlotSpans, open_tracing
    except ImportError as error:
        why = f"spans are wanted, and {error.name} is not installed: pip install 'odoo-etl[otel]'"
        tell(News("warning", "no_spans", why))
        yield tell
        return
    ids = SlotIds()
    try:
        tracing = open_tracing(wanted, environ, ids)
    except NoTracing as error:
        tell(News("warning", "no_spans", str(error)))
        yield tell
        return
    spans = SlotSpans(tracing.tracer, ids)

    def both(news: News) -> None:
        tell(news)
        spans.hear(news.event, news.known)

    try:
        yield both
    finally:
        tracing.close()
