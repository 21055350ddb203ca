"""The present state of everything that a run wrote: fields in each language and company, and lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from odoo_etl.errors import UsageError
from odoo_etl.mapping import OWN
from odoo_etl.planning import ACTIVE, DATED, Existing, FieldTree, LineRules, RecordRules
from odoo_etl.sync.existing import DeepReader, Schema
from odoo_etl.sync.ports import Target
from odoo_etl.undoing.traces import Trace

ALWAYS = ("display_name", "write_date", "write_uid")


class Written:
    """The records of one job.

    Args:
        found: what the run did to each.
        keys: the fields that it knew them by.
    """

    def __init__(self, target: Target, schema: Schema, found: Iterable[Trace], keys: Collection[str]) -> None:
        self._target, self._schema, found = target, schema, list(found)
        self._named = FieldTree().add(image for trace in found for image in (trace.before, trace.after))
        self._wrote = FieldTree().add(trace.after for trace in found)
        self._also = {*keys, ACTIVE, *ALWAYS}

    @cached_property
    def rules(self) -> RecordRules:
        """The fields that were written, by the names that images have, those of the keys, and `active`; and of lines.

        Raises:
            UsageError: the model has one of them no more.
        """
        return self._rules(self._target.model, self._tree, self._also)

    @cached_property
    def _tree(self) -> FieldTree:
        """Everything that is there of what images name.

        Raises:
            UsageError: the model has a field no more that the run wrote.
        """
        model = self._target.model
        known = self._schema.fields(model, (), sorted(self._named.fields))
        if missing := self._named.fields - known.keys():
            raise _no_longer(model, missing)
        lines = {
            name: self._of_lines(known[name].relation, one, self._wrote.lines.get(name))
            for name, one in self._named.lines.items()
        }
        return FieldTree(self._named.variants, lines)

    def _of_lines(self, model: str, named: FieldTree, wrote: FieldTree | None) -> FieldTree:
        """The same of lines: of those that went all fields were kept, of which some may be gone."""
        known = self._schema.fields(model, (), sorted(named.fields))
        if wrote is not None and (missing := wrote.fields - known.keys()):
            raise _no_longer(model, missing)
        variants = {variant: names & known.keys() for variant, names in named.variants.items()}
        inner = {name: one for name, one in named.lines.items() if name in known}
        lines = {
            name: self._of_lines(known[name].relation, one, wrote.lines.get(name) if wrote else None)
            for name, one in inner.items()
        }
        return FieldTree(variants, lines)

    def read(self, ids: Sequence[int]) -> dict[int, Existing]:
        """Id to the record as it is, and who wrote it last, when; those that are gone are absent."""
        known = self._schema.fields(self._target.model, (), sorted(self._also))
        model = self._target.model
        reader = DeepReader(self._target.client, self._schema, self._target.context)
        tree = FieldTree(self._tree.variants, self._dated(model, self._tree))
        return reader.read(model, ids, tree, known, hidden=True)  # a run may have written to lines that are hidden

    def _dated(self, model: str, tree: FieldTree) -> dict[str, FieldTree]:
        """The lines of some records, and when each was written last."""
        found = {}
        for name, lines in tree.lines.items():
            relation = self._schema.fields(model, [name])[name].relation
            dated = set(self._schema.fields(relation, (), [DATED]))
            variants = {**lines.variants, OWN: lines.variants.get(OWN, set()) | dated}
            found[name] = FieldTree(variants, self._dated(relation, lines))
        return found

    def _rules(self, model: str, tree: FieldTree, also: Collection[str] = ()) -> LineRules:
        known = self._schema.fields(model, (), sorted({*tree.fields, *also}))
        fields = {name: one for name, one in known.items() if name not in ALWAYS}
        for variant, names in tree.variants.items():
            fields |= {variant.path(name): known[name] for name in names}
        children = {name: self._rules(known[name].relation, lines) for name, lines in tree.lines.items()}
        return LineRules(fields, children=children, model=model)


def _no_longer(model: str, missing: Collection[str]) -> UsageError:
    return UsageError(f"{model} no longer has {', '.join(sorted(missing))}, which the run wrote")
