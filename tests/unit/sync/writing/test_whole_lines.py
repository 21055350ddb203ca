"""Images of lines that are about to go: whole, at any depth, and at no cost where none goes."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Record
from odoo_etl.planning import LineChanges, Update
from odoo_etl.sync import CONTEXT
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.whole_lines import WholeLines
from tests.boms import BOM, LINE, STEP
from tests.memory_odoo import MemoryOdoo


@pytest.fixture
def odoo():
    """Two bills; the first has two lines, one of them with two steps."""
    odoo = MemoryOdoo()
    odoo.add(BOM, {"code": "a"}, {"code": "b"})
    odoo.add(LINE, {"bom_id": 1, "sequence": 1, "name": "Top", "quantity": 2.0}, {"bom_id": 1, "name": "Leg"})
    odoo.add(STEP, {"line_id": 1, "name": "cut", "minutes": 5}, {"line_id": 1, "name": "glue", "minutes": 7})
    return odoo


def update(**changes) -> Update:
    """A bill whose lines differ."""
    return Update(Record(("a",), {}, []), 1, {}, children=(LineChanges("line_ids", **changes),))


def of(odoo, *updates):
    """The updates with whole images, and how many calls that took."""
    before = sum(odoo.calls.values())
    return WholeLines(Target(odoo, BOM, CONTEXT)).of(updates), sum(odoo.calls.values()) - before


def only(image, wanted):
    """The part of an image that is named; the models have further fields."""
    return {name: image[name] for name in wanted}


def test_a_line_that_goes_is_kept_whole(odoo):
    """Without the field that holds its record; what is known of it stands, also of its own lines."""
    mapped = {"id": 1, "name": "As it was read", "step_ids[]": [{"id": 1, "name": "cut"}, {"id": 2}]}
    (found,), _ = of(odoo, update(removals={"1": mapped}))
    (image,) = found.children[0].removals.values()
    steps = [{"id": 1, "name": "cut", "minutes": 5}, {"id": 2, "name": "glue", "minutes": 7}]
    wanted = {"id": 1, "sequence": 1, "name": "As it was read", "quantity": 2.0, "active": True}
    assert ("bom_id" in image, only(image, wanted)) == (False, wanted)
    assert [only(step, wanted) for step, wanted in zip(image["step_ids[]"], steps, strict=True)] == steps


def test_lines_of_a_line_that_go(odoo):
    """Of a line that stays."""
    steps = LineChanges("step_ids", removals={"glue": {"id": 2}})
    line = Update(Record((1,), {}, []), 1, {}, children=(steps,))
    (found,), _ = of(odoo, update(updates={"1": line}))
    (inner,) = found.children[0].updates["1"].children
    wanted = {"id": 2, "name": "glue", "minutes": 7}
    assert {label: only(image, wanted) for label, image in inner.removals.items()} == {"glue": wanted}


def test_many_lines_take_one_read(odoo):
    """Beside what their model must be asked once; where no line goes, nothing is asked but whose lines they are."""
    whole = WholeLines(Target(odoo, BOM, CONTEXT))
    some = [update(removals={"1": {"id": 1}, "2": {"id": 2}}), update(removals={"9": {"id": 9}})]
    found = whole.of(some)
    assert odoo.calls[f"{LINE}.search_read"] == 1
    assert [sorted(one.children[0].removals) for one in found] == [["1", "2"], ["9"]]
    assert found[1].children[0].removals["9"] == {"id": 9}  # somebody deleted it meanwhile
    nothing = [Update(Record(("a",), {}, []), 1, {"code": ("a", "b")})]
    assert of(odoo, *nothing) == (tuple(nothing), 0)
