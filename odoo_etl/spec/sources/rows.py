"""The keys that say which rows of a source are the job's, and how they are named: the same for every kind of source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema
from pydantic.functional_validators import BeforeValidator

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.origins import ExpressionText
from odoo_etl.spec.value_kinds import invalid, one_or_many

Name = Annotated[str, Field(min_length=1)]


class ExplodeSpec(SpecModel):
    """One row for each value of a cell, or for each item of a list."""

    column: Name = Field(description="The column whose cells hold several values, or the list in nested records.")
    split: str | None = Field(
        default=None,
        min_length=1,
        description='The text between the values; a value in quotes may hold it: "Salt | Pepper"|Sugar.',
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Quotes have a meaning of their own."""
        if isinstance(split := data.get("split"), str) and '"' in split:
            yield Issue("`split` holds a quote, which keeps a value together", ("split",))


def _distinct(value: Any) -> Any:
    """The columns that are compared; none of them is nothing to compare, true is all."""
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if isinstance(value, bool):
        return value
    names = one_or_many(value)
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) and name for name in names):
        raise invalid("must be true, a column or a list of columns")
    return tuple(names)


Distinct = Annotated[
    bool | tuple[str, ...],
    BeforeValidator(_distinct),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "boolean"},
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ]
        }
    ),
]


class RowShape(SpecModel):
    """Rows as the job sees them. The keys take effect in the order in which they stand here."""

    rename: dict[Name, Name] = Field(
        default={}, description="New name to the name that a column has in the source; all other keys use the new one."
    )
    where: ExpressionText | None = Field(
        default=None,
        description="An expression over the row, as in expr of a field: rows for which it is not true are left out.",
    )
    explode: ExplodeSpec | None = Field(default=None, description="One row for each value of a cell.")
    distinct: Distinct = Field(
        default=False, description="Of rows that are equal in these columns (true: in all), the first stands."
    )

    @property
    def shape(self) -> RowShape:
        """The keys that are left to be applied to the rows of the source."""
        return self

    @property
    def shares_lines(self) -> bool:
        """Whether several rows may stand in one line."""
        return self.explode is not None

    @property
    def shapes_rows(self) -> bool:
        """Whether the rows of the job are other ones than those of its source."""
        return bool(self.rename or self.where or self.explode or self.distinct)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A column gets one new name."""
        yield from super().issues(data)
        rename = data.get("rename")
        if isinstance(rename, Mapping):
            counted = Counter(old for old in rename.values() if isinstance(old, str))
            for old in (old for old, count in counted.items() if count > 1):
                yield Issue(f"`rename` gives the column {old!r} more than one name", ("rename",))
