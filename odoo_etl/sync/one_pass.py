"""One look at records of a batch: where its outcome goes, and what becomes of what Odoo refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from odoo_etl.mapping import Reject
from odoo_etl.sync.counts import BatchProgress
from odoo_etl.sync.outcome import Outcome, Refusal


def now(_: Refusal) -> bool:
    """False for every refusal: it gets its verdict now."""
    return False


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at records of a batch.

    Attributes:
        outcome: takes what became of the records.
        reject: takes the rows that cannot land.
        last: all rows are written: nothing waits for others any longer.
        own: the run created these records itself, as far as it could then.
        keep: takes what Odoo refuses and is tried again; False where it must have its verdict now.
    """

    progress: BatchProgress
    chunk: int
    outcome: Outcome
    reject: Callable[[Sequence[Reject]], None]
    last: bool = False
    own: bool = False
    keep: Callable[[Refusal], bool] = now
