"""The policy of a mirror for records that it wrote and that the source no longer has."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import FieldName, Percent, Whole


class SetPolicy(SpecModel):
    """Write these values to the records."""

    set: dict[FieldName, Any] = Field(min_length=1, description="Field to value, for example {sale_ok: false}.")


class VanishLimit(SpecModel):
    """More removals than this stop the job before the first one."""

    count: Whole | None = Field(default=None, ge=0, description="How many records.")
    percent: Percent | None = Field(
        default=None,
        description="Which share of the records that the job knows. Default: 30, from 10 known records on.",
    )


def _policy_form(value: Any) -> str:
    return "(set)" if isinstance(value, (dict, SetPolicy)) else "(name)"


Policy = Annotated[
    Annotated[Literal["report", "archive", "unlink"], Tag("(name)")] | Annotated[SetPolicy, Tag("(set)")],
    Discriminator(_policy_form),
]


class VanishSpec(SpecModel):
    """The policy for records that vanished from the source."""

    policy: Policy = Field(
        default="archive", description="report, archive, unlink, or {set: {field: value}}; only records this job wrote."
    )
    max: VanishLimit = Field(default=VanishLimit(), description="The safety limit of removals.")
    max_shrink: Percent = Field(
        default=50.0,
        description="A source that lost a larger share of its rows since the last run stops the job before any write.",
    )
