"""Changes that put records and their lines back as images have them, and whether a run left them so. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import sha1_of
from odoo_etl.mapping import OWN, Lines, Record, Variant, at_path
from odoo_etl.planning import (
    DATED,
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

CameBack = Callable[[str, Existing], object]


class Back:
    """Holds records of one model against images of them.

    Args:
        rules: `fields` by the names that images have, those of other languages and companies included.
        came_back: told of each line of Odoo that stands for one which the run took away: its path, and the line.
        path: of the field that has these records as lines, "" of records.
    """

    def __init__(self, rules: RecordRules, came_back: CameBack = lambda _path, _row: None, path: str = "") -> None:
        self._rules, self._fields = rules, rules.fields
        self._came_back, self._path = came_back, path
        self._comparers = {name: one.comparer() for name, one in rules.fields.items()}
        before = f"{path}." if path else ""
        self._lines = {name: Back(one, came_back, f"{before}{name}[]") for name, one in rules.children.items()}

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

    def lines(self, before: Image, after: Image, existing: Existing, until: str = "") -> tuple[LineChanges, ...]:
        """The changes that put back the lines of a record that an image names.

        Args:
            until: when the run wrote the record last, "" when nobody knows: lines that nobody wrote after that are as
                it left them, whatever Odoo made of their values.
        """
        planned = [
            self._lines[name].changes(
                name, rows, Commands.of(after.get(name + LINES, ())), existing.get(name) or (), until
            )
            for name, rows in lines_in(before)
        ]
        return tuple([one for one in planned if one.differs])

    def changes(
        self, name: str, before: Sequence[Image], commands: Commands, rows: Sequence[Existing], until: str = ""
    ) -> LineChanges:
        """The changes that put the lines of one field back.

        A line that went may be back already: some line is equal to it, or, where Odoo computed some of its values anew,
        equal in all others.

        Args:
            before: all that the record had, with what the run replaced of each.
            until: as for `lines`.
        """
        creates: dict[str, Create] = {}
        updates: dict[str, Update] = {}
        there, known = {row["id"]: row for row in rows}, {one["id"] for one in before}
        others = [row for row in rows if row["id"] not in known]
        gone = list[Image]()
        for one in before:
            number, image = one["id"], _without_id(one)
            if number in there:
                update = self._line(number, image, commands.updates.get(number, {}), there[number], until)
                if update.differs:
                    updates[f"id {number}"] = update
            elif number in commands.removed and not self._is_back(self._planned(image), others):
                gone.append(one)
        made = self._made(commands, others, until)
        taken = {row["id"] for row in made}
        left = [row for row in others if row["id"] not in taken]
        for one in gone:
            image = _without_id(one)
            if self._is_back(self._not_computed(self._planned(image)), left):
                continue
            if (again := self._is_back(self._not_computed(self._own_values(image)), left)) is None:
                creates[f"id {one['id']}"] = Create(self.line(one))
            elif (update := self._in_variants(image, again)).differs:  # new lines have no texts in other languages
                updates[f"id {again['id']}"] = update
        removals = {f"id {row['id']}": image_of(row, self._rules) for row in made}
        return LineChanges(name, creates, updates, removals)

    def changed(self, after: Image, existing: Existing, until: str = "") -> Iterator[str]:
        """Names, and paths of lines, of what is no longer as a run wrote it; amounts apart, which Odoo rounds.

        Args:
            until: as for `lines`.
        """
        yield from self.differing(after, existing)
        for name, commands in lines_in(after):
            for path in self._lines[name].changed_lines(Commands.of(commands), existing.get(name) or (), until):
                yield name + path

    def younger(self, after: Image, existing: Existing, last: str, *, every: bool) -> Iterator[str]:
        """Paths of the lines that somebody wrote later: of those that the run wrote, or of every one of the record.

        Args:
            last: when the run, or any of its job, last wrote.
        """
        for name, given in lines_in(after):
            rows, commands = existing.get(name) or (), Commands.of(given)
            own = rows if every else self._lines[name].touched(commands, rows, last)
            for row in own:
                yield from self._lines[name].later(row, last, f"{name}[id {row['id']}]")

    def later(self, row: Existing, last: str, path: str) -> Iterator[str]:
        """The path of a line that somebody wrote later, or those of its own lines."""
        if str(row.get(DATED) or "") > last:
            yield path
            return
        for name, lines in self._lines.items():
            for one in row.get(name) or ():
                yield from lines.later(one, last, f"{path}.{name}[id {one['id']}]")

    def touched(self, commands: Commands, rows: Sequence[Existing], until: str) -> Sequence[Existing]:
        """The lines that a run wrote or made, as far as they are told from others."""
        written = [row for row in rows if row["id"] in commands.updates]
        others = [row for row in rows if row["id"] not in commands.updates]
        return [*written, *self._made(Commands(creates=commands.creates), others, until)]

    def differing(self, after: Image, existing: Existing) -> dict[str, Pair]:
        """Name to (what it holds, what the run wrote), where they differ; lines apart."""
        return difference(self._exact(after), existing, self._comparers)

    def as_kept(self, name: str, value: Any) -> Any:
        """A value in the form in which the ledger knows what Odoo makes of it: of a file, its checksum."""
        return (sha1_of(value) or value) if self._fields[name].type.is_file else value

    def changed_lines(self, commands: Commands, rows: Sequence[Existing], until: str = "") -> Iterator[str]:
        """The same of the lines of one field."""
        there = {row["id"]: row for row in rows}
        for number, image in commands.updates.items():
            if number not in there:
                yield f"[id {number}]"
            elif not _is_by(there[number], until):
                yield from (f"[id {number}].{path}" for path in self.changed(image, there[number], until))
        others = list(rows)
        for new in commands.creates:
            if not _take(others, self._twin(self._exact(new), others, commands) or self._likely(new, others, until)):
                yield "[new]"

    def _line(self, number: int, before: Image, after: Image, existing: Existing, until: str) -> Update:
        children = self.lines(before, after, existing, until)
        return self.update(number, before, self.differences(before, existing), children, existing)

    def _is_back(self, wanted: Mapping[str, Any], rows: list[Existing]) -> Existing | None:
        """The line that stands for one which the run took away, taken out of the rows; None where there is none."""
        twin = self._twin(wanted, rows)
        if _take(rows, twin) and twin is not None:
            self.tell(twin)
            return twin
        return None

    def tell(self, row: Existing) -> None:
        """Tell of a line that came back, and of those that came with it."""
        self._came_back(self._path, row)
        for name, lines in self._lines.items():
            for one in row.get(name) or ():
                lines.tell(one)

    def _in_variants(self, image: Image, existing: Existing) -> Update:
        """The update of a line that came back in the job's own language and company alone."""
        others = {path: value for path, value in without_lines(image).items() if at_path(path)[1] != OWN}
        return self.update(existing["id"], others, self.differences(others, existing), (), existing)

    def _made(self, commands: Commands, others: Sequence[Existing], until: str) -> list[Existing]:
        """Which of the lines that were not there before the run made, as far as they are as it left them."""
        made = [row for row in others if row["id"] in commands.updates]
        rest = [row for row in others if row["id"] not in commands.updates]
        unlike = list[Image]()
        for image in commands.creates:
            twin = self._twin(self._exact(image), rest)
            if _take(rest, twin) and twin is not None:
                made.append(twin)
            else:
                unlike.append(image)
        for image in unlike:
            likely = self._likely(image, rest, until)
            if _take(rest, likely) and likely is not None:
                made.append(likely)
        return made

    def _likely(self, image: Image, rows: Sequence[Existing], until: str) -> Existing | None:
        """The first line that nobody wrote after the run, and that holds what it was given but for computed values."""
        return self._twin(self._not_computed(self._exact(image)), [row for row in rows if _is_by(row, until)])

    def _not_computed(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Values of fields that only writes change."""
        return {name: one for name, one in wanted.items() if not self._fields[name].depends}

    def _twin(
        self, wanted: Mapping[str, Any], rows: Iterable[Existing], later: Commands | None = None
    ) -> Existing | None:
        """The first line that holds all of it, but for what a later call wrote."""
        for row in rows if wanted else ():
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
        known = {name: one for name, one in without_lines(before).items() if name in self._fields}
        return {name: self._fields[name].type.from_answered(one) for name, one in known.items()}

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


def _is_by(row: Existing, until: str) -> bool:
    """Whether nobody has written a line after a moment."""
    return bool(until) and "" < str(row.get(DATED) or "") <= until


def _without_id(image: Image) -> dict[str, Any]:
    return {name: value for name, value in image.items() if name != "id"}
