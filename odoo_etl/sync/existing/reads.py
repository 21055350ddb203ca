"""Reading records with all that their x2many fields link to, their lines, and their values of each variant.

`search_read` leaves archived records out of x2many values, whatever the context says; `read` shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.fieldtypes import TargetField, id_of_answered
from odoo_etl.mapping import OWN, Variant
from odoo_etl.planning import HIDDEN, Existing, FieldTree, Image
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

ARCHIVED_TOO = {"active_test": False}
Rows = list[dict[str, Any]]

IDS_A_CALL = 5000  # a page of records may have many times as many lines


def links_among(fields: Iterable[TargetField]) -> frozenset[str]:
    """The names of the x2many fields."""
    return frozenset(one.name for one in fields if one.type.is_many)


def read_whole(  # noqa: PLR0913, PLR0917 - what to read
    client: Odoo,
    model: str,
    domain: Sequence[Any],
    fields: Sequence[str],
    links: Collection[str],
    context: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The records that match, many2one as ids; a second call brings the x2many fields where any is wanted.

    Args:
        links: names of the model's x2many fields.
    """
    plain = [name for name in fields if name not in links] or ["id"]  # Odoo reads every field where none is named
    rows = client.search_read(model, domain, plain, load="_classic_write", context=context)
    linking = [name for name in fields if name in links]
    if not linking or not rows:
        return rows
    ids = [row["id"] for row in rows]
    found = client.read(model, ids, linking, load="_classic_write", context={**context, **ARCHIVED_TOO})
    linked = {row["id"]: row for row in found}
    return [{**row, **linked[row["id"]]} for row in rows if row["id"] in linked]


@dataclass(frozen=True, slots=True)
class DeepReader:
    """Reads as `planning.Existing` has it: lines as rows, values of other languages and companies under their path.

    Attributes:
        context: goes with every read; archived lines are seen only with `active_test: False`.
    """

    client: Odoo
    schema: Schema
    context: Mapping[str, Any]

    def read(
        self, model: str, ids: Sequence[int], tree: FieldTree, also: Collection[str] = (), *, hidden: bool = False
    ) -> dict[int, Existing]:
        """Id to what Odoo has, with one read for each language or company and each field of lines at any depth.

        Args:
            also: further fields, in the job's own language and company.
            hidden: as for `lines`.
        """
        if not ids:
            return {}
        rows = self._rows(model, [["id", "in", ids]], {*tree.variants.get(OWN, ()), *also})
        return dict(self._whole(model, rows, tree, hidden=hidden))

    def lines(
        self, model: str, ids: Sequence[int], trees: Mapping[str, FieldTree], *, hidden: bool = False
    ) -> dict[int, dict[str, Rows]]:
        """Id to the lines of a record, by their field and sorted by id; archived ones are among them.

        Most are found by whose they are, in one read; a field that leaves some of these out says itself which it has.

        Args:
            hidden: those that it leaves out are wanted, too; they are marked as `HIDDEN`.
        """
        found: dict[int, dict[str, Rows]] = {each: {} for each in ids}
        for name, tree in trees.items() if ids else ():
            own = self._lines(model, list(found), name, tree, hidden=hidden)
            for number, one in found.items():
                one[name] = own.get(number, [])
        return found

    def _lines(self, model: str, ids: Sequence[int], name: str, tree: FieldTree, *, hidden: bool) -> dict[int, Rows]:
        field = self.schema.fields(model, [name])[name]
        shown = {} if self._says_all(field) else self._shown(model, ids, name)
        if self._says_all(field) or (hidden and self._has_inverse(field)):
            by_parent = self._by_parent(field, ids, tree, hidden=hidden)
            if shown:
                _mark_hidden(by_parent, shown)
            return by_parent
        wanted = sorted({each for some in shown.values() for each in some})
        rows = self._rows(field.relation, [["id", "in", wanted]], {*tree.variants.get(OWN, ())})
        lines = self._whole(field.relation, rows, tree, hidden=hidden)
        return {parent: [lines[each] for each in sorted(some) if each in lines] for parent, some in shown.items()}

    def _shown(self, model: str, ids: Sequence[int], name: str) -> dict[int, Sequence[int]]:
        return {one["id"]: one[name] for one in self._rows(model, [["id", "in", ids]], {name})}

    def _by_parent(self, field: TargetField, ids: Sequence[int], tree: FieldTree, *, hidden: bool) -> dict[int, Rows]:
        names, by_parent = tree.variants.get(OWN, set()), dict[int, Rows]()
        rows = self._rows(field.relation, [[field.inverse, "in", ids]], {*names, field.inverse})
        for _, row in sorted(self._whole(field.relation, rows, tree, hidden=hidden).items()):
            parent = row[field.inverse] if field.inverse in names else row.pop(field.inverse)
            by_parent.setdefault(id_of_answered(parent), []).append(row)
        return by_parent

    def _says_all(self, field: TargetField) -> bool:
        return not field.narrowed and self._has_inverse(field)

    def _has_inverse(self, field: TargetField) -> bool:
        known = self.schema.fields(field.relation, (), [field.inverse]) if field.inverse else {}
        return bool(known) and known[field.inverse].type.is_one_record

    def _whole(self, model: str, found: Rows, tree: FieldTree, *, hidden: bool = False) -> dict[int, dict[str, Any]]:
        """The rows by id, with their values of each language and company and their lines."""
        rows = {row["id"]: row for row in found}
        for variant in sorted(tree.variants.keys() - {OWN}) if rows else ():
            names = tree.variants[variant]
            for one in self._rows(model, [["id", "in", list(rows)]], names, variant):
                if one["id"] in rows:
                    rows[one["id"]] |= {variant.path(name): one[name] for name in names}
        for number, lines in self.lines(model, list(rows), tree.lines, hidden=hidden).items():
            rows[number] |= lines
        return rows

    def _rows(self, model: str, among: Sequence[Any], names: Collection[str], variant: Variant = OWN) -> Rows:
        """The records that some field says belong to some ids: `[[field, "in", ids]]`."""
        ((field, _, ids),) = among
        links = links_among(self.schema.fields(model, (), sorted(names)).values())
        context, found = {**self.context, **variant.context}, []
        for start in range(0, len(ids), IDS_A_CALL):
            domain = [[field, "in", list(ids[start : start + IDS_A_CALL])]]
            found += read_whole(self.client, model, domain, sorted(names), links, context)
        return found


def _mark_hidden(by_parent: Mapping[int, Rows], shown: Mapping[int, Sequence[int]]) -> None:
    for parent, rows in by_parent.items():
        for row in rows:
            row[HIDDEN] = row["id"] not in shown.get(parent, ())


def read_written(
    client: Odoo, model: str, ids: Sequence[int], images: Sequence[Image], context: Mapping[str, Any]
) -> dict[int, Existing]:
    """Id to what Odoo has, by now, of all that images say was written."""
    tree = FieldTree().add(images)
    if tree.lines or tree.variants.keys() != {OWN}:
        return DeepReader(client, Schema(client, context), context).read(model, ids, tree, hidden=True)
    links = {name for values in images for name, value in values.items() if isinstance(value, list)}
    domain, names = [["id", "in", list(ids)]], sorted(tree.fields)
    return {row["id"]: row for row in read_whole(client, model, domain, names, links, context)}
