"""Lines that are about to be deleted, read as a whole: more of them comes back than the fields that a job maps."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.fieldtypes import type_of
from odoo_etl.planning import LINES, Image, LineChanges, Update
from odoo_etl.sync.existing import Schema, read_whole
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.removals import pages, restorable_fields

_Place = tuple[str, str]  # model of the lines, and their field that holds their record
_Rows = Mapping[_Place, Mapping[int, Image]]


class WholeLines:
    """Fills what images of removed lines lack; may be used from several lanes.

    Costs one read for each model of lines, and only where lines go.
    """

    def __init__(self, target: Target) -> None:
        self._target, self._schema = target, Schema(target.client, target.context)
        self._fields: dict[_Place, tuple[list[str], list[str]]] = {}
        self._lock = threading.Lock()

    def of(self, updates: Sequence[Update]) -> Sequence[Update]:
        """The same updates; their removals hold all that a new line could be given."""
        if not any(update.children for update in updates):
            return updates
        wanted: dict[_Place, list[int]] = defaultdict(list)
        for update in updates:
            for place, number in self._removed(self._target.model, update.children):
                wanted[place].append(number)
        if not wanted:
            return updates
        rows = {place: self._read(place, ids) for place, ids in wanted.items()}
        return [self._filled(self._target.model, one, rows) for one in updates]

    def _place(self, model: str, name: str) -> _Place:
        field = self._schema.fields(model, [name])[name]
        return field.relation, field.inverse

    def _removed(self, model: str, children: Sequence[LineChanges]) -> Iterator[tuple[_Place, int]]:
        """The lines that go, and theirs with them."""
        for one in children:
            place = self._place(model, one.name)
            for row in one.removals.values():
                yield from self._in_image(place, row)
            for update in one.updates.values():
                yield from self._removed(place[0], update.children)

    def _in_image(self, place: _Place, image: Image) -> Iterator[tuple[_Place, int]]:
        yield place, image["id"]
        for name in (name for name in image if name.endswith(LINES)):
            inner = self._place(place[0], name.removesuffix(LINES))
            for one in image[name]:
                yield from self._in_image(inner, one)

    def _read(self, place: _Place, ids: Sequence[int]) -> dict[int, Image]:
        model, client, context = place[0], self._target.client, self._target.context
        names, links = self._known_fields(place)
        found: dict[int, Image] = {}
        for page in pages(ids):
            for row in read_whole(client, model, [["id", "in", list(page)]], names, links, context):
                found[row["id"]] = {name: row[name] for name in names}
        return found

    def _known_fields(self, place: _Place) -> tuple[list[str], list[str]]:
        """The fields to read, and which of them hold several records."""
        model, inverse = place
        with self._lock:
            if place not in self._fields:
                known = restorable_fields(replace(self._target, model=model))
                known.pop(inverse, None)
                links = [name for name, one in known.items() if type_of(one["type"]).is_many]
                self._fields[place] = sorted(known), links
            return self._fields[place]

    def _filled(self, model: str, update: Update, rows: _Rows) -> Update:
        return replace(update, children=tuple([self._lines(model, one, rows) for one in update.children]))

    def _lines(self, model: str, lines: LineChanges, rows: _Rows) -> LineChanges:
        place = self._place(model, lines.name)
        return replace(
            lines,
            updates={label: self._filled(place[0], one, rows) for label, one in lines.updates.items()},
            removals={label: self._image(place, one, rows) for label, one in lines.removals.items()},
        )

    def _image(self, place: _Place, image: Image, rows: _Rows) -> dict[str, Any]:
        whole = {**rows.get(place, {}).get(image["id"], {}), **image}
        for name in (name for name in image if name.endswith(LINES)):
            inner = self._place(place[0], name.removesuffix(LINES))
            whole[name] = [self._image(inner, one, rows) for one in image[name]]
        return whole
