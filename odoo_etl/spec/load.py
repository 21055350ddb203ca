"""How records are written: chunks, lanes, retries and the limit of rejects."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.retry import RetrySpec
from odoo_etl.spec.value_kinds import Duration, FieldNames, RejectLimit, Whole


class LoadSpec(SpecModel):
    """How records are written."""

    chunk_size: Whole = Field(
        default=1000, ge=1, le=100_000, description="Rows read, resolved and written at once, at most."
    )
    call_time: Duration = Field(
        default=4.0,
        gt=0,
        description="What one write should take at most; after slower ones the next carry fewer records.",
    )
    concurrency: Whole = Field(default=1, ge=1, le=64, description="Lanes that write side by side.")
    compare: Literal["server", "ledger", "auto"] = Field(
        default="server",
        description="How to find what differs: read every value from Odoo; or only of records that were written since a"
        " run found them equal, by write_date; or the latter where it pays (20 fields or more, or HTML).",
    )
    max_rejects: RejectLimit | None = Field(
        default=None, description="More rejects than this stop the run: a number of rows, or 2%. None: no limit."
    )
    settle: Duration = Field(
        default=130.0,
        description="How long after it was sent a call without an answer may still land; above the server's own limit.",
    )
    together: FieldNames = Field(
        default=(),
        description="Rows with equal values in these fields are one group: written in one transaction, or rejected, all"
        " of them.",
    )
    breaker: Whole = Field(default=3, ge=1, description="So many chunks in a row that failed stop the job.")
    retry: RetrySpec = Field(default=RetrySpec(), description="How long transient faults are waited out.")

    def over(self, defaults: LoadSpec) -> LoadSpec:
        """The settings that are given here, and `defaults` for the rest."""
        retry = defaults.retry.model_copy(update=_given(self.retry))
        return defaults.model_copy(update={**_given(self), "retry": retry})


def _given(model: SpecModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in model.model_fields_set}
