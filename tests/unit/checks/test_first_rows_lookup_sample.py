"""The records that the first rows stand for are asked for before anything is planned."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.checks.first_rows import check_lookup_sample
from odoo_etl.spec import Job
from tests.builders import job_spec
from tests.memory_odoo import MemoryOdoo

COUNTRY = {"model": "res.country", "by": "code"}
CELLS = {"ref": ["a", "b", "c"], "country": ["DE", "ZZ", "YY"], "tags": ["red|x", "", "red"]}


@pytest.fixture
def odoo():
    """A country and a tag."""
    made = MemoryOdoo()
    made.add("res.country", {"code": "DE"})
    made.add("res.partner.category", {"name": "red"})
    return made


def doubts(odoo, fields, columns=None, created=()):
    """What is said of a job with such rows."""
    job = Job(job_spec({"ref": "ref", "name": "ref", **fields}), Path("p.yaml"))
    found = check_lookup_sample(job, odoo, CELLS if columns is None else columns, created)
    return {problem.path: problem.message for problem in found}


def test_values_without_a_record_are_counted(odoo):
    """Field by field, with the first as an example."""
    tags = {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}
    found = doubts(odoo, {"country_id": {"column": "country", "lookup": COUNTRY}, "category_id": tags})
    assert found == {
        "fields.country_id.lookup": "of the first rows, 2 would be rejected: no res.country has code = 'ZZ'",
        "fields.category_id.lookup": "of the first rows, 1 would be rejected: no res.partner.category has name = 'x'",
    }
    assert odoo.writes() == 0


@pytest.mark.parametrize(
    ("lookup", "created"),
    [
        ({**COUNTRY, "on_missing": "empty"}, ()),
        ({**COUNTRY, "on_missing": "defer"}, ()),
        ({**COUNTRY, "on_missing": "create"}, ()),
        (COUNTRY, ("res.country",)),
    ],
)
def test_a_record_that_may_come_is_not_asked_for(odoo, lookup, created):
    """Nor one that may be missing."""
    assert doubts(odoo, {"country_id": {"column": "country", "lookup": lookup}}, created=created) == {}
    assert odoo.calls.total() == 0


def test_other_jobs_may_make_what_a_job_waits_for(odoo):
    """In ways that nobody sees beforehand; and of a model that stands in a column, too."""
    spec = job_spec({"ref": "ref", "name": "ref", "country_id": {"column": "country", "lookup": COUNTRY}})
    job = Job(spec.model_copy(update={"depends_on": ("other",)}), Path("p.yaml"))
    assert check_lookup_sample(job, odoo, CELLS, ()) == []
    fields = {"color": {"column": "country", "model_column": "tags", "lookup": {"by": "name"}}}
    assert doubts(odoo, fields) == {}


@pytest.mark.parametrize("columns", [{}, {"ref": ["a"]}])
def test_nothing_is_said_where_nothing_can_be_seen(odoo, columns):
    """No file yet, or without the column: others say so."""
    assert doubts(odoo, {"country_id": {"column": "country", "lookup": COUNTRY}}, columns) == {}


def test_lines_are_asked_for_too(odoo):
    """At any depth, but for their files."""
    country = {"column": "country", "lookup": {"model": "res.partner.category", "by": "name"}}
    image = {"column": "ref", "type": "file", "root": "/nowhere"}
    lines = {"line_ids": {"fields": {"name": "ref", "category_ids": {**country, "split": "|"}, "image": image}}}
    job = Job(job_spec({"code": "ref"}, model="mrp.bom", key="code", lines=lines), Path("p.yaml"))
    (problem,) = check_lookup_sample(job, odoo, CELLS, ())
    assert (problem.path, "3 would be rejected" in problem.message) == (
        "lines.line_ids.fields.category_ids.lookup",
        True,
    )
