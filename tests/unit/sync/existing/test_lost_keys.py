"""Keys that records were created with and no longer have: what is a second record, and what is none."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from odoo_etl.planning import Create, NoChange, Plan
from odoo_etl.state import CreatedRecords
from odoo_etl.sync.existing.lost_keys import LostKeys, NotFoundAgain
from odoo_etl.sync.ports import Target
from tests.builders import record
from tests.memory_odoo import MemoryOdoo


@dataclass
class Index:
    """An index in memory."""

    records: dict = field(default_factory=dict)

    def recall(self, places):
        """Those that are known."""
        return {place: self.records[place] for place in places if place in self.records}

    def remember(self, records):
        """In place of what was known."""
        self.records |= records


@dataclass
class Past:
    """What earlier runs created, call by call; notes from where it was asked."""

    calls: list[CreatedRecords] = field(default_factory=list)
    index: Index = field(default_factory=Index)
    asked: list[int] = field(default_factory=list)

    def known(self, what):
        """The index of created records."""
        assert what == "created"
        return self.index

    def created_since(self, call_id):
        """The calls after that one."""
        self.asked.append(call_id)
        return iter([call for call in self.calls if call.call_id > call_id])


class Finder:
    """Finds by `ref`."""

    @staticmethod
    def key_of(one):
        """Its key."""
        return one.key

    @staticmethod
    def key_in(row):
        """That of a row of Odoo."""
        return (row["ref"],)

    @staticmethod
    def named(keys):
        """As the journal has them."""
        return [{"ref": key[0]} for key in keys]


def made(number, refs, ids, stamp="2026-01-01 10:00:00"):
    """A call that created records."""
    return CreatedRecords(number, [{"ref": ref} for ref in refs], ids, stamp)


def rejected(past, odoo, *refs, key_fields=("ref",)):
    """The keys that are kept from being created, and those that are created."""
    plan = Plan([Create(record(ref)) for ref in refs])
    target = Target(odoo, "res.partner", {"active_test": False})
    found = LostKeys(target, Finder(), ["ref"], key_fields, past).take_from(plan)
    return [one.row.cells[0] for one in found], [one.record.key[0] for one in plan.creates]


def partners(*refs, created="2026-01-01 09:00:00"):
    """An Odoo whose partners 1, 2, ... have these keys."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", *({"ref": ref, "create_date": created} for ref in refs))
    return odoo


def test_a_key_that_its_record_lost_makes_no_second_one():
    """The others are created; the reason names the record, its key and what it has now."""
    past = Past([made(3, ["A", "B", "C"], [1, 2, 3])])
    odoo = partners("X", "B", False)
    plan = Plan([Create(record(ref)) for ref in "ACD"])
    rejects = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], past).take_from(plan)
    assert [one.row.cells[0] for one in rejects] == ["A", "C"]
    assert [one.record.key[0] for one in plan.creates] == ["D"]
    flaw = rejects[0].flaws[0]
    assert (flaw.code, flaw.field) == ("key_lost", "ref")
    assert "created res.partner 1 with ref = 'A', and that record still stands, with ref = 'X'" in flaw.reason


def test_a_record_that_is_gone_or_left_the_domain_is_no_lost_one():
    """The first may be made again; the second was written since it was created, and has its key."""
    past = Past([made(3, ["A", "B"], [1, 2])])
    assert rejected(past, partners("A"), "A", "B") == ([], ["A", "B"])


def test_a_record_that_was_never_in_the_domain_makes_no_second_one():
    """It is as it was created, and was not found by its key: each run would create it anew."""
    odoo = partners("A")
    odoo.records["res.partner"][1]["write_date"] = odoo.records["res.partner"][1]["create_date"]
    plan, past = Plan([Create(record("A"))]), Past([made(3, ["A"], [1])])
    [reject] = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], past).take_from(plan)
    assert (reject.flaws[0].code, plan.creates) == ("key_lost", [])
    assert "still stands, where the domain (`key_domain`, `domain` of a lookup) leaves it out" in reject.flaws[0].reason


def test_others_are_not_created_where_nothing_is_found_again():
    """One more would be left by each run. Where the key finds some records, the others of the plan are made."""
    odoo, past = partners("X"), Past([made(3, ["A"], [1])])
    odoo.records["res.partner"][1]["write_date"] = odoo.records["res.partner"][1]["create_date"]
    lost = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], past)
    for refs in ("AB", "C"):
        with pytest.raises(NotFoundAgain, match=r"created res.partner 1 with ref = 'A', .* a new record would be"):
            lost.take_from(Plan([Create(record(ref)) for ref in refs]))
    plan = Plan([Create(record("A")), Create(record("B"))], unchanged=[NoChange(record("D"), 4)])
    assert ([one.row.cells[0] for one in lost.take_from(plan)], len(plan.creates)) == (["A"], 1)


@pytest.mark.parametrize("batch", [{"unchanged": [NoChange(record("D"), 4)]}, {"skipped": [NoChange(record("D"), 4)]}])
def test_a_key_that_has_found_records_is_trusted_in_later_batches(batch):
    """One record that left the domain stops no job, whatever stands in the batches after it."""
    odoo, past = partners("X"), Past([made(3, ["A"], [1])])
    odoo.records["res.partner"][1]["write_date"] = odoo.records["res.partner"][1]["create_date"]
    lost = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], past)
    assert lost.take_from(Plan(**batch)) == []
    assert len(lost.take_from(Plan([Create(record("A"))]))) == 1
    assert lost.take_from(Plan([Create(record("B"))])) == []


def test_an_external_id_that_somebody_deleted_stops_no_job():
    """The record had it once: its row is a reject, and others are created."""
    odoo, past = partners("X"), Past([made(3, ["A"], [1])])
    odoo.records["res.partner"][1]["write_date"] = odoo.records["res.partner"][1]["create_date"]
    lost = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], [], past)
    plan = Plan([Create(record("A")), Create(record("B"))])
    assert (len(lost.take_from(plan)), len(plan.creates)) == (1, 1)


@pytest.mark.parametrize(
    ("created", "is_ours"),
    [("2026-01-01 09:59:59", True), ("2026-01-01 10:00:00", True), ("2026-01-01 10:00:01", False), (False, True)],
)
def test_a_record_that_was_made_later_is_another(created, is_ours):
    """It got the id when the database was put back from a backup."""
    lost, _ = rejected(Past([made(3, ["A"], [1])]), partners("X", created=created), "A")
    assert bool(lost) is is_ours


def test_a_call_without_a_stamp_says_nothing_of_when():
    """Then the id alone counts."""
    assert rejected(Past([made(3, ["A"], [1], "")]), partners("X", created="2099-01-01"), "A") == (["A"], [])


@pytest.mark.parametrize(
    "call",
    [
        CreatedRecords(3, [{"ref": "A"}, {"ref": "B"}], [1], "2026-01-01 10:00:00"),  # settled in part: whose is it
        CreatedRecords(3, [{"name": "A"}], [1], "2026-01-01 10:00:00"),  # the job had another key then
    ],
)
def test_what_nobody_knows_for_sure_keeps_nothing_back(call):
    """The row is created."""
    assert rejected(Past([call]), partners("X"), "A") == ([], ["A"])


def test_without_key_fields_a_record_that_stands_has_lost_its_name():
    """An external id cannot be read from the record itself."""
    assert rejected(Past([made(3, ["A"], [1])]), partners("A"), "A", key_fields=()) == (["A"], [])


def test_the_index_is_brought_up_to_date_once_a_run():
    """From where the last run came to; several calls, the last of which counts."""
    past, odoo = Past([made(3, ["A"], [1]), made(5, ["B"], [2])]), partners("X", "Y")
    lost = LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], past)
    for _ in range(2):
        lost.take_from(Plan([Create(record("A"))]))
    assert past.asked == [0]
    past.calls.append(made(7, ["C"], [1]))
    assert rejected(past, odoo, "A", "B", "C") == (["A", "B", "C"], [])
    assert past.asked == [0, 5]


def test_where_nothing_was_created_nothing_is_asked():
    """Neither of Odoo nor, without creates, of the past."""
    odoo, past = partners("X"), Past()
    assert rejected(past, odoo, "A") == ([], ["A"])
    assert rejected(past, odoo) == ([], [])
    assert (past.asked, sum(odoo.calls.values())) == ([0], 0)
    assert (
        LostKeys(Target(odoo, "res.partner", {}), Finder(), ["ref"], ["ref"], None).take_from(
            Plan([Create(record("A"))])
        )
        == []
    )
