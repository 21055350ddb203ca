"""Rows that the mode of a job leaves alone, or rejects."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Lookup, Record, Ref, Row
from odoo_etl.planning import NoChange, Planner, RecordRules, why_skipped
from tests.builders import partner_fields, record

RULES = RecordRules(partner_fields("ref", "name"), ("ref",))


@pytest.mark.parametrize(
    ("key", "names", "number", "reason"),
    [
        (("A",), ("ref",), None, "no record in Odoo has ref = 'A'"),
        (("legacy.a",), (), None, "no record in Odoo has external_id = 'legacy.a'"),
        (("A", False), ("ref", "parent_id"), 7, "record 7 in Odoo has ref = 'A', parent_id = False, and mode create"),
        ((Ref(Lookup("res.country", ("code",)), ("BE",), "reject"),), ("country_id",), None, "country_id = 'BE'"),
    ],
)
def test_the_reason_names_the_key(key, names, number, reason):
    """As the row has it."""
    found = why_skipped(NoChange(Record(key, {}, [Row(2, "", ())]), number), names)
    assert reason in found.reason
    assert found.code == ("absent" if number is None else "exists")


def test_rows_without_a_record_may_be_rejects():
    """With mode update, where the job says so."""
    plan = Planner("update", RULES, rejects_absent=True).plan([record("a", name="A")], {})
    assert [flaw.code for one in plan.rejects for flaw in one.flaws] == ["absent"]
    assert plan.skipped == []
