"""The lines of records: their rules, and finding records together with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Record, Variant
from odoo_etl.planning import ACTIVE, HIDDEN, KNOWN, OTHERS, Currencies, FieldTree, LineRules
from odoo_etl.spec import JobSpec
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.line_contents import contents_of
from odoo_etl.sync.existing.own_lines import CREATED, OwnLines
from odoo_etl.sync.existing.reads import DeepReader
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Target

CurrenciesOf = Callable[[str, Mapping[str, TargetField]], Currencies]


def line_rules(
    spec: JobSpec, schema: Schema, currencies_of: CurrenciesOf, companies: Mapping[str, int]
) -> dict[str, LineRules]:
    """The rules of the lines of a job's records, by their one2many field.

    Args:
        currencies_of: by model and its mapped fields, what rounds their amounts.
        companies: ids of those that fields name.

    Raises:
        UsageError: a model lacks a field.
    """
    return {name: _rules(spec, name, schema, currencies_of, companies) for name in spec.lines}


def _rules(
    spec: JobSpec, name: str, schema: Schema, currencies_of: CurrenciesOf, companies: Mapping[str, int]
) -> LineRules:
    field = schema.find(spec.target.model, name)
    job, model = spec.of_lines(name, field.relation), field.relation
    fields = schema.fields(model, job.fields, [ACTIVE])
    return LineRules(
        fields,
        job.target.key,
        currencies_of(model, {name: fields[name] for name in job.fields}),
        job.only_new,
        job.if_empty,
        children=line_rules(job, schema, currencies_of, companies),
        rest=spec.lines[name].rest,
        model=model,
        variants=_variants(job, companies),
        narrowed=field.narrowed,
    )


def _variants(job: JobSpec, companies: Mapping[str, int]) -> dict[Variant, set[str]]:
    """The fields that have values in other languages and companies."""
    found: dict[Variant, set[str]] = {}
    for name, one in job.fields.items():
        others = [*map(Variant, one.translations), *(Variant(company=companies[each]) for each in one.companies)]
        for variant in others:
            found.setdefault(variant, set()).add(name)
    return found


def fields_of_lines(rules: Mapping[str, LineRules]) -> Iterator[TargetField]:
    """The fields of all lines, at any depth."""
    for one in rules.values():
        yield from one.fields.values()
        yield from fields_of_lines(one.children)


class LinesFinder(FinderAround):
    """Finds records like another finder, and brings their lines: one read for each field of lines, at any depth.

    Contents of lines are left to `LineContentsFinder`.

    Args:
        own: tells the lines that rows of the job stood for, by the rules of its planner.
    """

    def __init__(self, inner: Finder, target: Target, schema: Schema, own: OwnLines) -> None:
        self._inner, self._model, self._own = inner, target.model, own
        self._reader = DeepReader(target.client, schema, target.context)
        self._rules = own.planner.rules.children
        self._trees = {name: _tree(one, schema, dated=own.wanted) for name, one in self._rules.items()}
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; their lines stand under the name of the field."""
        found = self._inner.of(records)
        ids = [row["id"] for rows in found.existing.values() if len(rows) == 1 for row in rows]
        if not ids:
            return found
        lines = self._reader.lines(self._model, ids, self._trees, hidden=True)
        self._own.mark(lines)
        for one in lines.values():
            _leave_out_hidden(one, self._rules)
        existing = {
            key: [{**row, **lines[row["id"]]} if row["id"] in lines else row for row in rows]
            for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)


def _tree(rules: LineRules, schema: Schema, *, dated: bool) -> FieldTree:
    currencies = {one.currency_field for one in rules.fields.values() if one.currency_field}
    dates = schema.fields(rules.model, (), [CREATED]) if dated else {}
    names = {*rules.fields, *currencies, *dates}.difference(contents_of(rules))
    variants = {variant: set(some) for variant, some in rules.variants.items()}
    inner = {name: _tree(one, schema, dated=dated) for name, one in rules.children.items()}
    return FieldTree({OWN: names, **variants}, inner)


def _leave_out_hidden(record: dict[str, Any], rules: Mapping[str, LineRules]) -> None:
    """Leave out the lines that their field does not show, unless a row of the job stood for them, and count them."""
    for name, own in rules.items():
        shown = [row for row in record[name] if not row.pop(HIDDEN, False) or row.get(KNOWN, False)]
        record[OTHERS + name], record[name] = len(record[name]) - len(shown), shown
        for row in shown if own.children else ():
            _leave_out_hidden(row, own.children)
