"""Carrying out a plan file: what it takes from the file, and what keeps it from beginning."""

from __future__ import annotations

import stat

import pytest

from odoo_etl.runs import Workspace, apply, history, plan, resume, run
from odoo_etl.runs.applied import COPY

STALE, WRONG = 7, 2


@pytest.fixture
def kept(shop):
    """A plan of the firms, in a file."""
    path = shop.root / "the.plan"
    assert plan(shop.root, "firms", out=path).exit_code == 0
    return path


def test_jobs_and_options_come_from_the_file(shop, kept):
    """And the ledger knows by which file; it has a copy of its own, for its owner alone."""
    shop.write("firms.csv", "ref,name\nf,Firm\ng,Other\n")
    plan(shop.root, "firms", limit=1, out=kept)
    done = apply(shop.root, kept)
    assert (done.exit_code, [(one.job, one.counts.created) for one in done.jobs]) == (0, [("firms", 1)])
    (past,) = history(shop.root)
    assert (past.command, len(past.plan)) == ("apply", 64)
    assert stat.S_IMODE((done.folder / COPY).stat().st_mode) == 0o600


def test_a_plan_is_applied_once(shop, kept):
    """The second time it says by which run; a plan without changes writes nothing, as often as one likes."""
    first, second = apply(shop.root, kept), apply(shop.root, kept)
    assert (second.exit_code, f"was applied already, by run {first.run_id}" in second.error) == (STALE, True)
    plan(shop.root, "firms", out=kept)
    again = [apply(shop.root, kept) for _ in range(2)]
    assert [(one.exit_code, one.jobs[0].counts.unchanged) for one in again] == [(0, 1), (0, 1)]


def test_rows_that_are_rejected_in_the_plan(shop, kept):
    """They are rejects: the code is that of a run."""
    assert plan(shop.root, out=kept).exit_code == 3
    done = apply(shop.root, kept)
    assert (done.exit_code, [one.counts.rejected for one in done.jobs]) == (3, [0, 1])


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("firms.csv", "ref,name\nf,Another\n", "the rows of its source have changed (firms.csv: 1 rows)"),
        (
            "pipelines/project.yaml",
            "connections: {main: {url: sandbox}}\nvariables: {x: y}\n",
            "project.yaml has changed",
        ),
        ("pipelines/firms.yaml", None, "pipelines/firms.yaml has changed"),
    ],
)
def test_a_stale_plan_writes_nothing_and_is_not_resumed(shop, kept, name, text, told):
    """It says what has changed."""
    path = shop.root / name
    shop.write(name, text or f"{path.read_text()}\n# a comment\n")
    done = apply(shop.root, kept)
    assert (done.exit_code, told in done.error, done.jobs) == (STALE, True, ())
    again = resume(shop.root)
    assert (again.exit_code, "nothing to resume" in again.error) == (WRONG, True)


def test_a_variable_that_says_something_else(shop, kept):
    """The file is as it was, the job is not."""
    shop.job("firms", comment={"value": "${WHO:-me}"})
    plan(shop.root, "firms", out=kept)
    done = apply(Workspace(shop.root, variables={"WHO": "you"}), kept)
    assert (done.exit_code, "a variable or the environment has changed" in done.error) == (STALE, True)


def test_production_needs_the_plan_and_nothing_else(shop, kept):
    """Its environment is that of the plan."""
    environments = "environments: {live: {production: true}, dev: {}}\n"
    shop.write("pipelines/project.yaml", f"connections: {{main: {{url: sandbox}}}}\n{environments}")
    live, dev = (Workspace(shop.root, environment=name) for name in ("live", "dev"))
    plan(live, "firms", out=kept)
    other = apply(dev, kept)
    told = "the.plan was made in environment live, not in environment dev; nothing"
    assert (other.exit_code, told in other.error) == (WRONG, True)
    assert apply(shop.root, kept).exit_code == 0


def test_connection_and_variables_are_those_of_the_plan(shop, kept):
    """Nobody has to say again what the plan was made with."""
    shop.job("firms", comment={"value": "${WHO:-me}"})
    shop.write("pipelines/project.yaml", "connections: {main: {url: sandbox}, other: {url: sandbox}}\n")
    plan(Workspace(shop.root, connection="other", variables={"WHO": "you"}), "firms", out=kept)
    done = apply(shop.root, kept)
    assert (done.exit_code, done.jobs[0].destination.connection) == (0, "other")


def test_what_is_no_plan_file(shop):
    """It is refused, and never written over."""
    rows = shop.root / "firms.csv"
    assert (apply(shop.root, rows).exit_code, apply(shop.root, shop.root / "none").exit_code) == (WRONG, WRONG)
    refused = plan(shop.root, out=rows)
    assert (refused.exit_code, "is no plan file; it was left as it is" in refused.error) == (WRONG, True)
    assert rows.read_text() == "ref,name\nf,Firm\n"


def test_a_plan_that_does_not_come_to_its_end_is_not_kept(shop):
    """The file that was there stays."""
    path = shop.root / "the.plan"
    plan(shop.root, out=path)
    before = path.read_bytes()
    (shop.root / "firms.csv").unlink()
    planned = plan(shop.root, out=path)
    assert (planned.exit_code, path.read_bytes() == before) == (1, True)
    assert [note for note in planned.notes if "so it is not kept" in note]
    assert [one.name for one in shop.root.iterdir() if one.name.endswith(".part")] == []


def test_a_run_in_between(shop, kept):
    """It did what was planned: there is nothing left of the plan, which is told."""
    run(shop.root, "firms")
    done = apply(shop.root, kept)
    assert (done.exit_code, "the planned create is not due any more" in done.error) == (STALE, True)


def test_no_workers(shop, kept):
    """One process applies a plan, whatever project.yaml says."""
    shop.write("pipelines/project.yaml", "connections: {main: {url: sandbox}}\nexecutor: processes\n")
    plan(shop.root, "firms", out=kept)
    done = apply(shop.root, kept)
    assert (done.exit_code, [note for note in done.notes if "by one process" in note] != []) == (0, True)
