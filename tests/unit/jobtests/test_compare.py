"""Records with lines are held against what a test expects, line by line."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.fieldtypes import IdList, TargetField
from odoo_etl.jobtests.compare import RecordComparison
from odoo_etl.jobtests.meaning import Meaning
from odoo_etl.mapping import Lines, Record, Row
from odoo_etl.spec import Job, JobTest, UnitTestSpec
from tests.builders import job_spec

FIELDS = {
    "res.partner": {
        "ref": {"type": "char"},
        "child_ids": {"type": "one2many", "relation": "x.line"},
        "tag_ids": {"type": "many2many", "relation": "x.tag"},
    },
    "x.line": {"price": {"type": "float"}, "part_ids": {"type": "one2many", "relation": "x.part"}},
    "x.part": {"name": {"type": "char"}},
}
TAGS = {"x.tag": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}
ROW = Row(1, "", (), 0)


def fields_of(model):
    """The fields of a model."""
    return {name: TargetField.of(name, raw) for name, raw in FIELDS[model].items()}


def line(price, *names):
    """A line, with parts of these names."""
    parts = (Lines("part_ids", tuple(Record((), {"name": name}, [ROW]) for name in names)),) if names else ()
    return Record((), {"price": price}, [ROW], children=parts)


def differing(wanted, values=None, lines=(), **expect):
    """How a record differs from the expected one."""
    spec = UnitTestSpec.model_validate({"given": [{"r": "A"}], "expect": {"records": [wanted], **expect}})
    test = JobTest(Job(job_spec({"ref": "r"}), Path("x.yaml")), spec, 0, None)
    record = Record(
        ("A",), {"ref": "A", **(values or {})}, [ROW], children=(Lines("child_ids", tuple(lines)),) if lines else ()
    )
    found = RecordComparison(test, Meaning(fields_of, TAGS)).differences(spec.expect.records, [record])
    return [(one.path.removeprefix("unit_tests.0.expect.records.0."), one.message) for one in found]


def test_lines_are_compared_in_their_order():
    """And their lines."""
    wanted = {"child_ids": [{"price": 1}, {"price": 3, "part_ids": [{"name": "x"}, {"name": "z"}]}]}
    assert differing(wanted, lines=[line(1.0), line(2.0, "x", "y")]) == [
        ("child_ids.1.price", "expected 3, came 2.0"),
        ("child_ids.1.part_ids.1.name", 'expected "z", came "y"'),
    ]
    assert differing(wanted, lines=[line(1.0), line(3.0, "x", "z")]) == []


def test_the_number_of_lines():
    """None is a number, too."""
    came = [("child_ids", 'expected 1 lines, came 2: {"price": 1.0}, {"price": 2.0}')]
    assert differing({"child_ids": [{"price": 1}]}, lines=[line(1.0), line(2.0)]) == came
    assert differing({"child_ids": [{"price": 1}]}) == [("child_ids", "expected 1 lines, came 0: ")]
    assert differing({"child_ids": []}) == []
    assert differing({"child_ids": [1]}, lines=[line(1.0)]) == [
        ("child_ids", "lines are a list of mappings, field to value")
    ]


def test_exactly_looks_at_lines():
    """Those that are not named should not be there."""
    [(_, message)] = differing({"ref": "A"}, lines=[line(1.0)], exactly=True)
    assert message == "child_ids: expected no lines, came 1"


def test_several_records():
    """As a set, or as those that are to be added or removed."""
    assert differing({"tag_ids": [2, {"name": "a"}]}, {"tag_ids": IdList((1, 2), "set")}) == []
    assert differing({"tag_ids": {"add": [1]}}, {"tag_ids": IdList((1,), "add")}) == []
    assert differing({"tag_ids": {"remove": [1]}}, {"tag_ids": IdList((1,), "add")}) != []
    assert differing({"tag_ids": [{"name": "c"}]}, {"tag_ids": IdList((1,), "add")}) == [
        ("tag_ids", 'expected [{"name": "c"}], came {"add": [1]}')
    ]
    assert differing({"tag_ids": None}, {"tag_ids": IdList((), "set")}) == []
