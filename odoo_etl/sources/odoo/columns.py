"""The columns of a source, each with what it takes: fields of the model, in whichever language or company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from odoo_etl.sources.odoo.branches import Branch, Cells, Fetched, cells_of
from odoo_etl.sources.odoo.fields import Models, Place
from odoo_etl.spec import OdooField


class Variant(NamedTuple):
    """The language and company that values are read in; "" for those of the source."""

    lang: str = ""
    company: str = ""


OWN = Variant()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of records of one model.

    Attributes:
        branches: what is read, by language and company; those of the source are always there.
        cells: column to what takes its cells, and out of which branch; None for one that the server's version lacks.
    """

    branches: Mapping[Variant, Branch]
    cells: Mapping[str, tuple[Variant, Cells] | None]

    def table(self, ids: Sequence[int], fetched: Mapping[Variant, Fetched]) -> tuple[list[int], dict[str, list[Any]]]:
        """The records that are there, and their cells by column."""
        there = [one for one in ids if all(one in some.records for some in fetched.values())]
        return there, {name: self._column(taken, there, fetched) for name, taken in self.cells.items()}

    def _column(
        self, taken: tuple[Variant, Cells] | None, ids: Sequence[int], fetched: Mapping[Variant, Fetched]
    ) -> list[Any]:
        if taken is None:
            return [None] * len(ids)
        variant, cells = taken
        page = fetched[variant]
        return cells([page.records[one] for one in ids], page)


def columns_of(
    model: str, fields: Mapping[str, tuple[OdooField, ...]], models: Models, major: int, at: Place
) -> Columns:
    """The columns, and the branches that they are taken out of.

    Args:
        fields: column to its field, or to those of which the first that fits the version counts.
        major: the version of the server.
        at: where the job has the columns.

    Raises:
        SourceError: a field or model that the server lacks, a path that leads nowhere.
    """
    branches = {OWN: Branch(model)}
    cells: dict[str, tuple[Variant, Cells] | None] = {}
    for column, ways in fields.items():
        chosen = next((way for way in ways if way.is_in(major)), None)
        if chosen is None:
            cells[column] = None
            continue
        variant = Variant(chosen.lang or "", chosen.company or "")
        branch = branches.setdefault(variant, Branch(model))
        cells[column] = (variant, cells_of(chosen.field, branch, models, (*at, column)))
    return Columns(branches, cells)
