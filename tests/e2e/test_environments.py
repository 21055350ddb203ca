"""Environments as a user meets them: a database, and a copy of it that is as old and has its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Done, Project, partner_rows, partners_job
from tests.e2e.terminal import answered

PRODUCTION = {"production": True}


@pytest.fixture
def two(empty_project: Project, tmp_path: Path) -> Iterator[Project]:
    """A project on production and on a copy of it; a person is a partner of both."""
    with ExitStack() as stack:
        made = stack.enter_context(Sandbox(tmp_path / "production.db"))
        made.stop()
        shutil.copy(tmp_path / "production.db", tmp_path / "dev.db")
        servers = {name: stack.enter_context(Sandbox(tmp_path / f"{name}.db")) for name in ("production", "dev")}
        login = {"db": made.db, "api_key": made.api_key}
        urls = {name: {"connections": {"main": {"url": server.url}}} for name, server in servers.items()}
        urls["production"] |= PRODUCTION
        project = {"connections": {"main": login}, "environments": urls, "default_environment": "dev"}
        empty_project.write("project.yaml", project)
        empty_project.write("partners.yaml", partners_job(load={"compare": "ledger"}))
        yield empty_project


def counts(done: Done) -> dict[str, Any]:
    """Of a run that ended well."""
    assert done.code == 0, done
    return done.counts()


def test_a_copy_and_its_original_do_not_mix(two: Project, prefix: str) -> None:
    """In one ledger: what a run confirmed in the one was not done in the other."""
    two.write("partners.yaml", partners_job(source={"type": "csv", "path": "../in/*.csv", "only_new": True}))
    (two.root / "in").mkdir()
    two.rows(partner_rows(prefix, 3), "in/first.csv")
    for environment in ("dev", "production"):
        line = ("run", "--json", "--yes", "--env", environment)
        assert counts(two.run(*line)) == {"read": 3, "created": 3}
        assert counts(two.run(*line)) == {}
    two.rows(partner_rows(prefix, 5)[3:], "in/second.csv")
    assert counts(two.run("run", "--json")) == {"read": 2, "created": 2}
    assert counts(two.run("plan", "--env", "production", "--json")) == {"read": 2, "created": 2}


def test_an_undo_goes_where_its_run_was(two: Project, prefix: str) -> None:
    """Whatever is the default; told another environment it does nothing."""
    two.rows(partner_rows(prefix, 2))
    run = two.run("run", "--json", "--env", "production", "--yes").result["run_id"]
    two.run("run")
    elsewhere = two.run("undo", run, "--yes", "--env", "dev")
    assert (elsewhere.code, "was made in environment production, not in environment dev" in elsewhere.err) == (2, True)
    undone = two.run("undo", run, "--yes")
    assert undone.code == 0, undone
    assert undone.out.startswith("main: production, http://")
    assert "undone: 2 archived" in undone.out
    found = {
        env: two.run("call", "res.partner", "search_count", "[]", "--env", env).out for env in ("production", "dev")
    }
    assert int(found["dev"]) - int(found["production"]) == 2


def test_production_is_asked_for_at_a_terminal(two: Project, prefix: str) -> None:
    """The question names environment, URL and database; without a terminal the way out is told."""
    two.rows(partner_rows(prefix, 1))
    refused = two.run("run", "--env", "production")
    assert (refused.code, "then give --yes" in refused.err, refused.out) == (2, True, "")
    assert answered(two, ["n"], "run", "--env", "production").code == 2
    assert not (two.root / ".odoo_etl").exists()
    done = answered(two, ["y"], "run", "--env", "production")
    assert done.code == 0, done
    assert "writes to the environment production, which is production:" in done.err
    assert "main: http://127.0.0.1" in done.err
    assert "Write there? [y/N]" in done.err


def test_variables_choose_a_source(two: Project, prefix: str) -> None:
    """On the command line, in `.env`, and in `.env` of the environment."""
    source = {"type": "csv", "path": "../${region}.csv"}
    two.write("partners.yaml", partners_job(source=source))
    for region, rows in {"north": 1, "south": 2, "east": 3}.items():
        two.rows(partner_rows(prefix, rows), f"{region}.csv")
    (two.root / ".env").write_text("region=north\n")
    (two.root / ".env.production").write_text("region=south\n")
    plan = ("plan", "--json")
    read = [two.run(*plan, *more).counts()["read"] for more in ((), ("--env", "production"), ("--var", "region=east"))]
    assert read == [1, 2, 3]
    wrong = two.run(*plan, "--var", "regoin=east")
    assert (wrong.code, "did you mean `region`?" in wrong.err) == (2, True), wrong
