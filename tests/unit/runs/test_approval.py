"""Nothing is written to production unless somebody agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl import NotApproved, history, plan, reconcile, resume, retry, run, undo
from odoo_etl.runs.perform import perform
from odoo_etl.runs.use_cases import LAST
from odoo_etl.runs.work import Request, Work

PROJECT = """
connections: {main: {url: sandbox}, other: {url: sandbox}}
environments:
  dev: {}
  production:
    production: true
    connections: {main: {db: erp, user: etl}}
"""


@pytest.fixture
def use(shop):
    """A function that gives the project, of which production can be run, in an environment."""
    shop.write("pipelines/project.yaml", PROJECT)

    def project(environment="production", **how):
        return replace(shop.use(), environment=environment, **how)

    return project


def test_a_run_of_production_needs_somebody_who_agrees(use, shop):
    """Until then there is not as much as a folder; the refusal says where it would write."""
    with pytest.raises(NotApproved) as refused:
        run(use())
    assert refused.value.exit_code == 2
    assert refused.value.places == ["main: sandbox, database erp, user etl", "other: sandbox, its only database"]
    for words in (
        "`run` writes to the environment production",
        "nothing was read or written",
        "then give --yes",
        "`odoo-etl apply FILE`",
    ):
        assert words in str(refused.value)
    assert not (shop.root / ".odoo_etl").exists()
    with pytest.raises(NotApproved) as refused:
        run(use(connection="other"))
    assert refused.value.places == ["other: sandbox, its only database"]


def test_what_writes_nothing_needs_nobody(use):
    """Neither does what writes elsewhere."""
    assert plan(use()).exit_code == 3
    assert reconcile(use()).exit_code == 4
    assert run(use("dev")).exit_code == 3
    assert history(use())


def test_what_follows_a_run_of_production_writes_there_too(use):
    """Also where nobody says so again."""
    done = run(use(approved=True))
    assert (done.exit_code, done.environment) == (3, "production")
    assert {job.destination.environment for job in done.jobs} == {"production"}
    for follow in (lambda: retry(use(None)), lambda: undo(use(None), done.run_id), lambda: undo(use(None), LAST)):
        with pytest.raises(NotApproved):
            follow()
    assert undo(use(None), done.run_id, plan_shown=1).exit_code == 0
    assert "nothing to resume" in resume(use(None)).error
    assert undo(use(None, approved=True), done.run_id).environment == "production"


def test_what_is_wrong_otherwise_is_told_by_the_run(use, shop):
    """With its report, as ever."""
    shop.write("pipelines/project.yaml", PROJECT.replace("etl}", "etl, urll: x}"))
    assert "urll: unknown key" in run(use()).error
    shop.write("pipelines/project.yaml", PROJECT)
    assert "there is no run 'x'" in undo(use(), "x").error


def test_a_project_that_becomes_production_meanwhile_is_refused(use, shop):
    """What decides is what the run itself has read."""
    shop.write("pipelines/project.yaml", PROJECT.replace("production: true", "production: false"))

    def choose(opened):
        return Work(lambda: pytest.fail("it was begun"))

    class Late(type(use())):
        def load(self, choice=None, *, with_jobs=True):
            if with_jobs:
                shop.write("pipelines/project.yaml", PROJECT)
            return super().load(choice, with_jobs=with_jobs)

    late = Late(shop.root, environment="production", environ={})
    assert "nothing was read or written" in perform(Request("run", late), choose).error
