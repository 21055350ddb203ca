"""The result of a job as the ledger keeps it beside the counts, so that a run which goes on can tell it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from odoo_etl.results import (
    Discrepancies,
    Discrepancy,
    JobResult,
    LineCounts,
    RefusedRecord,
    Rewritten,
    VanishedRecords,
)

KEPT = ("duplicates", "reject_codes", "notes")


def stored_result(result: JobResult, columns: Sequence[str]) -> dict[str, Any]:
    """All of a result that is true of the job in whichever run it is told.

    Args:
        columns: of the job's source, which its rejected rows have.
    """
    plain = {name: getattr(result, name) for name in KEPT}
    vanished = None if result.vanished is None else asdict(result.vanished)
    return {
        **plain,
        "reasons": result.reasons,
        "lines": asdict(result.lines),
        "discrepancies": asdict(result.discrepancies),
        "vanished": vanished,
        "columns": list(columns),
    }


def restore_result(result: JobResult, stored: Mapping[str, Any]) -> None:
    """Tell again what `stored_result` kept; nothing, where an older version kept none."""
    if not stored:
        return
    for name in KEPT:
        setattr(result, name, stored[name])
    result.reasons = [(count, reason) for count, reason in stored["reasons"]]
    result.lines = LineCounts(**stored["lines"])
    result.discrepancies = _discrepancies(stored["discrepancies"])
    if (vanished := stored["vanished"]) is not None:
        result.vanished = _vanished(vanished)


def _discrepancies(stored: Mapping[str, Any]) -> Discrepancies:
    rewritten = {
        field: Rewritten(one["records"], Discrepancy(**one["example"])) for field, one in stored["rewritten"].items()
    }
    not_kept = tuple(Discrepancy(**one) for one in stored["not_kept"])
    return Discrepancies(rewritten, stored["not_kept_values"], not_kept)


def _vanished(stored: Mapping[str, Any]) -> VanishedRecords:
    first = None if stored["first"] is None else tuple(stored["first"])
    refused = tuple(RefusedRecord(**one) for one in stored["refused"])
    return VanishedRecords(**{**stored, "first": first, "refused": refused})
