"""How much each column may be each field, and the assignment that is best for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from odoo_etl.guessing.assignment import best_assignment
from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.evidence import NOTHING, Evidence, evidence_for
from odoo_etl.guessing.facts import Facts, FieldPath
from odoo_etl.guessing.models import ModelField
from odoo_etl.guessing.words import known_words

PROPOSED: Final = 0.45  # from here on a field is named
SURE: Final = 0.62  # from here on it is mapped
_NOTICED: Final = 0.3
_LATER: Final = 0.0003

Scores = dict[str, dict[FieldPath, Evidence]]


def scores_of(
    columns: Iterable[Column], fields: Mapping[str, ModelField], taken: Collection[FieldPath] = (), prefix: str = ""
) -> Scores:
    """By column, the fields that something speaks for.

    Args:
        taken: fields that other columns have already.
        prefix: of the fields' paths: `order_line.` of lines.
    """
    found: Scores = {}
    for at, column in enumerate(columns):
        first = 1 - at * _LATER  # what identifies a record mostly stands first
        every = {
            f"{prefix}{name}": evidence_for(column, field, fields.keys()).times(first) for name, field in fields.items()
        }
        found[column.name] = {path: one for path, one in every.items() if one.score > _NOTICED and path not in taken}
    return found


def best(scores: Scores) -> dict[str, FieldPath]:
    """Each column's field, each field once, so that the sum is the greatest."""
    paths = sorted({path for some in scores.values() for path in some})
    if not paths:
        return {}
    matrix = [[_worth(some.get(path, NOTHING)) for path in paths] for some in scores.values()]
    found = zip(scores, best_assignment(matrix), strict=True)
    return {name: paths[at] for name, at in found if at is not None}


def _worth(evidence: Evidence) -> float:
    """One sure match outweighs two weak ones."""
    return evidence.score**3 if evidence.score >= PROPOSED * 0.8 else 0.0


def own_key(facts: Facts, scores: Scores) -> dict[str, Column]:
    """The column that most likely identifies the records, by its field; none where none does."""
    for name in known_words().keys:
        held = [(some[name].score, column) for column, some in scores.items() if name in some]
        score, column = max(held, default=(0.0, ""))
        if score >= SURE and facts.columns[column].is_unique:
            return {name: facts.columns[column]}
    return {}
