"""Why rows are left alone: the mode of their job says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_etl.mapping import Flaw, Record, shown_parts
from odoo_etl.planning.changes import NoChange
from odoo_etl.spec import EXTERNAL_ID

REPEATED = Flaw(
    "plan", "repeated", "an earlier row with the same key makes the record, and mode create leaves it alone"
)


def absent(record: Record, key: Sequence[str]) -> Flaw:
    """The flaw of a row whose record Odoo lacks, and whose job creates none.

    Args:
        key: the fields that records are found by; none where it is the external id.
    """
    return Flaw("plan", "absent", f"no record in Odoo has {_named(record, key)}", ", ".join(key or (EXTERNAL_ID,)))


def why_skipped(kept: NoChange, key: Sequence[str]) -> Flaw:
    """Why the mode of a job leaves a record alone."""
    if kept.id is None:
        return absent(kept.record, key)
    reason = f"record {kept.id} in Odoo has {_named(kept.record, key)}, and mode create leaves it alone"
    return Flaw("plan", "exists", reason, ", ".join(key or (EXTERNAL_ID,)))


def _named(record: Record, key: Sequence[str]) -> str:
    """The key of a record as people read it."""
    return ", ".join(
        f"{name} = {value}" for name, value in zip(key or (EXTERNAL_ID,), shown_parts(record), strict=True)
    )
