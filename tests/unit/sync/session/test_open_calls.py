"""Calls of runs that died: how long they may still land, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from odoo_etl.state import ALL, CallEntry, JobPart
from odoo_etl.sync.session.open_calls import KEYS_A_CALL, Recovery
from odoo_etl.sync.writing.settler import Settler
from tests.memory_odoo import MemoryOdoo


@dataclass
class Ledger:
    """One open call, and clocks that a pause moves; that of the ledger may be set."""

    call: CallEntry
    time: float = 1000.0
    ahead_s: float = 0.0
    outcomes: list[list[int]] = field(default_factory=list)

    def now(self):
        """See `Ledger`."""
        return self.time + self.ahead_s

    def open_calls(self, model, database):
        """See `Ledger`."""
        return [self.call]

    def settled(self, call_id, ids, at=None):
        """See `Ledger`."""
        self.outcomes.append(list(ids))


def create(sent_at, part="", group="", job="partners", **details):
    """A create of the partner C1."""
    keys = [{"ref": "C1"}]
    return CallEntry(1, 1, "r1", job, part, group, 0, "create", "sent", sent_at, keys, [], None, None, "", details)


def settle(call, lands_at, odoo=None, jump_s=0.0, **options):
    """Settle the call; its record appears at a time. Returns what was found, and when.

    Args:
        jump_s: how far somebody sets the ledger's clock meanwhile.
    """
    odoo, ledger = odoo or MemoryOdoo(), Ledger(call)
    before = len(odoo.records.get("res.partner", ()))

    def pause(seconds):
        ledger.time += seconds
        ledger.ahead_s = jump_s
        if ledger.time >= lands_at and len(odoo.records.get("res.partner", ())) == before:
            odoo.add("res.partner", {"ref": "C1", "name": "Late", "color": 2})

    settler = Settler(pause, 130, lambda: ledger.time)
    recovery = Recovery(odoo, ledger, settler, [].append)
    settled = recovery.settle("partners", "res.partner", "db", creates=True, **options)
    return settled, ledger.outcomes, ledger.time


def test_a_call_of_long_ago_lands_no_more():
    """It is looked for once."""
    assert settle(create(800.0), lands_at=1001.0) == (1, [[]], 1000.0)


@pytest.mark.parametrize("jump_s", [0.0, 3600.0, -3600.0])
@pytest.mark.parametrize("lands_at", [1001.0, 1080.0, 1115.0])
def test_a_call_of_lately_is_waited_for(lands_at, jump_s):
    """However the ledger's clock is set meanwhile."""
    settled, outcomes, ended = settle(create(990.0), lands_at, jump_s=jump_s)
    assert (settled, outcomes) == (1, [[1]])
    assert lands_at <= ended <= 990.0 + 130


@pytest.mark.parametrize("jump_s", [0.0, 3600.0, -3600.0])
def test_a_call_that_never_lands_is_waited_for_so_long(jump_s):
    """Neither shorter nor longer."""
    _, outcomes, ended = settle(create(990.0), lands_at=2000.0, jump_s=jump_s)
    assert outcomes == [[]]
    assert ended == pytest.approx(990.0 + 130, abs=0.02)


def test_a_call_of_the_future_is_waited_for_as_one_of_now():
    """It was sent before the clock was set back."""
    _, outcomes, ended = settle(create(9000.0), lands_at=5000.0)
    assert outcomes == [[]]
    assert ended == pytest.approx(1000.0 + 130, abs=0.02)


@pytest.mark.parametrize(
    ("job_part", "mine"), [(ALL, 1), (JobPart("g", "1/2"), 0), (JobPart("g", "2/2"), 1), (JobPart("h", "1/2"), 1)]
)
def test_a_part_leaves_alone_what_others_of_its_group_send(job_part, mine):
    """They live; those of other groups are dead, since who has the lock is alone with his group."""
    assert settle(create(800.0, "2/2", "g"), lands_at=2000.0, job_part=job_part)[0] == mine


def test_calls_of_other_jobs_are_dead():
    """Groups of different jobs are known by the same, and who may create records of the model is alone with it."""
    call = create(800.0, "2/2", "g", job="other")
    assert settle(call, lands_at=2000.0, job_part=JobPart("g", "1/2"))[0] == 1


def test_a_record_outside_the_key_domain_is_no_sign_of_the_call():
    """It was there before, and the call may still land."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"ref": "C1", "name": "Of another company", "color": 1})
    call = create(990.0, key_domain=[["color", "=", 2]])
    _, outcomes, ended = settle(call, lands_at=1080.0, odoo=odoo)
    assert outcomes == [[2]]
    assert ended >= 1080.0


def test_a_key_with_an_empty_part_is_found_again():
    """JSON keeps an empty part as false; Odoo answers it so, or as an empty text."""
    odoo = MemoryOdoo()
    made = odoo.add("res.partner", {"ref": "C1", "name": "Late", "parent_id": False, "color": 0})
    odoo.add("res.partner", {"ref": "C1", "name": "Other", "parent_id": made[0]})
    call = replace(create(800.0), keys=[{"ref": "C1", "parent_id": False, "color": 0, "email": False}])
    assert settle(call, lands_at=2000.0, odoo=odoo)[1] == [made]


def write(kind, ids, after=None, sent_at=800.0):
    """A call on records that are there."""
    return replace(create(sent_at), kind=kind, keys=[], ids=ids, after=after)


@pytest.mark.parametrize(
    ("names", "landed"), [(["New", "New"], [1, 2]), (["New", "Old"], [1]), (["Old", "New"], [2]), (["Old", "Old"], [])]
)
def test_a_write_landed_on_the_records_that_hold_what_it_wrote(names, landed):
    """On one of several, too; those that are gone hold nothing."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", *({"ref": str(number), "name": name} for number, name in enumerate(names)))
    call = write("update", [1, 2, 9], [{"name": "New"}] * 3)
    assert settle(call, lands_at=2000.0, odoo=odoo)[1] == [landed]


def test_a_write_of_nothing_landed_on_nothing():
    """And on nothing that is not known."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"ref": "a", "name": "A"})
    assert settle(write("update", [1], [{}]), lands_at=2000.0, odoo=odoo)[1] == [[]]
    assert settle(write("update", [1], None), lands_at=2000.0, odoo=odoo)[1] == [[]]


def test_an_unlink_landed_on_the_records_that_are_gone():
    """The others are there still."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"ref": "a", "name": "A"}, {"ref": "b", "name": "B"})
    assert settle(write("unlink", [1, 2, 7, 9]), lands_at=2000.0, odoo=odoo)[1] == [[7, 9]]


@pytest.mark.parametrize(("sent_at", "notes"), [(870.0, 0), (870.5, 1), (999.0, 1)])
def test_what_is_waited_for_is_told(sent_at, notes):
    """How long it may take; a call that can no longer land is not waited for."""
    ledger, told = Ledger(create(sent_at)), []

    def pause(seconds):
        ledger.time += seconds

    recovery = Recovery(MemoryOdoo(), ledger, Settler(pause, 130, lambda: ledger.time), told.append)
    recovery.settle("partners", "res.partner", "db", creates=True)
    assert len(told) == notes
    assert not notes or f"it may still land for {sent_at - 870:.0f} s" in told[0]


@pytest.mark.parametrize(
    ("job", "kind", "creates", "settled"),
    [
        ("partners", "update", False, 1),
        ("other", "create", True, 1),
        ("other", "create", False, 0),
        ("other", "update", True, 0),
    ],
)
def test_calls_of_others_are_settled_by_who_may_create(job, kind, creates, settled):
    """And only those that create."""
    ledger = Ledger(replace(create(800.0, job=job), kind=kind))
    recovery = Recovery(MemoryOdoo(), ledger, Settler(lambda _: None, 130, lambda: ledger.time), [].append)
    assert recovery.settle("partners", "res.partner", "db", creates=creates) == settled


@pytest.mark.parametrize(("count", "calls"), [(KEYS_A_CALL, 1), (KEYS_A_CALL + 1, 2)])
def test_so_many_keys_are_asked_for_in_a_call(count, calls):
    """Each is found, whichever call it is in."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", *({"ref": f"C{number}", "name": "A"} for number in range(count)))
    call = replace(create(800.0), keys=[{"ref": f"C{number}"} for number in range(count)])
    assert settle(call, lands_at=2000.0, odoo=odoo)[1] == [list(range(1, count + 1))]
    asked = odoo.calls["res.partner.search_read"]
    assert asked in {calls, calls + 1}  # one more asks who made them
    assert asked - (odoo.calls["res.partner.fields_get"] > 0) == calls


@pytest.mark.parametrize(("french", "found"), [("Chaise", [1]), ("Chair", [])])
def test_a_write_in_another_language_is_looked_for_there(french, found):
    """And the lines that it wrote, by what they hold."""
    odoo = MemoryOdoo()
    (number,) = odoo.add("mrp.bom", {"code": "C", "name": "Chair", "name@fr_FR": french})
    (line,) = odoo.add("mrp.bom.line", {"bom_id": number, "quantity": 3.0})
    after = [{"name@fr_FR": "Chaise", "line_ids[]": [[1, line, {"quantity": 3.0}]]}]
    call = CallEntry(1, 1, "r1", "boms", "", "", 0, "update", "sent", 800.0, [{}], [number], [{}], after, "", {})
    ledger = Ledger(call)
    settler = Settler(lambda _: None, 130, lambda: ledger.time)
    Recovery(odoo, ledger, settler, [].append).settle("boms", "mrp.bom", "db", creates=True)
    assert ledger.outcomes == [found]


@pytest.mark.parametrize(("kind", "landed"), [("adopt", [7]), ("disown", [8])])
def test_external_ids_that_were_given_or_taken_are_looked_for(kind, landed):
    """Each record by itself: the call may have landed in part, where it was sent in parts."""
    odoo = MemoryOdoo()
    odoo.add("ir.model.data", {"module": "legacy", "name": "a", "model": "res.partner", "res_id": 7})
    odoo.add("ir.model.data", {"module": "legacy", "name": "b", "model": "res.partner", "res_id": 9})
    keys = [{"external_id": "legacy.a"}, {"external_id": "legacy.b"}]
    call = replace(create(800.0), kind=kind, keys=keys, ids=[7, 8], before=[{}, {}], after=[{}, {}])
    assert settle(call, lands_at=5000.0, odoo=odoo)[1] == [landed]


def test_keys_of_any_case_are_looked_for_in_any_case():
    """As the call's job finds them: what it made has the case of its row."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"ref": "Ab", "name": "N"})
    call = replace(create(800.0, ignore_case=True), keys=[{"ref": "ab"}])
    assert settle(call, lands_at=5000.0, odoo=odoo)[1] == [[1]]
