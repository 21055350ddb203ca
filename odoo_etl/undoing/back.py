"""Changes that put records and their lines back as images have them, and whether a run left them so. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import sha1_of
from odoo_etl.mapping import OWN, Lines, Record, Variant, at_path
from odoo_etl.planning import (
    LINES,
    Create,
    Existing,
    Image,
    LineChanges,
    Pair,
    RecordRules,
    Update,
    VariantChanges,
    difference,
    image_of,
)
from odoo_etl.undoing.traces import Commands, as_value, lines_in, without_lines


class Back:
    """Holds records of one model against images of them.

    Args:
        rules: `fields` by the names that images have, those of other languages and companies included.
    """

    def __init__(self, rules: RecordRules) -> None:
        self._rules, self._fields = rules, rules.fields
        self._comparers = {name: one.comparer() for name, one in rules.fields.items()}
        self._lines = {name: Back(one) for name, one in rules.children.items()}

    def differences(self, before: Image, existing: Existing) -> dict[str, Pair]:
        """Name to (what it holds, what it held before), where they differ; lines apart."""
        return difference(self._planned(before), existing, self._comparers)

    def update(
        self,
        record_id: int,
        before: Image,
        differing: Mapping[str, Pair],
        children: tuple[LineChanges, ...],
        existing: Existing,
    ) -> Update:
        """The update that puts these differences and lines back."""
        by_variant: dict[Variant, dict[str, Pair]] = defaultdict(dict)
        for path, pair in differing.items():
            name, variant = at_path(path)
            by_variant[variant][name] = pair
        own = by_variant.pop(OWN, {})
        variants = tuple([VariantChanges(*one) for one in sorted(by_variant.items())])
        record = Record((record_id,), self._own_values(before), [])
        return Update(record, record_id, own, existing, children=children, variants=variants)

    def lines(self, before: Image, after: Image, existing: Existing) -> tuple[LineChanges, ...]:
        """The changes that put back the lines of a record that an image names."""
        planned = [
            self._lines[name].changes(name, rows, Commands.of(after.get(name + LINES, ())), existing.get(name) or ())
            for name, rows in lines_in(before)
        ]
        return tuple([one for one in planned if one.differs])

    def changes(self, name: str, before: Sequence[Image], commands: Commands, rows: Sequence[Existing]) -> LineChanges:
        """The changes that put the lines of one field back.

        Args:
            before: all that the record had, with what the run replaced of each.
        """
        creates: dict[str, Create] = {}
        updates: dict[str, Update] = {}
        there, known = {row["id"]: row for row in rows}, {one["id"] for one in before}
        others = [row for row in rows if row["id"] not in known]
        for one in before:
            number, image = one["id"], _without_id(one)
            if number in there:
                update = self._line(number, image, commands.updates.get(number, {}), there[number])
                if update.differs:
                    updates[f"id {number}"] = update
            elif number in commands.removed and not _take(others, self._twin(self._planned(image), others)):
                creates[f"id {number}"] = Create(self.line(one))
        removals = {f"id {row['id']}": image_of(row, self._rules) for row in self._made(commands, others)}
        return LineChanges(name, creates, updates, removals)

    def changed(self, after: Image, existing: Existing) -> Iterator[str]:
        """Names, and paths of lines, of what is no longer as a run wrote it; amounts apart, which Odoo rounds."""
        yield from self.differing(after, existing)
        for name, commands in lines_in(after):
            for path in self._lines[name].changed_lines(Commands.of(commands), existing.get(name) or ()):
                yield name + path

    def differing(self, after: Image, existing: Existing) -> dict[str, Pair]:
        """Name to (what it holds, what the run wrote), where they differ; lines apart."""
        return difference(self._exact(after), existing, self._comparers)

    def as_kept(self, name: str, value: Any) -> Any:
        """A value in the form in which the ledger knows what Odoo makes of it: of a file, its checksum."""
        return (sha1_of(value) or value) if self._fields[name].type.is_file else value

    def changed_lines(self, commands: Commands, rows: Sequence[Existing]) -> Iterator[str]:
        """The same of the lines of one field."""
        there = {row["id"]: row for row in rows}
        for number, image in commands.updates.items():
            if number not in there:
                yield f"[id {number}]"
            else:
                yield from (f"[id {number}].{path}" for path in self.changed(image, there[number]))
        others = list(rows)
        for new in commands.creates:
            if not _take(others, self._twin(self._exact(new), others, commands)):
                yield "[new]"

    def _line(self, number: int, before: Image, after: Image, existing: Existing) -> Update:
        children = self.lines(before, after, existing)
        return self.update(number, before, self.differences(before, existing), children, existing)

    def _made(self, commands: Commands, others: list[Existing]) -> list[Existing]:
        """Which of the lines that were not there before the run made, as far as they are as it left them."""
        made = [row for row in others if row["id"] in commands.updates]
        rest = [row for row in others if row["id"] not in commands.updates]
        for image in commands.creates:
            if (twin := self._twin(self._exact(image), rest)) is not None:
                _take(rest, twin)
                made.append(twin)
        return made

    def _twin(
        self, wanted: Mapping[str, Any], rows: Iterable[Existing], later: Commands | None = None
    ) -> Existing | None:
        """The first line that holds all of it, but for what a later call wrote."""
        for row in rows:
            beside: Image = later.updates.get(row["id"], {}) if later is not None else {}
            if not difference({name: one for name, one in wanted.items() if name not in beside}, row, self._comparers):
                return row
        return None

    def _exact(self, after: Image) -> dict[str, Any]:
        """The values that were written, as planning compares them; no amounts: these are rounded to their currency."""
        written = without_lines(after)
        known = {name: one for name, one in written.items() if name in self._fields}
        return {name: as_value(one) for name, one in known.items() if not self._fields[name].type.is_money}

    def _planned(self, before: Image) -> dict[str, Any]:
        return {name: self._fields[name].type.from_answered(one) for name, one in without_lines(before).items()}

    def _own_values(self, before: Image) -> dict[str, Any]:
        """Those of the job's own language and company."""
        return {name: one for name, one in self._planned(before).items() if at_path(name)[1] == OWN}

    def line(self, before: Image) -> Record:
        """A line as it was, with its lines, in the job's own language and company."""
        children = [Lines(name, tuple(map(self._lines[name].line, rows))) for name, rows in lines_in(before)]
        return Record((), self._own_values(_without_id(before)), [], children=tuple(children))


def _take(rows: list[Existing], row: Existing | None) -> bool:
    """Take a row out of others; whether there is one."""
    if row is None:
        return False
    rows[:] = [one for one in rows if one is not row]
    return True


def _without_id(image: Image) -> dict[str, Any]:
    return {name: value for name, value in image.items() if name != "id"}
