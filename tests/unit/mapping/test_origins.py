"""Rows of lines from other sources hold cells of their record, and say nothing of it."""

from __future__ import annotations

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Mapper, Row, used_columns
from odoo_etl.spec import JobSpec

MODELS = {
    "res.partner": {
        "ref": {"type": "char"},
        "name": {"type": "char", "required": True},
        "bank_ids": {"type": "one2many", "relation": "res.partner.bank"},
        "child_ids": {"type": "one2many", "relation": "res.child"},
    },
    "res.partner.bank": {"acc_number": {"type": "char"}, "note": {"type": "char"}},
    "res.child": {"name": {"type": "char"}},
}
SPEC = JobSpec.model_validate(
    {
        "version": 1,
        "job": "partners",
        "source": {"type": "csv", "path": "partners.csv"},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {"ref": "ref", "name": {"column": "name", "required": True}},
        "lines": {
            "bank_ids": {
                "source": {"type": "csv", "path": "banks.csv"},
                "match": {"partner": "ref"},
                "fields": {"acc_number": "name", "note": "child"},
            },
            "child_ids": {"fields": {"name": "child"}},
        },
    }
)


def find_field(model: str, name: str) -> TargetField:
    """A field of these models."""
    return TargetField.of(name, MODELS[model][name])


COLUMNS = {
    "ref": ["a", "a", "b", ""],
    "name": ["A", "A", "", "C"],
    "child": ["Kid", "Kid", "", ""],
    "bank_ids.partner": [None, "a", "b", ""],
    "bank_ids.name": [None, "BE1", "BE2", ""],
}


def mapped(numbers):
    """These rows, mapped."""
    fields = {name: find_field("res.partner", name) for name in SPEC.fields}
    mapper = Mapper(SPEC, fields, find_field)
    columns = {name: [cells[number] for number in numbers] for name, cells in COLUMNS.items()}
    rows = [Row(number, "", (), place) for place, number in enumerate(numbers)]
    return mapper.records(columns, rows)


def lines_of(record):
    """Field to the values of its lines."""
    return {one.name: [line.values for line in one.records] for one in record.children}


def test_a_row_says_what_its_source_knows():
    """A row of a record brings the lines in its own cells, a row of a line that line alone, and the key."""
    for numbers in ([0, 1], [1, 0]):
        records = sorted(mapped(numbers).records, key=lambda one: one.rows[0].line)
        assert [one.key for one in records] == [("a",), ("a",)]
        assert [one.values for one in records] == [{"ref": "a", "name": "A"}, {"ref": "a"}]
        assert lines_of(records[0]) == {"bank_ids": [], "child_ids": [{"name": "Kid"}]}
        assert lines_of(records[1]) == {"bank_ids": [{"acc_number": "BE1", "note": "Kid"}], "child_ids": []}


def test_what_is_wrong_with_a_record_is_no_fault_of_its_lines():
    """They have no name of their own."""
    (record,) = mapped([2]).records
    assert (record.values, lines_of(record)["bank_ids"]) == ({"ref": "b"}, [{"acc_number": "BE2"}])
    assert [one.flaws[0].code for one in mapped([3]).rejects] == ["empty_key"]


def test_columns_that_are_needed():
    """Of lines, those of their own source, and of their record where that lacks the name."""
    assert set(used_columns(SPEC, [*COLUMNS])) == {"ref", "name", "child", "bank_ids.name", "bank_ids.partner"}
    assert "bank_ids.child" in used_columns(SPEC)
