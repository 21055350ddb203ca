"""The keys that every kind of source has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.rows import RowShape
from odoo_etl.spec.value_kinds import Whole


class SourceKeys(RowShape):
    """The keys that every kind of source has."""

    min_rows: Whole = Field(
        default=0, ge=0, description="Fewer rows than this stop the run before any write; filtered ones do not count."
    )

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return set()

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A source that leaves out what it knows cannot promise a number of rows."""
        yield from super().issues(data)
        for name in ("incremental", "only_new"):
            if data.get(name) not in (None, False, "false") and data.get("min_rows") not in (None, 0, "0"):
                yield Issue(f"`min_rows` counts all rows, but with `{name}` only changed ones are read", ("min_rows",))
