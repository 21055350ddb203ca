"""The first rows of a job as a run would take them."""

from __future__ import annotations

import pytest

from odoo_etl.previewing import Planning, preview_online
from odoo_etl.spec import JobSpec
from tests.builders import ListSource, job_spec
from tests.memory_odoo import MemoryOdoo
from tests.unit.previewing.conftest import fields_of

COLUMNS = ["ref", "name", "country", "tags", "lat", "parent"]
FIELDS = {
    "ref": "ref",
    "name": {"column": "name", "required": True},
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    "category_id": {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}},
    "partner_latitude": {"column": "lat", "type": "decimal", "decimal": ","},
}


@pytest.fixture
def known(look):
    """Some countries, tags and partners."""
    look.odoo.add("res.country", {"code": "DE", "display_name": "Germany"}, {"code": "FR", "display_name": "France"})
    look.odoo.add("res.country", {"code": "FR", "display_name": "Second France"})
    look.odoo.add("res.partner.category", {"name": "Gold", "display_name": "Gold"})
    look.odoo.add(
        "res.partner",
        {"ref": "a", "name": "Old", "display_name": "Old", "country_id": 1},
        {"ref": "b", "name": "B", "display_name": "B"},
    )
    return look


def test_each_row_is_shown_beside_its_values(known):
    """Typed as they will be sent, records by name, what changes beside what Odoo has."""
    shown = known.at(
        job_spec(FIELDS),
        COLUMNS,
        ("a", "New", "DE", "Gold", "51,5", ""),
        ("b", "B", "", "", "", ""),
        ("c", "C", "DE", "", "", ""),
    )
    assert [(one.lines, one.fate, one.key, one.id, one.name) for one in shown.records] == [
        ((2,), "update", "a", 1, "Old"),
        ((3,), "unchanged", "b", 2, "B"),
        ((4,), "create", "c", None, ""),
    ]
    first = fields_of(shown)
    assert (first["name"].value, first["name"].old, first["name"].changes) == ("New", "Old", True)
    assert (first["country_id"].names, first["country_id"].changes) == (("Germany",), False)
    assert (first["category_id"].names, first["category_id"].cells) == (("Gold",), {"tags": "Gold"})
    assert first["partner_latitude"].value == 51.5
    assert {one.path for one in shown.records[1].fields if one.is_silent} == {*FIELDS} - {"ref", "name"}
    assert (shown.read, shown.exit_code, shown.columns) == (3, 0, tuple(COLUMNS))


def test_flaws_stand_at_their_fields(known):
    """With the code of a run; what is good beside them is shown all the same."""
    shown = known.at(
        job_spec(FIELDS),
        COLUMNS,
        ("x", "", "DE", "", "fifty", ""),
        ("y", "Y", "XX", "Gold", "", ""),
        ("z", "Z", "FR", "", "", ""),
        ("", "no key", "", "", "", ""),
        "rubbish",
    )
    told = [
        {path: [flaw.code for flaw in one.flaws] for path, one in fields_of(shown, number).items() if one.flaws}
        for number in range(4)
    ]
    assert told == [
        {"name": ["required"], "partner_latitude": ["bad_number"]},
        {"country_id": ["lookup_missing"]},
        {"country_id": ["ambiguous_lookup"]},
        {"ref": ["empty_key"]},
    ]
    assert fields_of(shown)["country_id"].names == ("Germany",)
    assert fields_of(shown, 1)["category_id"].names == ("Gold",)
    assert [flaw.code for flaw in shown.records[4].flaws] == ["ragged_line"]
    assert [one.key for one in shown.records] == ["x", "y", "z", "", ""]
    assert ({one.fate for one in shown.records}, shown.exit_code) == ({"reject"}, 3)


def test_only_the_rows_that_are_asked_for_are_read():
    """However long the source is, and whatever the job says of chunks."""
    source = ListSource(["ref", "name"], [(str(n), "N") for n in range(10_000)])
    spec = job_spec({"ref": "ref", "name": "name"}, min_rows=5_000, load={"max_rejects": 0})
    shown = preview_online(spec, Planning(MemoryOdoo(), 3, source))
    assert (len(shown.records), source.read, shown.error) == (3, 1, "")


def test_limits_of_the_whole_job_stop_no_look(known):
    """One rejected row of two is more than the job allows, and still both are shown."""
    spec = job_spec(FIELDS, load={"max_rejects": 0})
    rows = [("x", "", "", "", "", ""), ("y", "Y", "", "", "", "")]
    shown = preview_online(spec, Planning(known.odoo, 9, ListSource(COLUMNS, rows)))
    assert ([one.fate for one in shown.records], shown.error) == (["reject", "create"], "")


def test_records_that_lookups_would_create_are_named_and_not_made(known):
    """They have no id yet."""
    lookup = {"model": "res.partner.category", "by": "name", "on_missing": "create"}
    fields = {"ref": "ref", "name": "name", "category_id": {"column": "tags", "split": "|", "lookup": lookup}}
    rows = ListSource(COLUMNS, [("n", "N", "", "Gold|Silver", "", "")])
    shown = preview_online(job_spec(fields), Planning(known.odoo, 5, rows))
    assert set(fields_of(shown)["category_id"].names) == {"Gold", "Silver (new)"}
    assert shown.created_beside == {"res.partner.category": 1}
    assert known.odoo.writes() == 0


def test_records_that_may_still_come_are_told_apart(known):
    """A row further down, or a job that runs before, may bring what is missing now."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({"ref": "ref", "name": "name", "parent_id": parent})
    shown = known.at(
        spec, COLUMNS, ("p", "P", "", "", "", "q"), ("q", "Q", "", "", "", ""), ("r", "R", "", "", "", "later")
    )
    assert fields_of(shown)["parent_id"].names == ("q (new)",)
    assert "these are only the first" in fields_of(shown, 2)["parent_id"].flaws[0].reason
    assert "writes the record without that field" in shown.records[2].notes[0]
    other = known.at(job_spec(FIELDS), COLUMNS, ("s", "S", "XX", "", "", ""), makers={"res.country": "countries"})
    assert "the job countries, which runs before this one" in fields_of(other)["country_id"].flaws[0].reason


def test_several_rows_of_a_key_are_one_record(known):
    """Each value beside the cell that it comes from."""
    shown = known.at(job_spec(FIELDS), COLUMNS, ("n", "First", "DE", "", "", ""), ("n", "Last", "", "", "", ""))
    (one,) = shown.records
    assert (one.lines, fields_of(shown)["name"].cells, fields_of(shown)["name"].value) == (
        (2, 3),
        {"name": "Last"},
        "Last",
    )
    assert fields_of(shown)["country_id"].cells == {"country": "DE"}


def test_lines_stand_below_their_record(look):
    """Each value of each line, with its own cell; a bad line rejects the whole record."""
    lines = {"key": "sequence", "fields": {"sequence": {"column": "pos", "type": "integer"}, "name": "part"}}
    spec = job_spec({"code": "code", "name": "name"}, model="mrp.bom", key="code", lines={"line_ids": lines})
    columns = ["code", "name", "pos", "part"]
    shown = look.at(spec, columns, ("a", "A", "1", "Top"), ("a", "A", "2", "Leg"), ("b", "B", "x", "Top"))
    values = {path: (one.cells, one.value) for path, one in fields_of(shown).items()}
    assert values["line_ids[2].name"] == ({"part": "Leg"}, "Leg")
    assert values["line_ids[1].sequence"] == ({"pos": "1"}, 1)
    assert [(one.path, one.flaws[0].code) for one in shown.records[1].fields if one.flaws] == [
        ("line_ids.sequence", "bad_number")
    ]


def test_texts_of_languages_and_values_of_companies_have_their_cells(look):
    """Under the names that the job gives them."""
    look.odoo.add("res.lang", {"code": "en_US"}, {"code": "fr_FR"})
    look.odoo.add("res.company", {"name": "One"}, {"name": "Two"})
    look.odoo.records["res.users"] = {2: {"company_id": 1, "company_ids": [1, 2], "active": True}}
    fields = {
        "code": "code",
        "name": {"column": "name", "translations": {"fr_FR": "fr"}},
        "cost": {"column": "cost", "type": "decimal", "companies": {"Two": "cost_two"}},
    }
    shown = look.at(
        job_spec(fields, model="mrp.bom", key="code"),
        ["code", "name", "fr", "cost", "cost_two"],
        ("a", "Table", "Tableau", "10", "12"),
    )
    values = {path: (one.cells, one.value) for path, one in fields_of(shown).items()}
    assert values["name@fr_FR"] == ({"fr": "Tableau"}, "Tableau")
    assert values["cost@Two"] == ({"cost_two": "12"}, 12.0)


def test_a_job_that_cannot_be_planned_says_why(look):
    """In the result, with the exit code of a plan."""
    spec = job_spec({"ref": "ref", "nam": "name"})
    shown = preview_online(spec, Planning(look.odoo, 5, ListSource(["ref", "name"], [("a", "A")])))
    assert (shown.exit_code, shown.records, "no field `nam`" in shown.error) == (2, (), True)
    lacking = preview_online(job_spec(FIELDS), Planning(look.odoo, 5, ListSource(["ref", "name"], [("a", "A")])))
    assert "lacks the column" in lacking.error
    assert lacking.exit_code == 1


@pytest.mark.parametrize("mode", ["create", "update", "upsert"])
def test_what_the_mode_leaves_alone_is_told(known, mode):
    """As a plan does."""
    target = {"mode": mode}
    shown = known.at(job_spec(FIELDS, **target), COLUMNS, ("a", "New", "", "", "", ""), ("c", "C", "", "", "", ""))
    fates = {"create": ["skip", "create"], "update": ["update", "skip"], "upsert": ["update", "create"]}
    assert [one.fate for one in shown.records] == fates[mode]


def test_rows_that_lookups_leave_alone_are_no_rejects(known):
    """`skip_row` says so."""
    lookup = {"model": "res.country", "by": "code", "on_missing": "skip_row"}
    spec: JobSpec = job_spec({"ref": "ref", "name": "name", "country_id": {"column": "country", "lookup": lookup}})
    shown = known.at(spec, COLUMNS, ("n", "N", "XX", "", "", ""))
    assert (shown.records[0].fate, shown.exit_code) == ("skip", 0)
    assert fields_of(shown)["country_id"].flaws[0].code == "lookup_missing"
