"""Undo gives back values that records had swapped, or handed on, also over its pages."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Record
from odoo_etl.planning import Dependents, Update
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.recorder import Recorder, Rights
from odoo_etl.sync.writing.updates import Updates
from odoo_etl.undoing.put_back import PutBack
from tests.builders import partner_fields
from tests.memory_odoo import MemoryOdoo


def put_back(before, after, pages):
    """Partners whose addresses go from `after` back to `before`; what they hold, and which were refused."""
    odoo = MemoryOdoo(unique=("email",))
    ids = odoo.add("res.partner", *({"ref": str(n), "name": "A", "email": email} for n, email in enumerate(after)))
    target = Target(odoo, "res.partner", {})
    recorder = Recorder(NoJournal(), lambda _: None, Rights(target))
    undo = PutBack(Updates(target, recorder, lambda: Dependents({}), lambda items: [{}] * len(items)))
    changes = [
        Update(Record((number,), {}, []), number, {"email": (new, old)})
        for number, old, new in zip(ids, before, after, strict=True)
        if old != new
    ]
    landed = [each for page in range(pages) for each in undo.apply(changes[page::pages])]
    more, refused = undo.conclude(partner_fields("ref", "name", "email"))
    assert sorted([*landed, *more, *(one.record.key[0] for one in refused)]) == [one.id for one in changes]
    return [one["email"] for one in odoo.records["res.partner"].values()], len(refused)


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize(("before", "after"), [("ab", "ba"), ("abc", "bcd"), ("bcd", "abc"), ("abcd", "bcda")])
def test_values_return_to_whom_they_came_from(before, after, pages):
    """In whatever order the records stand."""
    assert put_back(list(before), list(after), pages) == (list(before), 0)


def test_a_value_that_a_stranger_has_by_now_is_told():
    """The record stays as it is."""
    assert put_back(["a", "x"], ["b", "x"], 1)[1] == 0
    assert put_back(["x", "x"], ["b", "x"], 1) == (["b", "x"], 1)
