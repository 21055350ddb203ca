"""The rest of a guess: what identifies the records and their lines, what new records lack, what is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from odoo_etl.guessing.broken_cells import told_broken
from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.facts import Facts
from odoo_etl.guessing.held import Records
from odoo_etl.guessing.keys import KeyCandidate, counted, key_candidates, told_blank, told_twice
from odoo_etl.guessing.lookups import EXTERNAL_MODULE
from odoo_etl.guessing.proposals import Guess, Proposal
from odoo_etl.guessing.words import known_words

_SHOWN_KEYS: Final = 4
_SHOWN_LINES: Final = 5
_UNIQUE: Final = 0.97
_NAME: Final = "name"
_LINE_KEYS: Final[tuple[str, ...]] = (
    *("sequence", "product_id", "attribute_id", "account_id", "product_tmpl_id", "name", "min_quantity"),
)


def finished(facts: Facts, proposals: Sequence[Proposal], records: Records | None, *, by_group: bool) -> Guess:
    """The whole guess.

    Args:
        by_group: whether several rows make a record.
    """
    keys = key_candidates(_identifying(facts, proposals), facts.table.lines, by_group=by_group)
    external = _external_id(facts, proposals, keys)
    if keys and records is not None and len(keys[0].fields) == 1:
        keys[0] = counted(keys[0], facts.model, facts.columns[keys[0].columns[0]], records)
    of_key = [*told_twice(keys[0]), *told_blank(keys[0])] if keys and not (by_group or external) else []
    return Guess(
        model=facts.model,
        source=facts.table.source,
        proposals=[_as_external_id(one) if f"{{{one.column}}}" in external else one for one in proposals],
        keys=keys[:_SHOWN_KEYS],
        external_id=external,
        line_keys=_line_keys(facts, proposals, keys),
        lacking=_lacking(facts, proposals),
        notes=[*facts.table.notes, *_row_notes(facts), *of_key, *told_broken(facts, proposals)],
        rows=facts.table.rows,
        is_whole=facts.table.is_whole,
    )


def _as_external_id(one: Proposal) -> Proposal:
    return replace(one, path="", keys={}, how="a number, which no field holds", sure=0.8, against=())


def _identifying(facts: Facts, proposals: Sequence[Proposal]) -> dict[str, Column]:
    """The columns of fields that records can be found by."""
    fields = facts.models.fields(facts.model)
    return {
        one.path: facts.columns[one.column]
        for one in proposals
        if one.active
        and one.path in fields
        and not one.variant
        and "expr" not in one.keys
        and fields[one.path].is_findable
    }


def _external_id(facts: Facts, proposals: Sequence[Proposal], keys: Sequence[KeyCandidate]) -> str:
    """A template for a column of numbers that no field of the model is for, where no field identifies the records."""
    identifiers = known_words().keys[:-1]
    if keys and keys[0].uniqueness >= _UNIQUE and not keys[0].blank and keys[0].fields[0] in identifiers:
        return ""
    for one in proposals:
        if not one.path and facts.is_in_each_row(facts.columns[one.column]) and facts.is_number(one.column):
            return external_id_of(facts.model, one.column)
    return ""


def external_id_of(model: str, column: str) -> str:
    """The template that makes external ids of a column."""
    return f"{EXTERNAL_MODULE}.{model.rpartition('.')[2]}_{{{column}}}"


def _line_keys(facts: Facts, proposals: Sequence[Proposal], keys: Sequence[KeyCandidate]) -> dict[str, list[str]]:
    """By one2many field, what tells the lines of a record apart: their place, or what they are of; if anything does."""
    found: dict[str, dict[str, Column]] = {}
    for one in proposals:
        head, _, name = one.path.partition(".")
        if one.active and name:
            found.setdefault(head, {})[name] = facts.columns[one.column]
    records = [facts.columns[name].cells for name in (keys[0].columns if keys else ())]
    return {
        head: [name for name in _LINE_KEYS if name in columns and _tells(columns[name], records)][:1]
        for head, columns in found.items()
    }


def _tells(column: Column, records: Sequence[Sequence[object]]) -> bool:
    """Whether the lines of each record differ in a column, in which all that have a line have something."""
    places = [place for place in zip(column.cells, *records, strict=True) if place[0] not in (None, "")]
    return bool(records) and len(set(places)) == len(places)


def _lacking(facts: Facts, proposals: Sequence[Proposal]) -> list[str]:
    """Fields that Odoo requires, does not fill itself, and that no column is for.

    The name is among them, though Odoo does not call that of a contact required: it refuses a contact without one.
    """
    mapped = {one.path.partition(".")[0] for one in proposals if one.active}
    needed = {
        name
        for name, field in facts.open_fields(facts.model).items()
        if (field.raw.get("required") or name == _NAME) and not field.raw.get("depends")
    }
    return sorted(needed - mapped - set(facts.given))


def _row_notes(facts: Facts) -> Iterator[str]:
    bad, filtered = facts.table.bad, facts.table.filtered
    yield from (f"line {one.line} is no row: {one.reason}" for one in bad[:_SHOWN_LINES])
    if len(bad) > _SHOWN_LINES:
        yield f"and {len(bad) - _SHOWN_LINES} more lines that are no rows"
    yield from (f"line {line} is left out by `where`: it adds up the others" for line in filtered[:_SHOWN_LINES])
