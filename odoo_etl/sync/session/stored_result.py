"""The result of a job as the ledger keeps it beside the counts, so that a run which goes on can tell it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from odoo_etl.results import (
    DifferingRecord,
    Discrepancies,
    Discrepancy,
    Expectation,
    JobResult,
    LineCounts,
    RefusedRecord,
    RejectGroup,
    Rewritten,
    StepResult,
    VanishedRecords,
)


def stored_result(result: JobResult, columns: Sequence[str]) -> dict[str, Any]:
    """All of a result that is true of the job in whichever run it is told.

    Args:
        columns: of the job's source, which its rejected rows have.
    """
    return {
        "duplicates": result.duplicates,
        "reject_codes": dict(result.reject_codes),
        "notes": list(result.notes),
        "reasons": list(result.reasons),
        "reject_groups": [asdict(one) for one in result.reject_groups],
        "lines": asdict(result.lines),
        "changed_fields": dict(result.changed_fields),
        "discrepancies": asdict(result.discrepancies),
        "steps": [asdict(step) for step in result.steps],
        "vanished": None if result.vanished is None else asdict(result.vanished),
        "expectations": [asdict(one) for one in result.expectations],
        "success_file": result.success_file,
        "columns": list(columns),
    }


def counts_kept(result: JobResult) -> dict[str, int]:
    """The counts of a result as the ledger keeps them."""
    return {**asdict(result.counts), "held_back": result.held_back}


def restored(result: JobResult, stored: Mapping[str, Any]) -> JobResult:
    """The result with what `stored_result` kept; an older version kept nothing."""
    if not stored:
        return result
    return replace(
        result,
        duplicates=stored["duplicates"],
        reject_codes=stored["reject_codes"],
        notes=tuple(stored["notes"]),
        reasons=tuple([(count, reason) for count, reason in stored["reasons"]]),
        reject_groups=tuple([RejectGroup(**one) for one in stored.get("reject_groups", ())]),
        lines=LineCounts(**stored["lines"]),
        changed_fields=stored.get("changed_fields", {}),
        discrepancies=_discrepancies(stored["discrepancies"]),
        steps=tuple([StepResult(**step) for step in stored.get("steps", ())]),
        vanished=None if stored["vanished"] is None else _vanished(stored["vanished"]),
        expectations=tuple(map(_expectation, stored.get("expectations", ()))),
        success_file=stored.get("success_file", ""),
    )


def _expectation(stored: Mapping[str, Any]) -> Expectation:
    records = tuple([DifferingRecord(**one) for one in stored["records"]])
    return Expectation(**{**stored, "rows": tuple(stored["rows"]), "records": records})


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
