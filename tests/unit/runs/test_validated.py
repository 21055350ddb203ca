"""The findings about the files of a project, as a program gets them."""

from __future__ import annotations

from odoo_etl.runs import validate


def test_files_that_are_right(shop):
    """The jobs come in the order in which they run."""
    found = validate(shop.use())
    assert (found.jobs, found.problems, found.exit_code) == (["firms", "people"], (), 0)
    assert validate(shop.use(), "firms").jobs == ["firms"]


def test_files_that_are_wrong(shop):
    """Every problem has its place."""
    shop.write("pipelines/firms.yaml", "version: 1\njob: firms\nsoruce: {}\n")
    found = validate(shop.use())
    assert (found.jobs, found.exit_code) == ((), 2)
    assert {(one.file[-10:], one.line) for one in found.problems} >= {("firms.yaml", 3)}


def test_on_the_server(shop):
    """A field that its model lacks is found there; offline nobody knows it."""
    shop.job("firms", no_such="name")
    assert validate(shop.use(), "firms").exit_code == 0
    online = validate(shop.use(), "firms", online=True)
    assert (online.exit_code, "no_such" in str(online.problems[0])) == (2, True)


def test_a_job_that_is_not_there(shop):
    """It is told with the nearest."""
    found = validate(shop.use(), "firmz")
    assert (found.exit_code, "firmz" in str(found.problems[0])) == (2, True)
