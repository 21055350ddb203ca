"""A create got no answer, and records with its keys are there: whose are they?"""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.sync.writing.own_records import made_by_one_call
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
