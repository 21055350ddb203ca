"""Reading records with their lines, and with their values in other languages and companies: all that images name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.mapping import OWN, Variant
from odoo_etl.planning import Existing, FieldTree, Image
from odoo_etl.sync.existing.reads import links_among, read_whole
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

Rows = list[dict[str, Any]]

IDS_A_CALL = 5000  # a page of records may have many times as many lines


@dataclass(frozen=True, slots=True)
class DeepReader:
    """Reads as `planning.Existing` has it: lines as rows, values of other languages and companies under their path.

    Attributes:
        context: goes with every read; archived lines are seen only with `active_test: False`.
    """

    client: Odoo
    schema: Schema
    context: Mapping[str, Any]

    def read(self, model: str, ids: Sequence[int], tree: FieldTree, also: Collection[str] = ()) -> dict[int, Existing]:
        """Id to what Odoo has, with one read for each language or company and each field of lines at any depth.

        Args:
            also: further fields, in the job's own language and company.
        """
        if not ids:
            return {}
        own = {*tree.variants.get(OWN, ()), *tree.lines, *also}
        rows = {row["id"]: row for row in self._rows(model, ids, own)}
        for variant in sorted(tree.variants.keys() - {OWN}):
            names = tree.variants[variant]
            for one in self._rows(model, list(rows), names, variant):
                rows[one["id"]] |= {variant.path(name): one[name] for name in names}
        for name, lines in tree.lines.items():
            relation = self.schema.fields(model, [name])[name].relation
            found = self.read(relation, [each for row in rows.values() for each in row[name]], lines)
            for row in rows.values():
                row[name] = [found[each] for each in row[name] if each in found]
        return dict(rows)

    def _rows(self, model: str, ids: Sequence[int], names: Collection[str], variant: Variant = OWN) -> Rows:
        links = links_among(self.schema.fields(model, (), sorted(names)).values())
        context, found = {**self.context, **variant.context}, []
        for start in range(0, len(ids), IDS_A_CALL):
            domain = [["id", "in", list(ids[start : start + IDS_A_CALL])]]
            found += read_whole(self.client, model, domain, sorted(names), links, context)
        return found


def read_written(
    client: Odoo, model: str, ids: Sequence[int], images: Sequence[Image], context: Mapping[str, Any]
) -> dict[int, Existing]:
    """Id to what Odoo has, by now, of all that images say was written."""
    tree = FieldTree().add(images)
    if tree.lines or tree.variants.keys() != {OWN}:
        return DeepReader(client, Schema(client, context), context).read(model, ids, tree)
    links = {name for values in images for name, value in values.items() if isinstance(value, list)}
    domain, names = [["id", "in", list(ids)]], sorted(tree.fields)
    return {row["id"]: row for row in read_whole(client, model, domain, names, links, context)}
