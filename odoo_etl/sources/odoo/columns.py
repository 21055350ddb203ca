"""The columns of a source and those of its lines, each taken out of what is read in its language and company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from odoo_etl.errors import SourceError
from odoo_etl.sources.odoo.branches import Branch, Cells, Fetched, Wanted, cells_of
from odoo_etl.sources.odoo.fields import Models, Place
from odoo_etl.spec import OdooField, OdooLines


class Variant(NamedTuple):
    """The language and company that values are read in; "" for those of the source."""

    lang: str = ""
    company: str = ""


OWN = Variant()
Pages = Mapping[Variant, Fetched]
Row = dict[str, Any]


class Branches(Protocol):
    """The records of one place, each language and company of which is a branch of its own."""

    @property
    def model(self) -> str:
        """The model of the records."""
        ...

    def of(self, variant: Variant) -> Branch:
        """The branch of a language and company; it is read from now on."""
        ...


@dataclass(slots=True)
class Roots:
    """The branches of the records of the source themselves."""

    model: str
    branches: dict[Variant, Branch] = field(default_factory=dict)

    def of(self, variant: Variant) -> Branch:
        """The branch of a language and company, which is read from now on."""
        return self.branches.setdefault(variant, Branch(self.model))


@dataclass(frozen=True, slots=True)
class LineBranches:
    """The branches of lines: in those of the records that they belong to."""

    above: Branches
    name: str
    model: str
    domain: Sequence[Any]

    @property
    def key(self) -> str:
        """The key that they have there; that of a path over the same field is another one."""
        return f"{self.name}[]"

    def of(self, variant: Variant) -> Branch:
        """The branch of a language and company, which is read from now on."""
        branch = self.above.of(variant)
        branch.names[self.name] = None
        return branch.below.setdefault(self.key, Branch(self.model, self.name, self.domain))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of some records.

    Attributes:
        cells: column to what takes its cells, and out of which branch; None for one that the server's version lacks.
        lines: field to the columns of its lines.
    """

    cells: Mapping[str, tuple[Variant, Cells] | None]
    lines: Mapping[str, Lines]

    def table(self, ids: Sequence[int], pages: Pages) -> dict[str, list[Any]]:
        """The cells of records, by column."""
        return {name: _column(taken, ids, pages) for name, taken in self.cells.items()}

    def rows(self, ids: Sequence[int], pages: Pages) -> list[Row]:
        """Records as dicts of their cells and of lists of their lines."""
        table = self.table(ids, pages)
        rows = [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
        for name, lines in self.lines.items():
            for row, some in zip(rows, lines.rows(ids, pages), strict=True):
                row[name] = some
        return rows


@dataclass(frozen=True, slots=True)
class Lines:
    """The columns of lines of one field."""

    name: str
    key: str
    columns: Columns

    def rows(self, ids: Sequence[int], pages: Pages) -> list[list[Row]]:
        """The lines of each record."""
        inner = {variant: page.below[self.key] for variant, page in pages.items() if self.key in page.below}
        own = pages[OWN].records
        lists = [[one for one in own[each][self.name] or () if _is_there(one, inner)] for each in ids]
        made = iter(self.columns.rows([one for some in lists for one in some], inner))
        return [[next(made) for _ in some] for some in lists]


def there(ids: Sequence[int], pages: Pages) -> list[int]:
    """Those of the records that are still there."""
    return [one for one in ids if _is_there(one, pages)]


def _is_there(one: int, pages: Pages) -> bool:
    return all(one in page.records for page in pages.values())


def _column(taken: tuple[Variant, Cells] | None, ids: Sequence[int], pages: Pages) -> list[Any]:
    if taken is None:
        return [None] * len(ids)
    variant, cells = taken
    page = pages[variant]
    return cells([page.records[one] for one in ids], page)


class Planner:
    """Finds out what is to be read for columns.

    Args:
        major: the version of the server.
    """

    def __init__(self, models: Models, major: int) -> None:
        self._models, self._major = models, major

    def columns(
        self,
        branches: Branches,
        fields: Mapping[str, tuple[OdooField, ...]],
        lines: Mapping[str, OdooLines],
        above: Place,
    ) -> Columns:
        """The columns of records, whose branches are filled with what these take.

        Args:
            fields: column to its field, or to those of which the first that fits the version counts.
            above: where in the job these have their keys.

        Raises:
            SourceError: a field or model that the server lacks, a path that leads nowhere.
        """
        branches.of(OWN)
        cells = {name: self._cells(branches, ways, (*above, "fields", name)) for name, ways in fields.items()}
        inner = {name: self._lines(branches, name, one, (*above, "lines", name)) for name, one in lines.items()}
        return Columns(cells, inner)

    def _cells(self, branches: Branches, ways: Sequence[OdooField], at: Place) -> tuple[Variant, Cells] | None:
        chosen = next((way for way in ways if way.is_in(self._major)), None)
        if chosen is None:
            return None
        variant = Variant(chosen.lang or "", chosen.company or "")
        wanted = Wanted(chosen.field, at, chosen.labels or "")
        return variant, cells_of(wanted, branches.of(variant), self._models)

    def _lines(self, above: Branches, name: str, spec: OdooLines, at: Place) -> Lines:
        known = self._models.field(above.model, name, at)
        if not known.type.is_many:
            raise SourceError(f"`{name}` of {above.model} is {known.described}, which has no lines", at)
        branches = LineBranches(above, name, known.relation, spec.domain)
        return Lines(name, branches.key, self.columns(branches, spec.fields, spec.lines, at))
