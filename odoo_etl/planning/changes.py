"""The plan of a chunk: what becomes of each record, and the values that Odoo is sent for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import all_to_write, answered_as
from odoo_etl.mapping import OWN, Flaw, Record, Reject, Variant

# A record as Odoo answered it: "id" and the fields that were read; a one2many whose lines were read holds them as rows,
# values of other languages and companies stand under `Variant.path`.
Existing = Mapping[str, Any]
ADOPTED = ".adopted"  # in an existing record: it was found by its key, and is to get the external id of its row
Pair = tuple[Any, Any]  # what Odoo holds, what the source wants
Place = tuple[int, str]  # the id of a record or a line, and a field: `order_line[].name` of a line


@dataclass(frozen=True, slots=True)
class Create:
    """A record that Odoo lacks."""

    record: Record

    @property
    def values(self) -> dict[str, Any]:
        """The values that `create` takes."""
        values, children = all_to_write(self.record.values), self.record.children
        return {**values, **{one.name: _created(map(Create, one.records)) for one in children}} if children else values


class VariantChanges(NamedTuple):
    """The fields of a record that differ in one language or company, to (old, new).

    Those that are equal in both go along: Odoo showed the text of the job's own language there, and that changes.
    """

    variant: Variant
    changes: dict[str, Pair]

    @property
    def by_path(self) -> dict[str, Pair]:
        """The differences, by `Variant.path`."""
        return {self.variant.path(name): (old, new) for name, (old, new) in self.changes.items() if old != new}

    def only(self, paths: Collection[str], own: Collection[str]) -> VariantChanges:
        """The same with these of the differing values, and with what goes along with the job's own."""
        left = {
            name: (old, new)
            for name, (old, new) in self.changes.items()
            if (self.variant.path(name) in paths if old != new else name in own)
        }
        return VariantChanges(self.variant, left)


@dataclass(frozen=True, slots=True)
class Update:
    """A record that Odoo holds with other values.

    Attributes:
        changes: the fields that differ, to (old, new).
        existing: the record as it was read.
        along: fields that are as they should be and that Odoo would compute anew, to the same pair: they go along.
        children: the one2many fields of which lines differ.
        variants: what differs in other languages and companies than the job's own.
        adopts: the external id that the record is to get, or "".
    """

    record: Record
    id: int
    changes: dict[str, Pair]
    existing: Existing = field(default_factory=dict)
    along: dict[str, Pair] = field(default_factory=dict)
    children: tuple[LineChanges, ...] = ()
    variants: tuple[VariantChanges, ...] = ()
    adopts: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to do."""
        return self.writes or bool(self.adopts)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write to the record itself."""
        return bool(self.changes or self.children or self.variants)

    @property
    def sent(self) -> dict[str, Pair]:
        """Every field that the write names, to (old, new); lines and variants apart."""
        return {**self.changes, **self.along} if self.along else self.changes

    @property
    def values(self) -> dict[str, Any]:
        """The values that `write` takes for the job's own variant."""
        values = all_to_write({name: new for name, (_, new) in self.sent.items()}, self.existing)
        if not self.children:
            return values
        commands = {one.name: one.commands for one in self.children}
        return {**values, **{name: some for name, some in commands.items() if some}}

    @property
    def by_path(self) -> dict[str, Pair]:
        """Every value that differs, those of lines that Odoo has among them: `name@fr_FR`, `order_line[30].name`."""
        if not self.variants and not self.children:
            return self.changes
        others = {path: pair for one in self.variants for path, pair in one.by_path.items()}
        of_lines = {path: pair for one in self.children for path, pair in one.by_path.items()}
        return {**self.changes, **others, **of_lines}

    @property
    def places(self) -> dict[str, Place]:
        """Path of each value that differs to whose it is: labels of lines may change, their ids do not."""
        own = {path: (self.id, path) for path in self.by_path if path in self.changes or "[" not in path}
        return {**own, **{path: place for one in self.children for path, place in one.places.items()}}

    def only(self, paths: Collection[str]) -> Update | None:
        """The same with these of the differing values; None where there are none of them."""
        changes = {name: pair for name, pair in self.changes.items() if name in paths}
        variants = [part for one in self.variants if (part := one.only(paths, changes)).changes]
        children = [lines for one in self.children if (lines := one.only(paths)).differs]
        if (len(changes), variants, children) == (len(self.changes), [*self.variants], [*self.children]):
            return self
        left = replace(self, changes=changes, variants=tuple(variants), children=tuple(children))
        return left if left.differs else None

    def of_own_making(self) -> Update:
        """The same where the run itself made the record differ, by other writes: before, it held what its row wants.

        Had it held something else, the run would have written these fields already, and the ledger has that.
        """
        return replace(
            self,
            changes=_of_own_making(self.changes),
            children=tuple([one.of_own_making() for one in self.children]),
            variants=tuple([VariantChanges(one.variant, _of_own_making(one.changes)) for one in self.variants]),
        )

    @property
    def every_unclear(self) -> list[str]:
        """The lines that may stand for several of Odoo's."""
        return [path for one in self.children for path in one.every_unclear] if self.children else []

    @property
    def every_variant(self) -> set[Variant]:
        """The other languages and companies in which the record or a line of it differs."""
        of_lines = [one.every_variant for lines in self.children for one in lines.updates.values()]
        return {one.variant for one in self.variants}.union(*of_lines)

    def in_variant(self, variant: Variant) -> Update | None:
        """The changes of one language or company alone, those of its lines among them; None where there are none."""
        if variant == OWN:
            return replace(self, variants=()) if self.values else None
        changes = next((one.changes for one in self.variants if one.variant == variant), {})
        children = [lines for one in self.children if (lines := one.in_variant(variant)).differs]
        part = replace(self, changes=changes, along={}, children=tuple(children), variants=())
        return part if part.differs else None


@dataclass(frozen=True, slots=True)
class LineChanges:
    """The differences in the lines of one record, by label: what identifies a line among its siblings, for people.

    Attributes:
        name: of the one2many field.
        removals: the lines that go, as images keep them.
        archived: which of the updates archive lines that the source lacks.
        unclear: lines of the source that may stand for several of Odoo's: nothing can be written.
        others: how many lines Odoo has that the job does not know, and that no line of the source stands for.
    """

    name: str
    creates: Mapping[str, Create] = field(default_factory=dict)
    updates: Mapping[str, Update] = field(default_factory=dict)
    removals: Mapping[str, Existing] = field(default_factory=dict)
    archived: frozenset[str] = frozenset()
    unclear: tuple[str, ...] = ()
    others: int = 0

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.creates or self.updates or self.removals or self.every_unclear)

    @property
    def every_unclear(self) -> list[str]:
        """The lines that may stand for several, those of lines among them, by path below the record."""
        own = [f"{self.name}[{label}]" for label in self.unclear]
        inner = [(label, path) for label, one in self.updates.items() for path in one.every_unclear]
        return [*own, *(f"{self.name}[{label}].{path}" for label, path in inner)]

    @property
    def commands(self) -> list[list[Any]]:
        """The lines as `write` takes them with their parent; what differs in variants only is left out."""
        written = [[1, one.id, values] for one in self.updates.values() if (values := one.values)]
        return [*written, *_created(self.creates.values()), *([2, row["id"], 0] for row in self.removals.values())]

    @property
    def by_path(self) -> dict[str, Pair]:
        """Every value that differs in lines that Odoo has."""
        lines = [(f"{self.name}[{label}].", one.by_path) for label, one in self.updates.items()]
        return {before + path: pair for before, values in lines for path, pair in values.items()}

    @property
    def places(self) -> dict[str, Place]:
        """Path of each of them to the line, and to the field as it is called in every line: `order_line[].name`."""
        every = [(f"{self.name}[{label}].", one.places) for label, one in self.updates.items()]
        return {
            before + path: (number, f"{self.name}[].{inner}")
            for before, places in every
            for path, (number, inner) in places.items()
        }

    def only(self, paths: Collection[str]) -> LineChanges:
        """The same with these of the differing values; lines that are new or go stay."""
        updates = {label: self._line_of(label, one, paths) for label, one in self.updates.items()}
        left = {label: one for label, one in updates.items() if one is not None}
        return self if left == self.updates else replace(self, updates=left)

    def _line_of(self, label: str, update: Update, paths: Collection[str]) -> Update | None:
        before = f"{self.name}[{label}]."
        return update.only({path.removeprefix(before) for path in paths if path.startswith(before)})

    def of_own_making(self) -> LineChanges:
        """The same where the run itself made the lines differ."""
        return replace(self, updates={label: one.of_own_making() for label, one in self.updates.items()})

    def in_variant(self, variant: Variant) -> LineChanges:
        """The changes of one language or company alone."""
        parts = {label: one.in_variant(variant) for label, one in self.updates.items()}
        return LineChanges(self.name, updates={label: part for label, part in parts.items() if part})


@dataclass(frozen=True, slots=True)
class NoChange:
    """A record that needs no write: it is equal already, or the mode leaves it alone."""

    record: Record
    id: int | None


@dataclass(slots=True)
class Plan:
    """The things to do with a batch of records. Every record is in exactly one list; rejects are rows.

    Attributes:
        apart: records of several rows that cannot land as one; each row is to be planned alone, oldest first.
    """

    creates: list[Create] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    unchanged: list[NoChange] = field(default_factory=list)
    skipped: list[NoChange] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    apart: list[Record] = field(default_factory=list)

    def update_of(self, record: Record) -> Update | None:
        """The update that is planned for a record, where Odoo has it."""
        return next((update for update in self.updates if update.record is record), None)


def variants_among(updates: Iterable[Update]) -> list[Variant]:
    """The other languages and companies in which records differ, in a fixed order."""
    found = set[Variant]()
    for update in updates:
        if update.variants or update.children:
            found |= update.every_variant
    return sorted(found)


def completing(record: Record, record_id: int) -> Update | None:
    """The update that a record still needs right after its creation: its values in other languages and companies.

    Odoo gives a new record its text in every language.
    """
    given = [
        (variant, _beside(record.values if variant.language else {}, values)) for variant, values in record.variants
    ]
    variants = tuple([VariantChanges(variant, changes) for variant, changes in given if changes])
    return Update(record, record_id, {}, variants=variants) if variants else None


def _beside(has: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Pair]:
    return {name: (has.get(name, False), value) for name, value in wanted.items() if value != has.get(name, False)}


def _created(lines: Iterable[Create]) -> list[list[Any]]:
    """New lines as the external API takes them with their parent."""
    return [[0, 0, one.values] for one in lines]


def _of_own_making(changes: Mapping[str, Pair]) -> dict[str, Pair]:
    return {name: (answered_as(new, old), new) for name, (old, new) in changes.items()}


def reject_all(record: Record, flaw: Flaw) -> list[Reject]:
    """The rejects of every row that made the record."""
    return [Reject(row, (flaw,)) for row in record.rows]
