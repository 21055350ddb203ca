"""Relations of a guess: each is weighed by how many values of its column find a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.evidence import Evidence
from odoo_etl.guessing.facts import FieldPath
from odoo_etl.guessing.lookups import LookupGuess, Lookups
from odoo_etl.guessing.models import ModelField
from odoo_etl.guessing.scores import PROPOSED, Scores

_MOST: Final = 3  # relations of a column that are looked up


@dataclass(frozen=True)
class Relations:
    """Looks up each column at most once for each field.

    Attributes:
        known: every field that a column may be for, by its path.
        own: the column that identifies the records of the file, by its field; "id" for external ids.
    """

    lookups: Lookups
    columns: Mapping[str, Column]
    known: Mapping[FieldPath, ModelField]
    own: Mapping[str, Column]
    _found: dict[tuple[str, FieldPath], LookupGuess] = field(default_factory=dict)

    def looked_up(self, name: str, path: FieldPath, rest: str) -> LookupGuess:
        """The best lookup of a column for a field."""
        if (name, path) not in self._found:
            others = {key: column for key, column in self.own.items() if column.name != name}
            self._found[name, path] = self.lookups.guess(self.columns[name], self.known[path], rest, others)
        return self._found[name, path]

    def weighed(self, scores: Scores) -> Scores:
        """The scores with what the server says of the values; only likely ones are asked about."""
        return {name: some | self._weighed(name, some) for name, some in scores.items()}

    def _weighed(self, name: str, some: Mapping[FieldPath, Evidence]) -> dict[FieldPath, Evidence]:
        likely = [
            (one.score, path) for path, one in some.items() if self.known[path].relation and one.score >= PROPOSED
        ]
        asked = [path for _, path in sorted(likely, reverse=True)[:_MOST]] if not self.columns[name].is_empty else []
        return {path: _weighed(some[path], self.looked_up(name, path, some[path].rest)) for path in asked}


def _weighed(evidence: Evidence, found: LookupGuess) -> Evidence:
    """The evidence, stronger where the values find records, weaker where none does."""
    if found.found is None or found.makes_missing:
        return evidence
    if not found.found:
        return evidence.times(0.8)
    return replace(evidence, score=min(1.0, evidence.score * (0.85 + 0.15 * found.share) + 0.06 * found.share))
