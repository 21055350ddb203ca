"""A guess: from a table and a model to a proposal for each column, and the key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.exported import exported_proposal
from odoo_etl.guessing.facts import Facts, facts_of
from odoo_etl.guessing.finishing import finished
from odoo_etl.guessing.headers import language_of
from odoo_etl.guessing.held import Held, Records
from odoo_etl.guessing.line_scores import find_repeats, with_lines
from odoo_etl.guessing.lookups import Lookups
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.proposals import Guess, Proposal
from odoo_etl.guessing.proposing import Proposing
from odoo_etl.guessing.relations import Relations
from odoo_etl.guessing.scores import Scores, best, own_key, scores_of
from odoo_etl.guessing.tables import Table, filled_down, typed_by_people

# Languages that a header may name, though nobody says which are installed.
_LANGUAGES: Final = ("en_US", "fr_FR", "de_DE", "nl_NL", "es_ES", "it_IT", "pt_PT")


def guess(table: Table, model: str, models: Models, records: Records | None, given: Collection[str] = ()) -> Guess:
    """A job for a table and a model, as far as it can be known.

    Args:
        records: of the server, to measure lookups; None where there is none to ask.
        given: fields that new records get a value for by themselves.

    Raises:
        UsageError: there is no such model.
    """
    facts = facts_of(table, model, models, given)
    said = _said(facts)
    if above := _said_once(facts, said):
        facts = facts_of(filled_down(table, above), model, models, given)
    translated = _translations(facts, said)
    known = facts.open_fields(model)
    scores = scores_of(_others(facts, {*said, *translated}), known, [one.path for one in said.values()])
    says_lines = any("." in one.path for one in said.values())
    repeats = None if says_lines else find_repeats(facts, scores)
    of_lines: Mapping[str, ModelField] = {}
    if repeats:
        scores, of_lines = with_lines(facts, scores, repeats)
        known |= of_lines
    relations = Relations(Lookups(models, Held(models, records)), facts.columns, known, _own(facts, scores))
    scores = relations.weighed(scores)
    proposals = Proposing(facts, relations, scores, said, translated, best(scores)).all()
    return finished(facts, proposals, records, by_group=says_lines or bool(of_lines))


def _said(facts: Facts) -> dict[str, Proposal]:
    """Columns with headers as Odoo exports them."""
    found = (exported_proposal(column, facts.model, facts.models) for column in facts.columns.values())
    return {one.column: one for one in found if one is not None}


def _said_once(facts: Facts, said: Mapping[str, Proposal]) -> list[str]:
    """The column of which an export repeats nothing in the rows of further lines: the first one of the record."""
    if not any("." in one.path for one in said.values()) or not typed_by_people(facts.table.source):
        return []
    of_record = [one for name, one in facts.columns.items() if name not in said or "." not in said[name].path]
    first = of_record[0] if of_record else None
    return [first.name] if first and first.cells and first.cells[0] is not None and None in first.cells else []


def _translations(facts: Facts, said: Collection[str]) -> dict[str, tuple[str, str]]:
    """Columns that hold another one in a language: that one, and the language."""
    languages = dict.fromkeys([*facts.models.languages, *_LANGUAGES])
    found = {name: language_of(name, languages, facts.columns.keys()) for name in facts.columns if name not in said}
    return {name: pair for name, pair in found.items() if pair[0] in facts.columns}


def _others(facts: Facts, done: Collection[str]) -> list[Column]:
    return [column for name, column in facts.columns.items() if name not in done]


def _own(facts: Facts, scores: Scores) -> Mapping[str, Column]:
    """The column that other rows of the file may refer to: that of the key, or of numbers that become external ids."""
    found = own_key(facts, scores)
    numbers = [one for one in facts.columns.values() if facts.is_in_each_row(one) and facts.is_number(one.name)]
    return {**found, **({"external_id": numbers[0]} if numbers and numbers[0] not in found.values() else {})}
