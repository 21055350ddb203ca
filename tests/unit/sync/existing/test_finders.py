"""What finds the records of a job: how the parts of their keys are asked for."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import type_of
from odoo_etl.sync.existing.sought import listed
from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo

TAGS = {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}


@pytest.mark.parametrize(
    ("ttype", "values", "wanted"),
    [
        ("char", ["b", "a"], ["a", "b"]),
        ("char", ["a", False], ["a", False, ""]),
        ("integer", [3, 0], [3, False, 0]),
        ("many2one", [7, False], [7, False]),
        ("date", ["2024-01-31", False], ["2024-01-31", False]),
        ("boolean", [True, False], [False, True]),
    ],
)
def test_an_empty_part_is_asked_for_in_each_form_it_may_be_kept(ttype, values, wanted):
    """Before Odoo 19, NULL and what counts as empty are told apart."""
    assert type_of(ttype).searched(listed(values)) == wanted


@pytest.mark.parametrize(("command", "counts"), [("set", {"updated": 1}), ("add", {"unchanged": 1})])
def test_links_to_archived_records_count(command, counts):
    """What was linked before the target was archived is as the source says, and what it lacks goes."""
    world = World()
    old, new = world.odoo.add("res.partner.category", {"name": "Old"}, {"name": "New"})
    job = job_spec({"ref": "ref", "name": "ref", "category_id": {**TAGS, "command": command}})
    rows = [["a", "Old"], ["b", "Old|New"]]
    world.run(job, ListSource(["ref", "tags"], rows))
    world.odoo.records["res.partner.category"][old]["active"] = False
    assert world.run(job, ListSource(["ref", "tags"], rows)).counts == {"unchanged": 2}
    assert world.run(job, ListSource(["ref", "tags"], [["b", "New"]])).counts == counts
    assert world.partners("category_id") == [([old],), ([new] if command == "set" else [old, new],)]


@pytest.mark.parametrize("major", [14, 19])
def test_a_zero_is_a_part_of_a_key(major):
    """Odoo 14 takes it for no value where it stands in a list."""
    world = World(MemoryOdoo(major=major))
    job = job_spec({"name": "name", "color": "color"}, model="res.partner.category", key=["name", "color"])
    rows = [["a", "0"], ["a", "3"], ["b", ""]]
    assert world.run(job, ListSource(["name", "color"], rows)).counts == {"created": 3}
    again = world.run(job, ListSource(["name", "color"], rows))
    assert (again.counts, again.writes) == ({"unchanged": 3}, 0)


def test_jobs_without_links_read_once():
    """Nothing is asked a second time."""
    world = World()
    world.run(job_spec({"ref": "ref", "name": "ref"}), ListSource(["ref"], [["a"]]))
    assert world.odoo.calls["res.partner.read"] == 0


def test_keys_that_differ_in_their_case_only_are_one():
    """Rows of one key in several chunks, and the record that has it; signs of patterns mean themselves."""
    world = World()
    world.odoo.add("res.partner", {"ref": "A_b", "name": "old"}, {"ref": "axb", "name": "other"})
    job = job_spec({"ref": "ref", "name": "name"}, ignore_case=True, load={"chunk_size": 1})
    rows = [["a_B", "one"], ["c", "C"], ["A_B", "two"], ["C", "D"]]
    assert world.run(job, ListSource(["ref", "name"], rows)).counts == {"created": 1, "updated": 3}
    assert world.partners("ref", "name") == [("A_B", "two"), ("C", "D"), ("axb", "other")]
    again = world.run(job, ListSource(["ref", "name"], rows))
    assert (again.counts, again.writes) == ({"unchanged": 4}, 0)
    world.odoo.add("res.partner", {"ref": "AXB", "name": "other"})
    assert world.run(job, ListSource(["ref", "name"], [["Axb", "one"]])).codes == ["ambiguous_key"]


def test_letters_that_have_no_pair_find_themselves():
    """Folding ß to ss, as Python does, would search what no record has."""
    world, job = World(), job_spec({"ref": "ref", "name": "name"}, ignore_case=True)
    rows = [["Straße", "one"], ["STRASSE", "two"], ["οδος", "three"], ["µm", "four"]]
    assert world.run(job, ListSource(["ref", "name"], rows)).counts == {"created": 4}
    assert world.run(job, ListSource(["ref", "name"], rows)).counts == {"unchanged": 4}


def test_a_part_of_such_a_key_may_be_empty():
    """It keeps the text of the other part as it is."""
    world = World()
    job = job_spec({"ref": "ref", "email": "email", "name": "name"}, key=["ref", "email"], ignore_case=True)
    rows = [["Ab", "", "one"], ["aB", "X", "two"]]
    world.run(job, ListSource(["ref", "email", "name"], rows))
    assert world.partners("ref", "email", "name") == [("Ab", False, "one"), ("aB", "X", "two")]
    assert world.run(job, ListSource(["ref", "email", "name"], rows)).counts == {"unchanged": 2}
