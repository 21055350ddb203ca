"""How long faults that pass are waited out."""

from __future__ import annotations

from pydantic import Field

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import Duration, Whole


class RetrySpec(SpecModel):
    """How long a transient fault is waited out. Durations are seconds."""

    attempts: Whole = Field(default=6, ge=1, le=100, description="How often a call is delivered at most.")
    max_wait: Duration = Field(default=60.0, description="The longest wait between two attempts.")
    deadline: Duration = Field(default=900.0, description="How long a server that is away is waited for.")
