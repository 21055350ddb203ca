"""The trace of a slot: its names follow from the slot, so that no server has to remember them. Loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from odoo_etl.tracing.wanted import exporter_wanted

PARENT = "TRACEPARENT"


def slot_ids(schedule: str, due: str) -> tuple[int, int]:
    """The trace of a slot, and its span in it."""
    digest = blake2b(f"{schedule} {due}".encode(), digest_size=24).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:])


def slot_variables(environ: Mapping[str, str], schedule: str, due: str) -> dict[str, str]:
    """The variables by which the runs of a slot join its trace; none where nobody wants spans, or all have one."""
    if not exporter_wanted(environ) or environ.get(PARENT):
        return {}
    trace, span = slot_ids(schedule, due)
    return {PARENT: f"00-{trace:032x}-{span:016x}-01"}
