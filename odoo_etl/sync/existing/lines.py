"""The lines of records: their rules, and finding records together with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Record
from odoo_etl.planning import Currencies, FieldTree, LineRules
from odoo_etl.spec import LinesSpec
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.reads import DeepReader
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Target

_ACTIVE = "active"

CurrenciesOf = Callable[[str, Mapping[str, TargetField]], Currencies]


def line_rules(
    lines: Mapping[str, LinesSpec], model: str, schema: Schema, currencies_of: CurrenciesOf
) -> dict[str, LineRules]:
    """The rules of the lines of a model's records, by their one2many field.

    Args:
        currencies_of: by model and its mapped fields, what rounds their amounts.

    Raises:
        UsageError: a model lacks a field.
    """
    return {name: _rules(one, schema.find(model, name).relation, schema, currencies_of) for name, one in lines.items()}


def _rules(lines: LinesSpec, model: str, schema: Schema, currencies_of: CurrenciesOf) -> LineRules:
    archives = [_ACTIVE] if lines.rest == "archive" else []
    known = schema.fields(model, [*lines.fields, *archives])
    fields = {name: known[name] for name in [*lines.fields, *archives]}
    return LineRules(
        fields,
        lines.key,
        currencies_of(model, fields),
        children=line_rules(lines.lines, model, schema, currencies_of),
        rest=lines.rest,
        model=model,
    )


class LinesFinder(FinderAround):
    """Finds records like another finder, and brings their lines: one read for each field of lines, at any depth.

    Args:
        rules: of the lines, by their field.
    """

    def __init__(self, inner: Finder, target: Target, schema: Schema, rules: Mapping[str, LineRules]) -> None:
        self._inner, self._model = inner, target.model
        self._reader = DeepReader(target.client, schema, target.context)
        self._tree = FieldTree(lines={name: _tree(one) for name, one in rules.items()})
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; their lines stand under the name of the field."""
        found = self._inner.of(records)
        ids = [row["id"] for rows in found.existing.values() if len(rows) == 1 for row in rows]
        if not ids:
            return found
        lines = self._reader.read(self._model, ids, self._tree)
        existing = {
            key: [{**row, **lines[row["id"]]} if row["id"] in lines else row for row in rows]
            for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)


def _tree(rules: LineRules) -> FieldTree:
    currencies = {one.currency_field for one in rules.fields.values() if one.currency_field}
    return FieldTree({OWN: {*rules.fields, *currencies}}, {name: _tree(one) for name, one in rules.children.items()})
