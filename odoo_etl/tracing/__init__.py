"""OpenTelemetry spans of a run: run, job, batch, call.

Whether they are wanted says `wanted`, which loads nothing. The names below need the extra `otel`: they are loaded when
they are first asked for, and an ImportError says that it is not there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_etl.tracing.provider import NoTracing, Tracing, open_tracing
    from odoo_etl.tracing.slots import SlotIds, SlotSpans
    from odoo_etl.tracing.spans import Spans

__all__ = ["NoTracing", "SlotIds", "SlotSpans", "Spans", "Tracing", "open_tracing"]

_MODULES = {
    **dict.fromkeys(("NoTracing", "Tracing", "open_tracing"), "odoo_etl.tracing.provider"),
    **dict.fromkeys(("SlotIds", "SlotSpans"), "odoo_etl.tracing.slots"),
    "Spans": "odoo_etl.tracing.spans",
}


def __getattr__(name: str) -> Any:
    """A name of the extra. Raises ImportError: it is not installed."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
