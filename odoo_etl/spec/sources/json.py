"""JSON as a source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from odoo_etl.spec.sources.nested_file import NestedFile
from odoo_etl.spec.sources.text_keys import TextKeys


class JsonSource(NestedFile, TextKeys):
    """JSON documents. Whole numbers and decimals are exact; null, empty lists and empty objects are null."""

    type: Literal["json"]
    records: str | None = Field(
        default=None,
        min_length=1,
        description="Where the list of records lies, as in data.items; `.` where a document is one record. Without it:"
        " the document itself, or the only list of objects in it.",
    )


class JsonLinesSource(NestedFile, TextKeys):
    """JSON Lines: an object a line. A line that is none is a reject."""

    type: Literal["jsonl"]
