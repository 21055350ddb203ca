"""The present state of everything that a run wrote: fields in each language and company, and lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from odoo_etl.errors import UsageError
from odoo_etl.planning import ACTIVE, Existing, FieldTree, LineRules, RecordRules
from odoo_etl.sync.existing import DeepReader, Schema
from odoo_etl.sync.ports import Target
from odoo_etl.undoing.traces import Trace

ALWAYS = ("display_name", "write_date")


class Written:
    """The records of one job.

    Args:
        found: what the run did to each.
        keys: the fields that it knew them by.
    """

    def __init__(self, target: Target, schema: Schema, found: Iterable[Trace], keys: Collection[str]) -> None:
        self._target, self._schema = target, schema
        self._tree = FieldTree().add(image for trace in found for image in (trace.before, trace.after))
        self._also = {*keys, ACTIVE, *ALWAYS}

    @cached_property
    def rules(self) -> RecordRules:
        """The fields that were written, by the names that images have, those of the keys, and `active`; and of lines.

        Raises:
            UsageError: the model has one of them no more.
        """
        return self._rules(self._target.model, self._tree, self._also)

    def read(self, ids: Sequence[int]) -> dict[int, Existing]:
        """Id to the record as it is, with `display_name` and `write_date`; those that are gone are absent."""
        known = self._schema.fields(self._target.model, (), sorted(self._also))
        return DeepReader(self._target.client, self._schema, self._target.context).read(
            self._target.model, ids, self._tree, known
        )

    def _rules(self, model: str, tree: FieldTree, also: Collection[str] = ()) -> LineRules:
        known = self._schema.fields(model, (), sorted({*tree.fields, *also}))
        if missing := tree.fields - known.keys():
            raise UsageError(f"{model} no longer has {', '.join(sorted(missing))}, which the run wrote")
        fields = {name: one for name, one in known.items() if name not in ALWAYS}
        for variant, names in tree.variants.items():
            fields |= {variant.path(name): known[name] for name in names}
        children = {name: self._rules(known[name].relation, lines) for name, lines in tree.lines.items()}
        return LineRules(fields, children=children, model=model)
