"""Rows that are lines of a record: which columns are the record's, and which of its one2many fields has the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.evidence import Evidence
from odoo_etl.guessing.facts import Facts, FieldPath
from odoo_etl.guessing.models import ModelField
from odoo_etl.guessing.repeats import Repeats, repeats_of
from odoo_etl.guessing.scores import SURE, Scores, scores_of
from odoo_etl.guessing.words import known_words

_LEAST_KEY: Final = 0.5
_MOST_FIELDS: Final = 2  # one2many fields that share the lines of a table
_FOR_RECORD: Final = 0.55  # of a varying column, what is left of a field of the record
_CONSTANT: Final = 0.85  # of a constant one, of a field of lines
_SECOND: Final = 0.9


def find_repeats(facts: Facts, scores: Scores) -> Repeats | None:
    """Whether several rows make a record, and of which column these are equal."""
    if any(_tells_records(facts, name, some) for name, some in scores.items()):
        return None
    keys = known_words().keys
    ranked = []
    for name, some in scores.items():
        score, path = max(((one.score, path) for path, one in some.items() if path in keys), default=(0.0, ""))
        if score >= _LEAST_KEY:
            ranked.append((-score, keys.index(path), name))
    found = (repeats_of(facts.columns[name], facts.columns.values()) for _, _, name in sorted(ranked))
    return next((one for one in found if one is not None), None)


def _tells_records(facts: Facts, name: str, some: Mapping[FieldPath, Evidence]) -> bool:
    """Whether a column has an identifier of its own in each row, so that each is a record."""
    identifiers = known_words().keys[:-1]
    is_own = any(path in identifiers and one.score >= SURE for path, one in some.items()) or facts.is_number(name)
    return is_own and facts.is_in_each_row(facts.columns[name])


@dataclass(frozen=True, slots=True)
class _Option:
    """A one2many field, and how well its lines take the varying columns."""

    name: str
    fields: Mapping[str, ModelField]
    scores: Scores

    @property
    def worth(self) -> float:
        return _worth(self.scores)


def _worth(scores: Scores) -> float:
    """How well columns are taken: the sum of the best score of each."""
    return sum(max((one.score for one in some.values()), default=0.0) for some in scores.values())


def with_lines(facts: Facts, scores: Scores, repeats: Repeats) -> tuple[Scores, dict[FieldPath, ModelField]]:
    """The scores with those for fields of lines, and these fields by their path.

    No fields where no lines take the columns that vary better than the record does: its rows are there twice then, and
    the scores stay as they were.
    """
    open_columns = [facts.columns[name] for name in scores]
    varying = [one for one in open_columns if one.name in repeats.varying]
    constant = [one for one in open_columns if one.name not in repeats.varying and one.name != repeats.key]
    options = sorted(_options(facts, varying), key=lambda one: -one.worth)[:_MOST_FIELDS]
    as_record = _worth({one.name: scores[one.name] for one in varying})
    if not options or options[0].worth < max(0.5 * len(varying), as_record):
        return scores, {}
    found = {name: _times(some, _FOR_RECORD if name in repeats.varying else 1.0) for name, some in scores.items()}
    for rank, option in enumerate(options):
        weight = 1.0 if rank == 0 else _SECOND
        for name, some in option.scores.items():
            found[name] |= _times(some, weight)
        for name, some in scores_of(constant, option.fields, prefix=f"{option.name}.").items():
            found[name] |= _times(some, _CONSTANT * weight)
    return found, {f"{one.name}.{name}": field for one in options for name, field in one.fields.items()}


def _options(facts: Facts, varying: list[Column]) -> list[_Option]:
    every = facts.models.fields(facts.model)
    found = []
    for name in known_words().lines:
        if name in every and every[name].type.is_lines:
            fields = facts.open_fields(every[name].relation, str(every[name].raw.get("relation_field") or ""))
            found.append(_Option(name, fields, scores_of(varying, fields, prefix=f"{name}.")))
    return found


def _times(some: Mapping[FieldPath, Evidence], factor: float) -> dict[FieldPath, Evidence]:
    return {path: one.times(factor) for path, one in some.items()}
