"""Rejected rows in a job's summary: how many by code, then by field and reason, each with an example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from odoo_etl.reporting.words import short, shown_path
from odoo_etl.results import JobResult, RejectGroup

SHOWN_GROUPS: Final = 10
LONGEST_REASON: Final = 160


def rejected_lines(result: JobResult) -> Iterator[str]:
    """The rejected rows of a job; nothing where there are none."""
    if not result.reject_codes:
        return
    codes = ", ".join(f"{count:,} {code}" for code, count in sorted(result.reject_codes.items()))
    where = f"; see {shown_path(Path(result.rejects_file))}" if result.rejects_file else ""
    yield f"  rejected: {codes}{where}"
    yield from map(_group, result.reject_groups[:SHOWN_GROUPS])
    if left := result.reject_groups[SHOWN_GROUPS:]:
        rows = sum(one.rows for one in left)
        yield f"    {len(left):,} more reasons in {_rows(rows)}: see reject_groups of run_results.json"


def _group(group: RejectGroup) -> str:
    """`email: bad_email: 12 rows, for example line 7: 'foo@' is no address`."""
    about = ": ".join(filter(None, (group.field, group.code or group.reason)))
    file = f" of {group.file}" if group.file else ""
    example = f", for example line {group.line}{file}: {short(group.example, LONGEST_REASON)}" if group.example else ""
    return f"    {about}: {_rows(group.rows)}{example}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
