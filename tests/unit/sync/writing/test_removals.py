"""Removing records, so many in a call, and what is refused one by one."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.recorder import Recorder, Rights
from odoo_etl.sync.writing.removals import IDS_A_CALL, UNLINK_ATTEMPTS, Removal, Remover, pages
from tests.builders import PATIENT
from tests.memory_odoo import MemoryOdoo


def remover(odoo):
    """Removes partners."""
    target = Target(odoo, "res.partner", {"active_test": False})
    return Remover(target, Recorder(NoJournal(), lambda _: None, Rights(target)), PATIENT)


def partners(count):
    """An Odoo with so many partners."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", *({"ref": str(number), "name": "A"} for number in range(1, count + 1)))
    return odoo


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (IDS_A_CALL, [1000]), (IDS_A_CALL + 1, [1000, 1]), (2000, [1000, 1000])]
)
def test_so_many_records_come_in_a_page(count, sizes):
    """In order, none left out."""
    found = list(pages(range(count)))
    assert [len(page) for page in found] == sizes
    assert [one for page in found for one in page] == list(range(count))


def unlinked(odoo, count):
    """The ids that went, and those that were refused."""
    gone, refused = [], []
    remover(odoo).unlink(
        range(1, count + 1), lambda items: gone.extend(one.id for one in items), lambda one, _: refused.append(one.id)
    )
    return sorted(gone), refused


def test_all_records_go_in_one_call():
    """Where none is refused."""
    odoo = partners(5)
    assert unlinked(odoo, 5) == ([1, 2, 3, 4, 5], [])
    assert (odoo.calls["res.partner.unlink"], odoo.records["res.partner"]) == (1, {})


def test_what_others_need_stays_and_is_told():
    """Each once, after it was tried again since others went."""
    odoo = partners(5)
    odoo.needed = {2, 4}
    assert unlinked(odoo, 5) == ([1, 3, 5], [2, 4])


def test_what_somebody_deleted_meanwhile_has_gone():
    """It is no refusal."""
    odoo = partners(3)

    def before(call, _):
        if call == "res.partner.unlink":
            odoo.records["res.partner"].pop(2, None)

    odoo.before = before
    assert unlinked(odoo, 3) == ([1, 3], [])


@pytest.mark.parametrize(("silent", "ends"), [(UNLINK_ATTEMPTS - 1, True), (UNLINK_ATTEMPTS, False)])
def test_an_unlink_without_an_answer_is_tried_so_often(silent, ends):
    """As long as the records are there."""
    odoo, calls = partners(2), []

    def before(call, _):
        if call == "res.partner.unlink":
            calls.append(call)
            if len(calls) <= silent:
                raise UnknownOutcome("no answer")

    odoo.before = before
    if ends:
        assert unlinked(odoo, 2) == ([1, 2], [])
    else:
        with pytest.raises(UnknownOutcome, match=r"2 records of res\.partner were deleted again and again"):
            unlinked(odoo, 2)
    assert len(calls) == UNLINK_ATTEMPTS


def test_values_are_written_to_all_but_the_refused_ones():
    """Which are told one by one."""
    odoo, refused, landed = partners(4), [], []
    odoo.hidden = lambda one: one["ref"] == "3"
    removals = [Removal(number, {"active": True}) for number in (1, 2, 3, 4)]
    remover(odoo).write("archive", removals, {"active": False}, landed.extend, lambda one, _: refused.append(one.id))
    assert (sorted(one.id for one in landed), refused) == ([1, 2, 4], [3])
    assert [one["active"] for one in odoo.records["res.partner"].values()] == [False, False, True, False]


FIELDS = {
    "ref": {"type": "char"},
    "email": {"type": "char", "readonly": True},
    "color": {"type": "integer", "depends": ["ref"]},
    "name": {"type": "char", "readonly": True, "depends": ["ref"]},
    "lang": {"type": "selection", "related": "parent_id.lang"},
    "date": {"type": "date", "store": False},
    "image": {"type": "binary"},
    "category_id": {"type": "one2many"},
    "write_date": {"type": "datetime"},
}


class Described(MemoryOdoo):
    """An Odoo whose partners have these fields."""

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """All of them."""
        return FIELDS


class Notes(NoJournal):
    """A journal that keeps what records held."""

    before = None

    def sent(self, chunk, kind, **what):
        """See `Journal`."""
        self.before = what["before"]
        return super().sent(chunk, kind, **what)


def test_what_a_new_record_could_be_given_is_kept_of_a_deleted_one():
    """Not what Odoo computes, has elsewhere or fills itself; nor what is large."""
    odoo, notes = Described(), Notes()
    odoo.add("res.partner", {"ref": "a", "name": "A", "email": "a@b", "color": 3})
    target = Target(odoo, "res.partner", {"active_test": False})
    recorder = Recorder(notes, lambda _: None, Rights(target))
    Remover(target, recorder, PATIENT).unlink([1], lambda _: None, lambda *_: None)
    assert notes.before == [{"color": 3, "email": "a@b", "ref": "a"}]
