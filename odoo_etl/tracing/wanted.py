"""Whether spans are wanted: by the standard variables of OpenTelemetry, and no others. Loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXPORTER: Final = "OTEL_TRACES_EXPORTER"
NONE, OTLP, CONSOLE = "none", "otlp", "console"
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def exporter_wanted(environ: Mapping[str, str]) -> str:
    """The exporter that spans go to: `otlp`, `console`, or what else is asked for; "" where none is."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return ""
    named = environ.get(EXPORTER, "").strip().lower()
    if named:
        return "" if named == NONE else named
    return OTLP if any(environ.get(name) for name in _ENDPOINTS) else ""
