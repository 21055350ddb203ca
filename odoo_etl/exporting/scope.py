"""The columns of records, or of their lines, while a layout is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.exporting.layout import OutColumn
from odoo_etl.fieldtypes import TargetField
from odoo_etl.spec import FieldSpec


@dataclass
class Scope:
    """The fields that are read of one model, and the columns that are made of them.

    Args:
        model: of the records.
        exact: a column whose name is taken gets another one; else the first one stands for both.
        prefix: of lines, the way to them: `order_line.`.
        domain: which of the lines.
    """

    model: str
    exact: bool
    prefix: str = ""
    domain: list[Any] = field(default_factory=list)
    reads: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, OutColumn] = field(default_factory=dict)
    lines: dict[str, Scope] = field(default_factory=dict)

    def below(self, name: str, model: str) -> Scope:
        """The lines of a field; their columns share the names with those of their record."""
        made = Scope(model, self.exact, f"{self.prefix}{name}.", columns=self.columns)
        self.lines[name] = made
        return made

    def path(self, name: str) -> str:
        """A field with the way to it."""
        return f"{self.prefix}{name}"

    def read(self, path: str, **variant: str) -> str:
        """Have a path read, in a language or company; the column of the source with its values."""
        key = "@".join([path, *variant.values()])
        self.reads[key] = {"field": path, **variant} if variant else path
        return f"{self.prefix}{key}"

    def add(self, column: OutColumn, other: str) -> str:
        """Add a column; its name, which is `other` where its own is taken."""
        if column.name in self.columns:
            if not self.exact:
                return column.name
            column = replace(column, name=self._free(other))
        self.columns[column.name] = column
        return column.name

    def _free(self, name: str) -> str:
        number = 2
        found = name
        while found in self.columns:
            found, number = f"{name} {number}", number + 1
        return found

    def line_reads(self) -> dict[str, Any]:
        """The lines, as `lines` of an Odoo source."""
        return {
            name: {
                "fields": one.reads or {"id": "id"},
                **({"domain": one.domain} if one.domain else {}),
                **({"lines": inner} if (inner := one.line_reads()) else {}),
            }
            for name, one in self.lines.items()
        }


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field that a job maps.

    Attributes:
        scope: of its record or line.
    """

    scope: Scope
    name: str
    spec: FieldSpec
    target: TargetField

    @property
    def path(self) -> str:
        """The field with the way to it."""
        return self.scope.path(self.name)

    def columns(self) -> Iterator[str]:
        """The columns that its mapping names."""
        if self.spec.columns is not None:
            yield from self.spec.columns
        elif self.spec.column is not None:
            yield self.spec.column
