"""The keys of sources whose records are nested: JSON, XML, answers of web APIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.rows import Name, RowShape


class NestedKeys(SourceKeys):
    """The columns of nested records."""

    columns: tuple[Name, ...] | None = Field(
        default=None,
        min_length=1,
        description="The columns, as dotted paths; without it, all that any record has, for which all are read twice.",
    )

    @property
    def list_column(self) -> str:
        """The list of which each item is a row, as the source calls it; "" for none."""
        explode = self.explode
        return "" if explode is None or explode.split else self.rename.get(explode.column, explode.column)

    @property
    def shape(self) -> RowShape:
        """The keys that are left to be applied: the source itself takes lists apart."""
        return self.model_copy(update={"explode": None}) if self.list_column else self

    @property
    def shares_lines(self) -> bool:
        """All rows of a record stand in its line."""
        return True

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A column is named once."""
        yield from super().issues(data)
        columns = data.get("columns")
        if isinstance(columns, list | tuple):
            for name in {name for name in columns if isinstance(name, str) and columns.count(name) > 1}:
                yield Issue(f"`columns` names {name!r} more than once", ("columns",), "remove one of them")
