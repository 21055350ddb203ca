"""XML as a source."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from odoo_etl.spec.sources.nested_file import NestedFile

_PLACE = re.compile(r"(?:\{[^{}]*\})?[^/{}@\s]+(?:/(?:\{[^{}]*\})?[^/{}@\s]+)*")


class XmlSource(NestedFile):
    """Elements of XML files. Every cell is text without outer blanks; what is empty is null."""

    type: Literal["xml"]
    records: str | None = Field(
        default=None,
        min_length=1,
        description="The elements that are the records, by the names of those that they stand in: orders/order. Without"
        " it: the elements in the root that are all called alike.",
    )

    @field_validator("records")
    @classmethod
    def _names(cls, records: str | None) -> str | None:
        """Refuse what is no way of names."""
        if records is not None and not _PLACE.fullmatch(records):
            raise ValueError(f"{records!r} is no way of names of elements; for example orders/order")
        return records
