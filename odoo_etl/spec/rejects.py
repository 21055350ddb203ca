"""The file that keeps the rejected rows of a job."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from odoo_etl.spec.base import SpecModel


class RejectsSpec(SpecModel):
    """The key `rejects` of a job."""

    format: Literal["csv", "xlsx"] = Field(
        default="csv",
        description="csv: with the delimiter and encoding of the source, so that a spreadsheet opens it as it opens"
        " that; xlsx: a workbook whose flawed cells are marked.",
    )
