"""From the field of a column to its proposal: the mapping, how sure it is, and whether the job should map it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.evidence import Evidence
from odoo_etl.guessing.facts import Facts, FieldPath
from odoo_etl.guessing.mappings import mapping_of
from odoo_etl.guessing.models import ModelField
from odoo_etl.guessing.proposals import Proposal
from odoo_etl.guessing.relations import Relations
from odoo_etl.guessing.scores import PROPOSED, SURE, Scores

_MARGIN: Final = 0.08  # by which the first should be ahead of the second
_MONEY: Final = frozenset({"standard_price", "list_price", "price_unit", "fixed_price", "price"})
_MORE_FOR_MONEY: Final = 0.05  # a wrong price does more harm
# Texts that do no harm where they are wrong; without a name the whole record is refused.
_HARMLESS: Final = ("street", "street2", "zip", "city", "phone", "function")
_LESS: Final = {"name": SURE - PROPOSED, **dict.fromkeys(_HARMLESS, 0.1)}


@dataclass(frozen=True)
class Proposing:
    """Makes the proposals of one guess.

    Attributes:
        said: proposals of columns whose headers say all, by column.
        translated: columns that hold another one in a language: that one, and the language.
        chosen: the field of each other column.
    """

    facts: Facts
    relations: Relations
    scores: Scores
    said: Mapping[str, Proposal]
    translated: Mapping[str, tuple[str, str]]
    chosen: Mapping[str, FieldPath]

    def all(self) -> list[Proposal]:
        """One for each column, in the order of the file."""
        return [self._of(column) for column in self.facts.columns.values()]

    def _of(self, column: Column) -> Proposal:
        if column.name in self.said:
            return replace(self.said[column.name], examples=column.examples, filled=column.filled)
        plain = Proposal(column.name, examples=column.examples, filled=column.filled)
        if column.name in self.translated:
            return self._translation(plain)
        path = self.chosen.get(column.name)
        return plain if path is None else self._mapped(plain, column, path)

    def _translation(self, plain: Proposal) -> Proposal:
        base, language = self.translated[plain.column]
        path = self.said[base].path if base in self.said else self.chosen.get(base, "")
        field = self.facts.models.fields(self.facts.model).get(path)
        if field is None or not field.raw.get("translate"):
            return plain
        found = replace(plain, path=path, variant=language, how=f"{base} in {language}", sure=0.9)
        installed = self.facts.models.languages
        if installed and language not in installed:
            return replace(found, against=(f"{language} is not installed in Odoo",))
        return replace(found, active=True)

    def _mapped(self, plain: Proposal, column: Column, path: FieldPath) -> Proposal:
        some, field = self.scores[column.name], self.relations.known[path]
        evidence = some[path]
        rival, second = _second(some, path, self.chosen.values())
        sure = max(0.0, evidence.score - max(0.0, _MARGIN - (evidence.score - rival)))
        found = replace(plain, path=path, how=evidence.how, sure=sure, runner_up=second if rival >= PROPOSED else "")
        if field.relation and field.type.takes_lookup:
            return self._with_lookup(found, field, evidence)
        mapped = mapping_of(column, field, self.facts.folder)
        return settled(replace(found, keys=mapped.keys), mapped.against, mapped.remarks)

    def _with_lookup(self, found: Proposal, field: ModelField, evidence: Evidence) -> Proposal:
        lookup = self.relations.looked_up(found.column, found.path, evidence.rest)
        keys = {**lookup.keys, "lookup": {"model": field.relation, **lookup.keys["lookup"]}}
        found = replace(found, keys=keys, how=f"{lookup.said}; {found.how}")
        return settled(found, (lookup.doubt,) if lookup.doubt else (), ())


def _second(
    some: Mapping[FieldPath, Evidence], path: FieldPath, taken: Collection[FieldPath]
) -> tuple[float, FieldPath]:
    """The best of the fields that no column has."""
    others = [(one.score, other) for other, one in some.items() if other != path and other not in taken]
    return max(others, default=(0.0, ""))


def settled(found: Proposal, against: Sequence[str], remarks: Sequence[str]) -> Proposal:
    """The proposal as one that the job maps, where it is sure enough and nothing speaks against it.

    Args:
        against: that make a wrong value likely.
        remarks: that are said and do no harm.
    """
    if found.sure < PROPOSED:
        return replace(found, path="", keys={}, how="", sure=0.0, runner_up=found.path)
    name = found.path.rpartition(".")[2]
    least = SURE + (_MORE_FOR_MONEY if name in _MONEY else -_LESS.get(name, 0.0))
    reasons = (*against, *(("little speaks for it",) if found.sure < least else ()))
    return replace(found, active=not reasons, against=(*reasons, *remarks))
