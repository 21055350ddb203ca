"""What a job may expect, and the problem of each thing that it may not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.spec import ExpectSpec, load_project
from tests.unit.spec.conftest import job_text


def of(text: str) -> str:
    """A job that expects this."""
    return job_text(expect=text)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("{source: [{}]}", "expect.source[0]", "needs one of rows, unique, not_null, accepted, regex, sum, freshness"),
        ("{source: [{unique: a, not_null: b}]}", "expect.source[0].not_null", "`not_null` beside `unique`"),
        ("{source: [{uniq: a}]}", "expect.source[0].uniq", "unknown key"),
        ("{source: [{rows: {}}]}", "expect.source[0].rows", "needs `min`, `max` or both"),
        ("{source: [{rows: {min: 3, max: 2}}]}", "expect.source[0].rows.min", "`min` is above `max`"),
        ("{source: [{rows: {min: -1}}]}", "expect.source[0].rows.min", "must be at least 0"),
        ("{source: [{accepted: {column: a, values: []}}]}", "expect.source[0].accepted.values", "must have at least 1"),
        (
            "{source: [{accepted: {column: a, values: [true]}}]}",
            "expect.source[0].accepted.values[0]",
            "a text or a num",
        ),
        ("{source: [{regex: {column: a, pattern: (}}]}", "expect.source[0].regex.pattern", "no regular expression"),
        ("{source: [{sum: {column: a}}]}", "expect.source[0].sum", "says of no number what it is to be"),
        ("{source: [{sum: {column: a, equals: x}}]}", "expect.source[0].sum.equals", "must be a number"),
        ("{source: [{sum: {column: a, equals: .inf}}]}", "expect.source[0].sum.equals", "must be a number"),
        ("{source: [{sum: {column: a, equals: 1, min: 1}}]}", "expect.source[0].sum.min", "`equals` beside `min`"),
        ("{source: [{sum: {column: a, min: 1, tolerance: 1}}]}", "expect.source[0].sum.tolerance", "is for `equals`"),
        ("{source: [{freshness: {column: a, within: 2y}}]}", "expect.source[0].freshness.within", "must be a duration"),
        ("{source: [{unique: a, severity: info}]}", "expect.source[0].severity", "must be one of error, warn"),
        ("{odoo: [{equals: 1}]}", "expect.odoo[0]", "needs either `sum` or `count`"),
        ("{odoo: [{sum: a, count: records, equals: 1}]}", "expect.odoo[0]", "needs either `sum` or `count`"),
        ("{odoo: [{count: rows, equals: 1}]}", "expect.odoo[0].count", "must be one of records"),
        ("{odoo: [{sum: a}]}", "expect.odoo[0]", "says of no number what it is to be"),
        ("{odoo: [{sum: a, equals: 1, tolerance: -1}]}", "expect.odoo[0].tolerance", "must be at least 0"),
        ("{odoo: [{sum: a, equals: {}}]}", "expect.odoo[0].equals", "needs either `sum` or `count`"),
        ("{odoo: [{sum: a, equals: {summ: b}}]}", "expect.odoo[0].equals.summ", "unknown key"),
        ("{odoo: [{sum: a, equals: {count: rows, per: record}}]}", "expect.odoo[0].equals.per", "`per` is for `sum`"),
        ("{odoo: [{sum: a, equals: {model: b.c}}]}", "expect.odoo[0].equals", "needs either `sum` or `count`"),
        ("{odoo: [{sum: a, equals: 1, domain: [a]}]}", "expect.odoo[0].domain", "item 1"),
        ("{odoo: [{sum: a, equals: 1, model: B}]}", "expect.odoo[0].model", "technical name of a model"),
        (
            "{odoo: [{sum: a, equals: 1, where: [], domain: []}]}",
            "expect.odoo[0].where",
            "`where` narrows the job's own",
        ),
        ("{odoo: [{sum: a, min: 2, max: 1}]}", "expect.odoo[0].min", "`min` is above `max`"),
    ],
)
def test_problems(problems, text, path, message):
    """Each says where, and what."""
    found = problems(of(text))
    assert [one for one in found if one[0] == path and message.replace("no regular", "not a regular") in one[1]], found


def test_numbers_are_exact():
    """As they are written, also from variables, which are texts."""
    spec = ExpectSpec.model_validate({"odoo": [{"sum": "a", "equals": 0.1, "tolerance": "0.010"}]})
    assert (spec.odoo[0].equals, str(spec.odoo[0].tolerance)) == (Decimal("0.1"), "0.010")


def test_columns_are_named_with_their_place():
    """Each of an expectation once; those of Odoo, where its other side is the source."""
    spec = ExpectSpec.model_validate(
        {
            "source": [{"rows": {"min": 1}}, {"unique": ["a", "b", "a"]}, {"sum": {"column": "c", "min": 1}}],
            "odoo": [{"count": "records", "equals": {"count": "rows"}}, {"sum": "x", "equals": {"sum": "d"}}],
        }
    )
    places = [(column, kind, number) for column, (_, kind, number) in spec.columns()]
    assert places == [("a", "source", 1), ("b", "source", 1), ("c", "source", 2), ("d", "odoo", 1)]


def test_a_job_expects_nothing_by_itself(make_project):
    """Nor does one that says so."""
    for text in (job_text(), of("{}"), of("{source: [], odoo: []}")):
        assert not load_project(make_project(partners=text), {}).jobs["partners"].spec.expect
