"""The keys that every kind of source has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import Field

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.joins import Joins
from odoo_etl.spec.sources.rows import RowShape
from odoo_etl.spec.value_kinds import Whole


class SourceKeys(RowShape):
    """The keys that every kind of source has."""

    min_rows: Whole = Field(
        default=0, ge=0, description="Fewer rows than this stop the run before any write; filtered ones do not count."
    )

    join: Joins = Field(
        default=(), description="Other sources whose columns come beside its own; one, or several one after the other."
    )

    @property
    def shapes_rows(self) -> bool:
        """Whether the rows of the job are other ones than those of its source."""
        return bool(super().shapes_rows or self.join)

    @property
    def alone(self) -> Self:
        """The source without what is joined to it, and what may look at that."""
        shape = {"join": (), "where": None, "explode": None, "distinct": False}
        return self.model_copy(update=shape) if self.join else self

    @property
    def after_join(self) -> RowShape:
        """The keys that are left to be applied to rows that are joined."""
        return self.shape.model_copy(update={"rename": {}}) if self.join else self.shape

    @property
    def shares_lines(self) -> bool:
        """Whether several rows may stand in one line."""
        return super().shares_lines or any(one.several == "rows" for one in self.join)

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
