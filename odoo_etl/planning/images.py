"""Before and after: what a write replaces, and what it writes, as the ledger keeps both. Pure.

`name` is a field's value, `name@fr_FR` that of another language or company. `line_ids[]` are lines: before a write all
that the record had, each with what was replaced of it, `[{"id": 5}, {"id": 6, "price": 7.0}]`; after it the commands
that were sent, `[[1, 6, {"price": 8.0}]]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.mapping import OWN, Record, Variant, at_path
from odoo_etl.planning.changes import Create, Existing, LineChanges, Update
from odoo_etl.planning.rules import RecordRules

LINES = "[]"
DATED = "write_date"  # read of lines to see who wrote them last, and never written

Image = Mapping[str, Any]


def before(update: Update, variant: Variant = OWN) -> dict[str, Any]:
    """The values that the write of an update replaces, in the variant that it is written in."""
    replaced = {name: old for name, (old, _) in update.sent.items()}
    if variant != OWN:
        replaced = {variant.path(name): old for name, old in replaced.items()}
    for one in update.children:
        replaced[one.name + LINES] = list(_lines_before(one, update.existing.get(one.name) or (), variant))
    return replaced


def after(update: Update, variant: Variant = OWN) -> Image:
    """The values that it writes."""
    if not update.children and variant == OWN:
        return update.values
    values = {variant.path(name): value for name, value in replace(update, children=()).values.items()}
    return {**values, **{one.name + LINES: list(_commands(one, variant)) for one in update.children}}


def after_create(create: Create, values: Image) -> Image:
    """The values that the creation of a record writes, given the values that are sent."""
    return _of_new(create.record) if create.record.children else values


def image_of(row: Existing, rules: RecordRules) -> dict[str, Any]:
    """A line with its lines, as images have them."""
    lines = {name: rows for name in rules.children if (rows := row.get(name)) is not None}
    images = {name + LINES: [image_of(one, rules.children[name]) for one in rows] for name, rows in lines.items()}
    return {**{name: value for name, value in row.items() if name not in lines and name != DATED}, **images}


def is_field(name: str) -> bool:
    """Whether a name of an image is that of a field in the job's own language and company, and no field of lines."""
    return not name.endswith(LINES) and at_path(name)[1] == OWN


@dataclass(slots=True)
class FieldTree:
    """Everything that some images name: fields by variant, and the same of lines by their one2many field."""

    variants: dict[Variant, set[str]] = field(default_factory=dict)
    lines: dict[str, FieldTree] = field(default_factory=dict)

    def add(self, images: Iterable[Image]) -> FieldTree:
        """Add what these name; the same object."""
        for path, value in (pair for image in images for pair in image.items()):
            if path.endswith(LINES):
                self.lines.setdefault(path.removesuffix(LINES), FieldTree()).add(_images_of(value))
            else:
                name, variant = at_path(path)
                self.variants.setdefault(variant, set()).add(name)
        return self

    @property
    def fields(self) -> set[str]:
        """The names of all fields, in whatever variant."""
        return {*self.lines, *(name for names in self.variants.values() for name in names)}


def _images_of(lines: Iterable[Any]) -> Iterator[Image]:
    """The images of lines: as they were, or of the commands that wrote them."""
    for line in lines:
        image = line if isinstance(line, Mapping) else line[2] or {}
        yield {name: value for name, value in image.items() if name != "id"}


def _lines_before(changes: LineChanges, rows: Sequence[Existing], variant: Variant) -> Iterator[dict[str, Any]]:
    replaced: dict[int, Image] = {one.id: before(one, variant) for one in changes.updates.values()}
    replaced |= {row["id"]: row for row in changes.removals.values()}
    for number in dict.fromkeys([*(row["id"] for row in rows), *replaced]):
        yield {"id": number, **replaced.get(number, {})}


def _commands(changes: LineChanges, variant: Variant) -> Iterator[list[Any]]:
    for one in changes.updates.values():
        if image := after(one, variant):
            yield [1, one.id, image]
    for create in changes.creates.values():
        yield [0, 0, _of_new(create.record)]
    for row in changes.removals.values():
        yield [2, row["id"], 0]


def _of_new(record: Record) -> dict[str, Any]:
    values = Create(replace(record, children=())).values
    return {**values, **{one.name + LINES: [[0, 0, _of_new(line)] for line in one.records] for one in record.children}}
