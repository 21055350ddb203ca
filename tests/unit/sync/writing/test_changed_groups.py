"""Groups that Odoo has in part: changed, and completed, in one transaction, or refused before it."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.errors import UnknownOutcome
from tests.builders import ListSource, Ran, World, job_spec

FIELDS = {
    "bom_id": {"column": "bom", "lookup": {"model": "mrp.bom", "by": "code"}},
    "sequence": {"column": "no", "type": "integer"},
    "name": "name",
    "quantity": {"column": "quantity", "type": "decimal"},
}
COLUMNS = ["bom", "no", "name", "quantity"]
ROWS = [("B1", "1", "screw", "2"), ("B1", "2", "nut", "2"), ("B2", "1", "plate", "4")]


def world(major: int = 19) -> World:
    """Two bills of materials without lines."""
    made = World()
    made.odoo.major = major
    made.odoo.add("mrp.bom", {"code": "B1"}, {"code": "B2"})
    return made


def run(into: World, rows: list[Any]) -> Ran:
    """One run of lines, each bill's together."""
    spec = job_spec(FIELDS, model="mrp.bom.line", key=["bom_id", "sequence"], load={"together": "bom_id"})
    return into.run(spec, ListSource(COLUMNS, rows))


def lines(of: World) -> list[tuple[Any, ...]]:
    """What is there."""
    return sorted((one["bom_id"], one["sequence"], one["name"]) for one in of.odoo.records["mrp.bom.line"].values())


def calls(of: World) -> dict[str, int]:
    """The calls that wrote."""
    verbs = ("create", "write", "web_save_multi", "load")
    return {name: count for name, count in of.odoo.calls.items() if name.endswith(tuple(f".{one}" for one in verbs))}


def test_changed_lines_of_many_groups_go_through_the_records_above_them_in_one_call():
    """The records above are written, so that Odoo checks each group when all of it is written."""
    made = world()
    run(made, ROWS)
    made.odoo.calls.clear()
    ran = run(made, [(bom, no, f"{name}!", many) for bom, no, name, many in ROWS])
    assert ran.counts == {"updated": 3}
    assert calls(made) == {"mrp.bom.web_save_multi": 1}
    assert lines(made) == [(1, 1, "screw!"), (1, 2, "nut!"), (2, 1, "plate!")]


@pytest.mark.parametrize("major", [14, 19])
def test_new_lines_go_along_with_changed_ones(major):
    """One write of the record above creates and changes: also before Odoo 19, where each group has its own."""
    made = world(major)
    run(made, ROWS)
    made.odoo.calls.clear()
    ran = run(made, [("B1", "1", "screw!", "2"), *ROWS[1:], ("B1", "3", "washer", "2")])
    assert ran.counts == {"created": 1, "updated": 1, "unchanged": 2}
    assert calls(made) == {"mrp.bom.write": 1}
    assert lines(made) == [(1, 1, "screw!"), (1, 2, "nut"), (1, 3, "washer"), (2, 1, "plate")]
    assert run(made, [("B1", "1", "screw!", "2"), *ROWS[1:], ("B1", "3", "washer", "2")]).writes == 0


def test_a_refused_line_keeps_the_whole_group_as_it_was():
    """The other group lands."""
    made = world()
    run(made, ROWS)
    made.odoo.refuses = lambda values: values.get("name") == "bad"
    ran = run(made, [("B1", "1", "screw!", "2"), ROWS[1], ("B1", "3", "bad", "2"), ("B2", "1", "plate!", "4")])
    assert ran.counts == {"updated": 1, "rejected": 3}
    assert lines(made) == [(1, 1, "screw"), (1, 2, "nut"), (2, 1, "plate!")]


@pytest.mark.parametrize("landed", [True, False])
def test_a_write_without_an_answer_makes_no_second_line(landed):
    """The keys of the new lines say whether the call landed; if not, the group is planned once more."""
    made, lost = world(), []
    run(made, ROWS)

    def before(call: str, payload: Any) -> None:
        if call == "mrp.bom.write" and not lost:
            lost.append(1)
            if landed:
                made.odoo.write("mrp.bom", [1], payload[0])
            raise UnknownOutcome("no answer")

    made.odoo.before = before
    ran = run(made, [("B1", "1", "screw!", "2"), *ROWS[1:], ("B1", "3", "washer", "2")])
    assert ran.counts == {"created": 1, "updated": 1, "unchanged": 2}
    assert lines(made) == [(1, 1, "screw!"), (1, 2, "nut"), (1, 3, "washer"), (2, 1, "plate")]


def partners(into: World, rows: list[Any], **of_mail: str) -> Ran:
    """One run of partners, which have nothing above them."""
    fields = {"ref": "ref", "name": "name", "email": {"column": "mail", **of_mail}, "lang": "entry"}
    spec = job_spec(fields, load={"together": "lang"})
    return into.run(spec, ListSource(["ref", "name", "mail", "entry"], rows))


def test_before_odoo_19_a_group_is_changed_by_one_load_or_one_write():
    """Rows with the same fields share a `load`; equal values a `write`."""
    made = world(14)
    partners(made, [("a", "A", "x@x", "en_US"), ("b", "B", "x@x", "en_US")])
    made.odoo.calls.clear()
    assert partners(made, [("a", "A2", "x@x", "en_US"), ("b", "B2", "x@x", "en_US")]).counts == {"updated": 2}
    assert calls(made) == {"res.partner.load": 1}
    made.odoo.calls.clear()
    assert partners(made, [("a", "A2", "y@y", "en_US"), ("b", "B2", "y@y", "en_US")]).counts == {"updated": 2}
    assert calls(made) == {"res.partner.write": 1}


def test_before_odoo_19_what_no_single_call_changes_is_refused_before_the_write():
    """Rows that change other fields cannot share a `load`."""
    made = world(14)
    partners(made, [("a", "A", "x@x", "en_US"), ("b", "B", "x@x", "en_US")])
    ran = partners(made, [("a", "A2", "x@x", "en_US"), ("b", "B", "y@y", "en_US")])
    assert (ran.codes, ran.writes) == (["together_not_one_call"] * 2, 0)
    assert "older than Odoo 19" in ran.heard.rejects[0].reason


OLD = ("a", "A", "x@x", "en_US")
GROWN = [("a", "A2", "x@x", "en_US"), ("b", "B", "y@y", "en_US"), ("c", "C", "z@z", "fr_FR")]


@pytest.mark.parametrize("major", [14, 19])
def test_without_a_record_above_new_and_changed_ones_share_a_load(major):
    """Rows with an id are changed, those without are made; the answer says which are new."""
    made = world(major)
    partners(made, [OLD])
    made.odoo.calls.clear()
    assert partners(made, GROWN).counts == {"created": 2, "updated": 1}
    assert calls(made) == {"res.partner.create": 1, "res.partner.load": 1}
    assert made.partners("ref", "name") == [("a", "A2"), ("b", "B"), ("c", "C")]


def test_a_row_that_load_names_has_the_reason_and_the_others_name_it():
    """All of them are rejects, and nothing was written."""
    made = world()
    partners(made, [OLD])
    made.odoo.refuses = lambda values: values.get("name") == "A2"
    ran = partners(made, GROWN)
    assert [(row.line, row.code) for row in ran.heard.rejects] == [(2, "refused"), (3, "together_rejected")]
    assert made.partners("ref", "name") == [("a", "A"), ("c", "C")]


@pytest.mark.parametrize("landed", [True, False])
def test_a_load_without_an_answer_makes_no_second_record(landed):
    """As with every create."""
    made, lost = world(), []
    partners(made, [OLD])

    def before(call: str, payload: Any) -> None:
        if call == "res.partner.load" and not lost:
            lost.append(1)
            if landed:
                made.odoo.load("res.partner", [".id", "ref", "name", "email", "lang"], payload)
            raise UnknownOutcome("no answer")

    made.odoo.before = before
    assert partners(made, GROWN).counts == {"created": 2, "updated": 1}
    assert made.partners("ref", "name") == [("a", "A2"), ("b", "B"), ("c", "C")]


def test_what_no_load_can_say_is_refused_before_the_write():
    """Fields that existing records keep, and rows with other fields."""
    made = world()
    partners(made, [OLD])
    kept = partners(made, GROWN, write="create")
    assert kept.codes == ["together_not_one_call"] * 2
    assert "`write: create`" in kept.heard.rejects[0].reason
    fewer = partners(made, [GROWN[0], ("b", "B", "", "en_US")])
    assert (fewer.codes, fewer.writes) == (["together_not_one_call"] * 2, 0)
    assert "rows set the same fields" in fewer.heard.rejects[0].reason
