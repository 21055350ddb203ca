"""A run goes on where it ended, also when somebody has written a test for its job since."""

from __future__ import annotations

from odoo_etl.sync.session.books import _essence
from tests.builders import job_spec


def test_tests_are_no_part_of_what_a_job_does():
    """Its fields are."""
    spec = job_spec({"ref": "r"})
    test = {"given": [{"r": "A"}], "expect": {"records": [{"ref": "A"}]}}
    tested = type(spec).model_validate({**spec.model_dump(exclude_unset=True), "unit_tests": [test]})
    assert len(tested.unit_tests) == 1
    assert _essence(tested) == _essence(spec)
    assert _essence(job_spec({"ref": "r", "name": "n"})) != _essence(spec)
