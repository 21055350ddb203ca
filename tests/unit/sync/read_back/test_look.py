"""Which calls are read back, and how many of their records."""

from __future__ import annotations

import pytest

from odoo_etl.planning import Planner, RecordRules
from odoo_etl.sync.outcome import Written
from odoo_etl.sync.ports import Target
from odoo_etl.sync.read_back.look import ReadBack
from odoo_etl.sync.read_back.memory import Memory
from odoo_etl.sync.read_back.report import ValueReport
from tests.builders import partner_fields, record
from tests.memory_odoo import MemoryOdoo


def read_back(odoo, *names):
    """Reads back partners."""
    fields = partner_fields("ref", *names)
    report = ValueReport()
    planner = Planner("upsert", RecordRules(fields, ("ref",)))
    return ReadBack(Target(odoo, "res.partner", {"active_test": False}), planner, fields, Memory(None, report), report)


def written(count, **values):
    """Records that a call wrote, and an Odoo that has them as they were sent."""
    odoo = MemoryOdoo()
    records = [record(str(number), **values) for number in range(count)]
    ids = odoo.add("res.partner", *(one.values for one in records))
    return odoo, [Written(one, number) for one, number in zip(records, ids, strict=True)]


def sizes(odoo):
    """A list that gets how many records each call reads."""
    read = []
    odoo.before = lambda call, payload: read.append(len(payload[0][2])) if call.endswith("search_read") else None
    return read


@pytest.mark.parametrize(("count", "sample"), [(1, 1), (50, 50), (99, 99), (100, 50), (101, 51), (120, 60), (150, 50)])
def test_the_first_calls_are_read_as_a_whole_and_each_tenth_in_part(count, sample):
    """About fifty of its records; the kinds of calls are counted apart."""
    odoo, some = written(count, name="A")
    looking, read = read_back(odoo, "name"), sizes(odoo)
    for _ in range(21):
        assert looking.look("update", some) == []
    assert read == [count, count, count, sample, sample]
    looking.look("create", some)
    assert read[5:] == [count]


def test_a_field_is_looked_at_where_it_is_filled_first():
    """However many calls had no value for it; the records that hold something else are told."""
    odoo, some = written(3, name="A")
    looking, read = read_back(odoo, "name", "email"), sizes(odoo)
    for _ in range(5):
        looking.look("update", some)
    assert read == [3, 3, 3]
    filled = [Written(record(one.record.key[0], name="A", email="e@x"), one.id) for one in some]
    odoo.records["res.partner"][1]["email"] = odoo.records["res.partner"][3]["email"] = "e@x"
    for _ in range(4):
        assert [one.id for one in looking.look("update", filled)] in ([2], [])
    assert read[3:] == [3] * 4  # what Odoo was seen to rewrite is read back from then on


def test_a_new_record_without_a_file_is_looked_at():
    """Odoo may put one of its own there; a row that says nothing of the file does not mind."""
    odoo, _ = written(2, name="A")
    looking = read_back(odoo, "name", "image")
    without = [Written(record("0", name="A", image=False), 1), Written(record("1", name="A"), 2)]
    assert [one.id for one in looking.look("create", without)] == [1]
    assert looking.look("update", without) == []
