"""The lines of records: their rules, and finding records together with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Record
from odoo_etl.planning import ACTIVE, Currencies, FieldTree, LineRules
from odoo_etl.spec import LinesSpec
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.own_lines import CREATED, OwnLines
from odoo_etl.sync.existing.reads import DeepReader
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Target

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
    fields = schema.fields(model, lines.fields, [ACTIVE])
    return LineRules(
        fields,
        lines.key,
        currencies_of(model, {name: fields[name] for name in lines.fields}),
        children=line_rules(lines.lines, model, schema, currencies_of),
        rest=lines.rest,
        model=model,
    )


class LinesFinder(FinderAround):
    """Finds records like another finder, and brings their lines: one read for each field of lines, at any depth.

    Args:
        rules: of the lines, by their field.
        own: tells the lines that rows of the job stood for.
    """

    def __init__(
        self, inner: Finder, target: Target, schema: Schema, rules: Mapping[str, LineRules], own: OwnLines
    ) -> None:
        self._inner, self._model, self._own = inner, target.model, own
        self._reader = DeepReader(target.client, schema, target.context)
        self._trees = {name: _tree(one, schema, dated=own.wanted) for name, one in rules.items()}
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; their lines stand under the name of the field."""
        found = self._inner.of(records)
        ids = [row["id"] for rows in found.existing.values() if len(rows) == 1 for row in rows]
        if not ids:
            return found
        lines = self._reader.lines(self._model, ids, self._trees)
        self._own.mark(lines)
        existing = {
            key: [{**row, **lines[row["id"]]} if row["id"] in lines else row for row in rows]
            for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)


def _tree(rules: LineRules, schema: Schema, *, dated: bool) -> FieldTree:
    currencies = {one.currency_field for one in rules.fields.values() if one.currency_field}
    dates = schema.fields(rules.model, (), [CREATED]) if dated else {}
    inner = {name: _tree(one, schema, dated=dated) for name, one in rules.children.items()}
    return FieldTree({OWN: {*rules.fields, *currencies, *dates}}, inner)
