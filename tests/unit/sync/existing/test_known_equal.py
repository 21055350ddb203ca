"""Which jobs compare by the ledger, and which fields they may skip."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from odoo_etl.planning import NoChange
from odoo_etl.sync.existing import ExistingRecords
from odoo_etl.sync.existing.known_equal import MANY_FIELDS, LedgerFinder, by_ledger
from odoo_etl.sync.ports import Target
from tests.builders import job_spec, record, target
from tests.memory_odoo import MemoryOdoo

CHARS = {f"x{n}": target("char", f"x{n}") for n in range(MANY_FIELDS)}
FEW = {"ref": target("char", "ref")}


@pytest.mark.parametrize(
    ("compare", "fields", "ledger"),
    [
        ("server", CHARS, False),
        ("ledger", FEW, True),
        ("auto", FEW, False),
        ("auto", CHARS, True),
        ("auto", {"comment": target("html", "comment")}, True),
        ("auto", {name: target("many2many", name) for name in CHARS}, False),
    ],
)
def test_when_the_ledger_is_asked(compare, fields, ledger):
    """`auto` asks where there is much to skip."""
    assert by_ledger(job_spec({"ref": "ref"}, load={"compare": compare}), fields) is ledger


def test_who_only_creates_compares_nothing():
    """There is nothing to skip."""
    assert not by_ledger(job_spec({"ref": "ref"}, load={"compare": "ledger"}, mode="create"), CHARS)


@pytest.mark.parametrize(
    ("dated", "field"),
    [
        (True, target("char")),
        (True, target("many2one", relation="res.country")),
        (False, target("many2many", relation="res.partner.category")),
        (False, target("monetary", currency_field="currency_id")),
        (False, target("char", store=False)),
        (False, target("char", related="product_tmpl_id.name")),
        (False, target("char", depends=["parent_id"])),
        (False, target("char", company_dependent=True)),
    ],
)
def test_which_fields_write_date_tells_of(dated, field):
    """Those whose value is the record's own, and nothing else's."""
    assert field.dated is dated


@pytest.mark.parametrize(("fields", "by_it"), [(MANY_FIELDS, True), (MANY_FIELDS - 1, False)])
def test_so_many_fields_are_worth_it(fields, by_it):
    """Of those that `write_date` tells of; others do not count."""
    some = dict(list(CHARS.items())[:fields])
    some["tags"] = target("many2many", "tags")
    assert by_ledger(job_spec({"ref": "ref"}, load={"compare": "auto"}), some) is by_it


NOW = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC).timestamp()
OLD = "2026-01-02 10:59:59"


@dataclass
class Inner:
    """A finder by `ref` of records in memory; notes which fields were asked for."""

    rows: dict
    fields: list = field(default_factory=lambda: ["ref", "name", "category_id"])
    asked: list = field(default_factory=list)
    equal: list = field(default_factory=list)

    def found_equal(self, kept, _found):
        """Keep the records."""
        self.equal += [one.record for one in kept]

    def key_of(self, one):
        """Its key."""
        return one.key

    def fetch(self, keys, fields):
        """The rows with these fields."""
        self.asked.append(sorted(fields))
        names = {"id", *fields}
        found = {
            key: [{name: row[name] for name in names if name in row} for row in self.rows[key]]
            for key in keys
            if key in self.rows
        }
        return ExistingRecords(found)


@dataclass
class Known:
    """What is remembered."""

    records: dict = field(default_factory=dict)

    def recall(self, places):
        """Those that are known."""
        return {place: self.records[place] for place in places if place in self.records}

    def remember(self, records):
        """In place of what was known."""
        self.records |= records


def by_what_is_known(rows, known, odoo=None):
    """The finder, what it stands around, and the server that it reads from in full."""
    odoo = odoo or MemoryOdoo()
    odoo.records["res.partner"] = {row["id"]: dict(row) for some in rows.values() for row in some}
    inner = Inner(rows)
    fields = {
        "ref": target("char", "ref"),
        "name": target("char", "name"),
        "category_id": target("many2many", "category_id"),
    }
    return LedgerFinder(inner, Target(odoo, "res.partner", {}), fields, known, lambda: NOW), inner, odoo


def held(number, ref, name="A", date=OLD):
    """A record of Odoo."""
    return {"id": number, "ref": ref, "name": name, "write_date": date}


def test_the_inner_finder_hears_of_equal_records_too():
    """It may remember something of its own."""
    finder, inner, _ = by_what_is_known({("a",): [held(1, "a")]}, Known())
    one = record("a", name="A")
    finder.found_equal([NoChange(one, 1)], finder.of([one]))
    assert inner.equal == [one]


def learned(rows, known, *records):
    """Let the finder find these equal."""
    finder, _, _ = by_what_is_known(rows, known)
    found = finder.of(records)
    finder.found_equal([NoChange(one, found.existing[one.key][0]["id"]) for one in records], found)


LIGHT, FULL = ["category_id", "write_date"], ["category_id", "name", "ref", "write_date"]


def test_what_was_found_equal_is_not_read_again():
    """It is given as the row has it, though Odoo was not asked for it."""
    known, rows, one = Known(), {("a",): [held(1, "a")]}, record("a", name="A")
    learned(rows, known, one)
    finder, inner, odoo = by_what_is_known(rows, known)
    found = finder.of([one])
    assert (inner.asked, sum(odoo.calls.values())) == ([LIGHT], 0)
    assert found.existing[("a",)][0]["name"] == "A"
    assert found.fresh == {}


@pytest.mark.parametrize(
    ("date", "is_remembered"), [("2026-01-02 10:59:59", True), ("2026-01-02 11:00:00", False), (False, False)]
)
def test_what_was_written_within_the_hour_is_not_settled_yet(date, is_remembered):
    """Another write in the same second would not show."""
    known = Known()
    learned({("a",): [held(1, "a", date=date)]}, known, record("a", name="A"))
    assert bool(known.records) is is_remembered


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (held(1, "a", date="2026-01-02 11:30:00"), "A"),  # somebody wrote to it
        (held(2, "a"), "A"),  # another record has the key now
        (held(1, "a"), "B"),  # the row wants something else
    ],
)
def test_what_may_have_changed_is_read_in_full(row, wanted):
    """And is compared anew."""
    known = Known()
    learned({("a",): [held(1, "a")]}, known, record("a", name="A"))
    finder, inner, odoo = by_what_is_known({("a",): [row]}, known)
    one = record("a", name=wanted)
    found = finder.of([one])
    assert inner.asked[-1] == FULL or odoo.calls["res.partner.search_read"] == 1
    assert found.existing[("a",)][0]["name"] == "A"
    assert list(found.fresh) == [("a",)]


@pytest.mark.parametrize(("known_rows", "first"), [(1, FULL), (2, LIGHT), (3, LIGHT)])
def test_half_of_a_chunk_must_be_known(known_rows, first):
    """Otherwise one read in full costs less than two; the rest is read in full afterwards."""
    known, refs = Known(), "abcd"
    rows = {(ref,): [held(number, ref)] for number, ref in enumerate(refs, 1)}
    learned(rows, known, *(record(ref, name="A") for ref in refs[:known_rows]))
    finder, inner, odoo = by_what_is_known(rows, known)
    found = finder.of([record(ref, name="A") for ref in refs])
    assert inner.asked == [first]
    assert odoo.calls["res.partner.search_read"] == (first == LIGHT)
    assert [row["name"] for some in found.existing.values() for row in some] == ["A"] * 4


def test_a_key_that_several_records_have_is_never_known():
    """Though one of them was."""
    known = Known()
    learned({("a",): [held(1, "a")]}, known, record("a", name="A"))
    finder, _, _ = by_what_is_known({("a",): [held(1, "a"), held(2, "a")]}, known)
    assert len(finder.of([record("a", name="A")]).existing[("a",)]) == 2
