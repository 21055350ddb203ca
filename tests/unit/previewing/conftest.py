"""Rows that are previewed on an Odoo in memory, and planned beside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from odoo_etl.previewing import Planning, preview_online
from tests.builders import ListSource, World

KINDS = {"create": "created", "update": "updated", "unchanged": "unchanged", "skip": "skipped", "reject": "rejected"}


@dataclass
class Look:
    """An Odoo in memory, whose rows are looked at."""

    world: World = field(default_factory=World)

    @property
    def odoo(self):
        """It."""
        return self.world.odoo

    def at(self, spec, columns, *rows, most=20, **terms):
        """The preview of rows; it writes nothing, and says what a plan of them says."""
        source = ListSource(columns, rows)
        shown = preview_online(spec, Planning(self.odoo, most, source, **terms))
        assert self.odoo.writes() == 0
        self._is_as_planned(shown, spec, columns, rows[:most])
        return shown

    def _is_as_planned(self, shown, spec, columns, rows):
        planned = self.world.run(spec, ListSource(columns, rows), shown=1000)
        told = [(row.line, row.code, row.reason) for row in planned.heard.rejects]
        flaws = [
            (one.lines[0], one.every_flaw[0].code, "; ".join(flaw.reason for flaw in one.every_flaw))
            for one in shown.records
            if one.fate == "reject"
        ]
        assert [one[:2] for one in sorted(flaws)] == [one[:2] for one in sorted(told)]
        assert all(
            sorted(mine[2].split("; ")) == sorted(its[2].split("; ")) or mine[2].startswith(its[2])
            for mine, its in zip(sorted(flaws), sorted(told), strict=True)
        )
        records = {kind: [one for one in shown.records if one.fate == fate] for fate, kind in KINDS.items()}
        if all(len(one.lines) == 1 for one in shown.records):
            assert {kind: len(some) for kind, some in records.items() if some} == planned.counts
        landed = [one for one in planned.changes if one.line not in planned.heard.rejected_lines]
        changes = {(one.line, own_path(path)) for one in landed for path in one.changes}
        mine = [(one.lines[0], each) for one in [*records["created"], *records["updated"]] for each in one.fields]
        assert {(line, own_path(each.path)) for line, each in mine if each.changes} == changes


def own_path(path):
    """The path of a value, whatever its company is called."""
    return re.sub("@(company:2|Two)", "@two", path)


@pytest.fixture
def look():
    """Nothing is there yet."""
    return Look()


def fields_of(shown, number=0):
    """Path to the previewed value of one record."""
    return {one.path: one for one in shown.records[number].fields}
