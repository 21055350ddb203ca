"""Rows whose record was refused a step by a run that ended early: the run that goes on tries the step again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_etl.results import AFTER, STEP_UNKNOWN
from odoo_etl.state import ChunkEntry


def waits_for_steps(chunk: ChunkEntry) -> bool:
    """Whether rows of a chunk landed whose record waits for a step."""
    return any(map(_waits, chunk.rejects))


def with_steps_to_come(chunk: ChunkEntry) -> ChunkEntry:
    """The chunk with these rows as landed; they are rejects again where the step is refused again."""
    left = [row for row in chunk.rejects if not _waits(row)]
    rows = len(chunk.rejects) - len(left)
    counts = {"rejected": -rows, "unchanged": rows}
    summed = {name: chunk.counts.get(name, 0) + counts.get(name, 0) for name in chunk.counts | counts}
    return ChunkEntry(chunk.number, {name: count for name, count in summed.items() if count}, left)


def _waits(row: Mapping[str, Any]) -> bool:
    """Whether the step is tried again; not where nobody knows whether it was done."""
    return bool(row["stage"] == AFTER and row["code"] != STEP_UNKNOWN)
