"""The columns of an export: what is read for each, and which kind of cells it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from odoo_etl.fieldtypes import FieldType
from odoo_etl.sources import Chunk

Make = Callable[..., Any]  # from the cells of its inputs, in order, to its cell

SOURCE_ID: Final = "(id)"  # the column of the source with the id of each record; no field has such a name


class Kind(StrEnum):
    """The kind of the cells of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class OutColumn:
    """One column of the file or table.

    Attributes:
        name: in its header.
        kind: of its cells, empty ones aside.
        inputs: the columns of the source that it is made of.
        make: how; None for the only input as it is.
    """

    name: str
    kind: Kind
    inputs: tuple[str, ...]
    make: Make | None = None

    def cells(self, chunk: Chunk) -> Sequence[Any]:
        """Its cells of some rows. Raises whatever `make` does."""
        given = [chunk.columns[name] for name in self.inputs]
        return given[0] if self.make is None else [self.make(*cells) for cells in zip(*given, strict=True)]


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields that are read of a model, and the columns that they become.

    Attributes:
        reads: column of the source to the path that it holds, as `fields` of an Odoo source.
        columns: of the file or table.
        lines: field to its lines, as `lines` of an Odoo source.
        contents: columns of the source with contents of files.
        notes: what a person should know of it.
        counted: the same, of what was met while rows were read.
    """

    reads: Mapping[str, Any]
    columns: tuple[OutColumn, ...]
    lines: Mapping[str, Any] = field(default_factory=dict)
    contents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    counted: Callable[[], Sequence[str]] = tuple

    def with_notes(self, notes: Sequence[str], counted: Callable[[], Sequence[str]] = tuple) -> Layout:
        """The same, with what a person should know."""
        return replace(self, notes=tuple(notes), counted=counted)

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(one.name for one in self.columns)


def kind_of(kind: FieldType) -> Kind:
    """The kind of cells that values of a type of fields make."""
    tested: tuple[tuple[Kind, bool], ...] = (
        (Kind.TEXT, kind.names_model or kind.is_text or kind.is_markup or kind.is_file),
        (Kind.BOOLEAN, kind.false_is_a_value),
        (Kind.DATETIME, kind.is_moment and kind.has_time),
        (Kind.DATE, kind.is_moment),
        (Kind.INTEGER, (kind.is_number and kind.is_exact) or kind.is_one_record or kind.any_model),
        (Kind.NUMBER, kind.is_number),
        (Kind.LIST, kind.is_many),
    )
    return next((name for name, fits in tested if fits), Kind.JSON)
