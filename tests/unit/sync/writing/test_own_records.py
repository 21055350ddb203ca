"""A create got no answer, and records with its keys are there: whose are they?"""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.sync.writing.own_records import holds, made_by_one_call
from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import UID, MemoryOdoo

PLACES = [("A",), ("B",), ("C",)]


def made(odoo: MemoryOdoo, *refs: str, uid: int = UID, at: str = "10:00", name: str = "Sent") -> None:
    """Records that one transaction made."""
    odoo.add("res.partner", *({"ref": ref, "name": name, "create_uid": uid, "create_date": at} for ref in refs))


def found(odoo, places, *, by_us=False):
    """Place to the one record that is ours."""
    ids: dict[tuple[str], list[int]] = {}
    for number, record in odoo.records["res.partner"].items():
        ids.setdefault((record["ref"],), []).append(number)
    sent = {place: {"name": "Sent"} for place in places}
    return made_by_one_call(odoo, "res.partner", {one: ids[one] for one in places if one in ids}, sent, {}, by_us=by_us)


def test_one_transaction_makes_all():
    """Also where somebody made another one of the same key meanwhile, or deleted one since."""
    odoo = MemoryOdoo()
    made(odoo, "B", at="09:59", name="Theirs")
    made(odoo, "A", "B", "C")
    assert found(odoo, PLACES) == {("A",): [2], ("B",): [3], ("C",): [4]}
    del odoo.records["res.partner"][4]
    assert found(odoo, PLACES) == {("A",): [2], ("B",): [3]}


def test_one_of_many_is_somebody_elses():
    """The call made all or nothing."""
    odoo = MemoryOdoo()
    made(odoo, "B")
    assert found(odoo, PLACES) == {}


@pytest.mark.parametrize(
    ("name", "uid", "ours"), [("Sent", UID, True), ("By hand", UID, False), ("Sent", UID + 1, False)]
)
def test_a_single_one_is_ours_by_its_maker_and_what_was_sent(name, uid, ours):
    """Whoever made it by hand gave it other values."""
    odoo = MemoryOdoo()
    made(odoo, "A", uid=uid, name=name)
    assert found(odoo, PLACES[:1], by_us=True) == ({("A",): [1]} if ours else {})


@pytest.mark.parametrize(
    ("there", "sent", "ours"),
    [(1, 1, 1), (1, 2, 0), (2, 2, 2), (1, 3, 0), (2, 3, 2), (2, 4, 0), (3, 4, 3), (2, 5, 0), (3, 5, 3)],
)
def test_most_of_a_call_must_be_there(there, sent, ours):
    """More than half of its records."""
    odoo, places = MemoryOdoo(), [(f"P{number}",) for number in range(sent)]
    made(odoo, *(ref for (ref,) in places[:there]))
    assert len(found(odoo, places)) == ours


def test_the_largest_of_several_calls_is_ours():
    """Not the smallest, nor the first."""
    odoo = MemoryOdoo()
    made(odoo, "A", at="09:00")
    made(odoo, "A", "B", "C", at="10:00")
    made(odoo, "B", "C", at="11:00")
    assert found(odoo, PLACES) == {("A",): [2], ("B",): [3], ("C",): [4]}


@pytest.mark.parametrize(
    ("values", "is_ours"),
    [
        ({"name": "Sent", "email": "a@b", "color": 3, "lang": "en_US"}, True),
        ({"name": "Sent", "email": "a@b", "color": 4, "lang": False}, True),
        ({"name": "Sent", "email": "x@y", "color": 4, "lang": False}, False),
    ],
)
def test_half_of_the_values_of_a_single_one_are_enough(values, is_ours):
    """Odoo keeps some in a form of its own; empty ones say nothing."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"ref": "A", **values, "create_uid": UID, "create_date": "10:00"})
    sent = {"name": "Sent", "email": "a@b", "color": 3, "lang": "en_US", "comment": False, "is_company": False}
    ours = made_by_one_call(odoo, "res.partner", {("A",): [1]}, {("A",): sent}, {}, by_us=True)
    assert ours == ({("A",): [1]} if is_ours else {})


def test_a_record_holds_what_was_sent_or_does_not():
    """All of it; nothing sent is nothing there; commands are what they make."""
    assert holds({"name": "A", "email": False}, {"name": "A", "email": ""})
    assert not holds({"name": "A", "email": "a@b"}, {"name": "A", "email": "x@y"})
    assert holds({"tags": [[4, 1, 0]]}, {"tags": [2, 1]})
    assert not holds({"tags": [[4, 3, 0]]}, {"tags": [2, 1]})
    assert holds({"tags": [[6, 0, [1, 2]]]}, {"tags": [2, 1]})
    assert not holds({"tags": [[6, 0, [1]]]}, {"tags": [2, 1]})


@pytest.mark.parametrize(
    ("command", "landed"),
    [
        ([1, 5, {"price": 8.0}], True),
        ([1, 5, {"price": 7.0}], False),
        ([1, 6, {"price": 8.0}], False),
        ([0, 0, {"name": "Leg", "step_ids[]": [[0, 0, {"name": "cut"}]]}], True),
        ([0, 0, {"name": "Leg", "step_ids[]": [[0, 0, {"name": "glue"}]]}], False),
        ([2, 6, 0], True),
        ([2, 5, 0], False),
    ],
)
def test_a_record_holds_the_lines_that_were_sent_or_does_not(command, landed):
    """As commands make them, at any depth."""
    row = {"id": 5, "name": "Leg", "price": 8.0, "step_ids": [{"id": 9, "name": "cut"}]}
    assert (
        holds({"line_ids[]": [command], "name@fr_FR": "Chaise"}, {"name@fr_FR": "Chaise", "line_ids": [row]}) is landed
    )


def test_the_lines_of_a_new_record_do_not_say_whose_it_is():
    """They are not asked for."""
    odoo = MemoryOdoo()
    made(odoo, "A")
    sent = {("A",): {"name": "Sent", "line_ids[]": [[0, 0, {"name": "x"}]]}}
    assert made_by_one_call(odoo, "res.partner", {("A",): [1]}, sent, {}, by_us=True) == {("A",): [1]}


def test_a_run_does_not_take_what_a_person_made_for_its_own():
    """The create is lost; the record of the same key that appears meanwhile is updated."""
    world = World()

    def lose(call, _):
        if call == "res.partner.create":
            made(world.odoo, "A", uid=UID, name="By hand")
            raise UnknownOutcome("no answer")

    world.odoo.before = lose
    ran = world.run(job_spec({"ref": "ref", "name": "name"}), ListSource(["ref", "name"], [["A", "Sent"]]))
    assert (ran.counts, world.partners("ref", "name")) == ({"updated": 1}, [("A", "Sent")])
