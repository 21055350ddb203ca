"""Do the lines of a job fit the server: what new lines need, and what the user may do with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.planning import ServerModels, check_job, check_new_lines, check_rights, line_rights
from odoo_etl.spec import Job, JobSpec
from tests.builders import job_spec

ORDER = {
    "name": {"type": "char"},
    "line_ids": {"type": "one2many", "relation": "x.line", "relation_field": "order_id"},
}
LINE = {
    "order_id": {"type": "many2one", "relation": "x.order", "required": True},
    "name": {"type": "char", "required": True},
    "kind": {"type": "char", "required": True},
    "lead": {"type": "float", "required": True},
    "product_id": {"type": "many2one", "relation": "x.product"},
    "part_ids": {"type": "one2many", "relation": "x.part", "relation_field": "line_id"},
}
PART = {"name": {"type": "char"}, "active": {"type": "boolean"}}
FIELDS = {"x.order": ORDER, "x.line": LINE, "x.part": PART, "x.product": {"code": {"type": "char"}}}


def job(lines, **target) -> Job:
    """A job of orders with these lines."""
    spec = job_spec({"name": "name"}, model="x.order", key="name", lines={"line_ids": lines}, **target)
    return Job(JobSpec.model_validate(spec), Path("p.yaml"))


def told(lines, **server):
    """Where the job is wrong, and how."""
    found = check_job(job(lines), ServerModels(FIELDS, **server))
    return [(one.path, one.message) for one in found]


def test_new_lines_need_what_odoo_requires_of_them():
    """But not the field that says whose they are, nor what is never empty, or has a default. Odoo may fill the rest."""
    product = {"product_id": {"column": "a", "lookup": {"model": "x.product", "by": "code"}}}
    doubts = list(check_new_lines(job({"fields": product}), ServerModels(FIELDS)))
    assert [(one.path, one.message.partition(", which")[0]) for one in doubts] == [
        ("lines.line_ids.fields", "x.line requires `kind`"),
        ("lines.line_ids.fields", "x.line requires `name`"),
    ]
    named = job({"fields": {"name": "a"}})
    assert not list(check_new_lines(named, ServerModels(FIELDS, {"x.line": frozenset({"kind"})})))
    assert told({"fields": product}) == []


@pytest.mark.parametrize("rest", ["keep", "remove", "archive"])
def test_lines_are_archived_that_can_be(rest):
    """At any depth."""
    inner = {"part_ids": {"rest": "archive", "fields": {"name": "p"}}}
    lines = {"rest": rest, "fields": {"name": "a", "kind": "k"}, "lines": inner}
    expected = [("lines.line_ids.rest", "x.line has no field `active`, so that its records cannot be archived")]
    assert told(lines) == (expected if rest == "archive" else [])


def test_a_user_needs_rights_on_the_models_of_lines():
    """To delete them where they go; each is told at its place."""
    product = {"column": "s", "lookup": {"model": "x.product", "by": "code"}}
    inner = {"part_ids": {"rest": "remove", "fields": {"name": "p"}}}
    one = job({"fields": {"name": "a", "product_id": product}, "lines": inner})
    assert line_rights(one, FIELDS).keys() == {
        *(("x.line", each) for each in ("read", "create", "write")),
        *(("x.part", each) for each in ("read", "create", "write", "unlink")),
        ("x.product", "read"),
    }
    assert ("x.line", "write") not in line_rights(job({"fields": {"name": "a"}}, mode="create"), FIELDS)
    server = ServerModels(
        FIELDS, forbidden=frozenset({("x.part", "unlink"), ("x.line", "create"), ("x.line", "unlink")})
    )
    assert [(each.path, each.message) for each in check_rights(one, server)] == [
        ("lines.line_ids", "the user may not create x.line"),
        ("lines.line_ids.lines.part_ids.rest", "the user may not unlink x.part"),
    ]
