"""Contents of lines that a write replaces, or that go with their line: read before, so that undo can put them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.fieldtypes import StoredContent
from odoo_etl.planning import LINES, Existing, LineChanges, RecordRules, Update
from odoo_etl.sync.existing import hold_contents, read_whole
from odoo_etl.sync.writing.line_updates import LineUpdates
from odoo_etl.sync.writing.updates import Updates

_Names = dict[int, set[str]]  # id of a line to the fields that are wanted
_Found = Mapping[str, Mapping[int, Existing]]  # by model and id


class UpdatesWithContents(LineUpdates):
    """The same where lines have contents: what is known of these is their checksums.

    Args:
        rules: of the records that have the lines.
    """

    def __init__(self, rules: RecordRules, *parts: Any) -> None:
        super().__init__(*parts)
        self._rules = rules

    def _in_full(self, updates: Sequence[Update]) -> Sequence[Update]:
        """The updates with contents in place of references, in lines that change or go."""
        wanted: dict[str, _Names] = defaultdict(dict)
        for update in updates:
            for model, line, names in _wanted(update.children, self._rules):
                wanted[model].setdefault(line, set()).update(names)
        if not wanted:
            return updates
        found = {model: self._read(model, names) for model, names in wanted.items()}
        return [replace(one, children=_all_filled(one.children, self._rules, found)) for one in updates]

    def _read(self, model: str, wanted: _Names) -> dict[int, Existing]:
        target, domain = self._target, [["id", "in", sorted(wanted)]]
        names = sorted(set().union(*wanted.values()))
        rows = read_whole(target.client, model, domain, names, (), target.context)
        return {row["id"]: row for row in rows}


def updates_of(rules: RecordRules, settling: Sequence[Any], parts: Sequence[Any]) -> Updates:
    """The object that changes records: it knows of lines, and of their contents, only where there are any.

    Args:
        settling: what `LineUpdates` takes besides.
        parts: as `Updates` takes them.
    """
    if not rules.children:
        return Updates(*parts)
    if hold_contents(rules.children):
        return UpdatesWithContents(rules, *settling, *parts)
    return LineUpdates(*settling, *parts)


def _wanted(children: Iterable[LineChanges], rules: RecordRules) -> Iterator[tuple[str, int, set[str]]]:
    """Model, line and fields of what is to be read."""
    for one in children:
        own = rules.children[one.name]
        for update in one.updates.values():
            names = {name for name, (old, _) in update.changes.items() if isinstance(old, StoredContent)}
            yield from [(own.model, update.id, names)] if names else []
            yield from _wanted(update.children, own)
        for image in one.removals.values():
            yield from _wanted_of_image(image, own, own.model)


def _wanted_of_image(image: Existing, rules: RecordRules, model: str) -> Iterator[tuple[str, int, set[str]]]:
    names = {name for name, value in image.items() if isinstance(value, StoredContent)}
    yield from [(model, image["id"], names)] if names else []
    for name, own in rules.children.items():
        for line in image.get(name + LINES) or ():
            yield from _wanted_of_image(line, own, own.model)


def _all_filled(children: Iterable[LineChanges], rules: RecordRules, found: _Found) -> tuple[LineChanges, ...]:
    return tuple([_filled(one, rules, found) for one in children])


def _filled(lines: LineChanges, rules: RecordRules, found: _Found) -> LineChanges:
    own = rules.children[lines.name]
    updates = {}
    for label, one in lines.updates.items():
        row = found.get(own.model, {}).get(one.id, {})
        changes = {name: (_value(name, old, row), new) for name, (old, new) in one.changes.items()}
        updates[label] = replace(one, changes=changes, children=_all_filled(one.children, own, found))
    removals = {label: _filled_image(image, own, own.model, found) for label, image in lines.removals.items()}
    return replace(lines, updates=updates, removals=removals)


def _filled_image(image: Existing, rules: RecordRules, model: str, found: _Found) -> Existing:
    row = found.get(model, {}).get(image["id"], {})
    filled = {name: _value(name, value, row) for name, value in image.items()}
    for name, own in rules.children.items():
        if lines := image.get(name + LINES):
            filled[name + LINES] = [_filled_image(line, own, own.model, found) for line in lines]
    return filled


def _value(name: str, value: Any, row: Existing) -> Any:
    return row.get(name, False) if isinstance(value, StoredContent) else value
