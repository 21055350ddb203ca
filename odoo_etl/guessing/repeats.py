"""Rows of several lines of one record: the column that tells the records, and the columns that are of the lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.guessing.columns import Column

_LEAST_SHARE: Final = 0.3  # of rows that share their record with others
_LEAST_TOGETHER: Final = 0.7  # of records whose rows follow each other


@dataclass(frozen=True, slots=True)
class Repeats:
    """How rows belong together.

    Attributes:
        key: the column that is equal in the rows of a record.
        varying: the columns that differ among the rows of some record.
    """

    key: str
    varying: frozenset[str]


def repeats_of(key: Column, columns: Collection[Column]) -> Repeats | None:
    """How the rows with equal cells in a column belong together; None where each row is a record.

    Rows of a record stand together, and differ somewhere; else they are the same record, twice.
    """
    places: dict[Any, list[int]] = defaultdict(list)
    for at, cell in enumerate(key.cells):
        if cell not in (None, ""):
            places[cell].append(at)
    several = [some for some in places.values() if len(some) > 1]
    together = [some for some in several if some[-1] - some[0] == len(some) - 1]
    if sum(map(len, several)) < _LEAST_SHARE * len(key.cells) or len(together) < _LEAST_TOGETHER * len(several):
        return None
    varying = frozenset(one.name for one in columns if any(_differs(one.cells, some) for some in several))
    return Repeats(key.name, varying) if varying else None


def _differs(cells: Sequence[Any], places: Sequence[int]) -> bool:
    return len({cells[at] for at in places}) > 1
