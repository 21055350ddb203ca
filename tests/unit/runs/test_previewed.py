"""The use case `preview` on the sandbox."""

import pytest

from odoo_etl import Pick, preview
from odoo_etl.cli.main import app
from odoo_etl.errors import UsageError
from odoo_etl.runs import run


def fates(shown):
    """The key of each record to what becomes of it."""
    return {one.key: one.fate for one in shown.records}


def test_rows_are_shown_and_nothing_is_left_behind(shop):
    """Neither in Odoo nor on the disk, but for the sandbox's own database; then a run has done it, and says so."""
    shown = preview(shop.use(), "firms")
    assert (fates(shown), shown.exit_code, shown.destination) == (
        {"f": "create"},
        0,
        "SANDBOX, database sandbox, user admin, Odoo 19.0",
    )
    assert {path.name for path in (shop.root / ".odoo_etl").iterdir()} == {"sandbox.db"}
    people = preview(shop.use(), "people")
    assert fates(people) == {"p": "reject", "q": "reject"}
    assert "the job firms, which runs before this one, may create it" in str(people.records[0])
    run(shop.use())
    assert fates(preview(shop.use(), "people")) == {"p": "unchanged", "q": "reject"}
    assert fates(preview(shop.use(), "people", pick=Pick(key="q"))) == {"q": "reject"}
    assert fates(preview(shop.use(), "people", rows=1)) == {"p": "unchanged"}


def test_without_a_server_the_rest_is_shown(shop):
    """With the exit code of a server that cannot be used; `offline` asks none, and that is no failure."""
    shop.write("pipelines/project.yaml", "connections: {main: {url: 'http://127.0.0.1:9', user: x, api_key: x}}\n")
    shown = preview(shop.use(), "firms")
    assert (shown.exit_code, "cannot connect" in shown.error, fates(shown)) == (5, True, {"f": "unknown"})
    assert "no server could be asked" in shown.notes[0]
    offline = preview(shop.use(), "firms", offline=True)
    assert (offline.exit_code, offline.error, fates(offline)) == (0, "", {"f": "unknown"})
    shop.write("pipelines/project.yaml", "connections: {main: {url: '${NOWHERE}'}}\n")
    unset = preview(shop.use(), "firms")
    assert (unset.exit_code, "NOWHERE" in unset.error, fates(unset)) == (5, True, {"f": "unknown"})


def test_one_job_is_looked_at(shop):
    """With some rows at least."""
    with pytest.raises(UsageError, match="picks 2 jobs"):
        preview(shop.use(), "*")
    with pytest.raises(UsageError, match="at least"):
        preview(shop.use(), "firms", rows=0)
    assert "preview" in {command.name or command.callback.__name__ for command in app.registered_commands}


def test_a_job_that_does_not_fit_has_its_place(shop):
    """As `plan` says it."""
    shop.job("firms", email={"column": "name", "lookup": {"model": "res.country", "by": "code"}})
    shown = preview(shop.use(), "firms")
    assert shown.exit_code == 2
    assert "firms.yaml:" in shown.error
