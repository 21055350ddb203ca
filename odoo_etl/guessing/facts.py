"""The start of a guess: the table with its columns, and the model with its fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.guessing.columns import Column, column_of
from odoo_etl.guessing.headers import heading_of, meanings_of, owned_by
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.tables import Table

_SURELY: Final = 0.9

FieldPath = str  # `name`, or `order_line.product_id` of lines


@dataclass(frozen=True)
class Facts:
    """The table and the model.

    Attributes:
        columns: by name, in the order of the file.
        given: fields of the model that new records get a value for by themselves.
    """

    table: Table
    model: str
    models: Models
    columns: Mapping[str, Column]
    given: Collection[str] = ()

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        source = self.table.source
        return Path(str(source.get("path") or source["url"].removeprefix("sqlite:///"))).parent

    def open_fields(self, model: str, without: str = "") -> dict[str, ModelField]:
        """The fields of a model that columns may be for, lines aside."""
        fields = self.models.fields(model)
        return {name: one for name, one in fields.items() if one.is_open and not one.type.is_lines and name != without}

    def is_number(self, name: str) -> bool:
        """Whether a header speaks of the number of a record of the model."""
        core = heading_of(name).core
        owned = [one.rest for one in owned_by(core) if self.model in one.entity.models]
        meant = [found for word in (core, *owned) for found in meanings_of(word)]
        return any(concept.name in {"number", "code"} and score > _SURELY for concept, score, _ in meant)

    def is_in_each_row(self, column: Column) -> bool:
        """Whether each row has a value of its own there."""
        return column.is_unique and column.filled == self.table.rows


def facts_of(table: Table, model: str, models: Models, given: Collection[str]) -> Facts:
    """The facts before anything is guessed. Raises UsageError where there is no such model."""
    models.existing(model)
    return Facts(table, model, models, {column.name: column for column in _columns(table)}, given)


def _columns(table: Table) -> Sequence[Column]:
    """The columns of a table; dates that may be either follow those that cannot."""
    columns = [column_of(name, cells) for name, cells in table.columns.items()]
    decided = [one.day.keys.get("format", "") for one in columns if one.day and not one.day.doubt]
    month_first = any(pattern.startswith(("%m/", "%m-")) for pattern in decided)
    if not month_first or any(pattern.startswith("%d") for pattern in decided):
        return columns
    return [column_of(one.name, one.cells, day_first=False) if one.day and one.day.doubt else one for one in columns]
