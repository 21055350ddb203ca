"""The use case `guess`, on the sandbox and on snapshots."""

from __future__ import annotations

import pytest

import odoo_etl
from odoo_etl import GuessOptions, guess, plan
from odoo_etl.errors import UsageError
from odoo_etl.runs.workspace import Workspace
from odoo_etl.snapshots import Snapshot, write_snapshot

CUSTOMERS = "Nr;Name;Land\nX1;Anna;Belgien\nX2;Bert;Österreich\n"


@pytest.fixture
def customers(shop):
    """A file of the project."""
    shop.write("data/customers.csv", CUSTOMERS)
    return shop.root / "data/customers.csv"


def test_the_job_plans(shop, customers):
    """As it was written."""
    found = guess(shop.use(), customers, "res.partner")
    assert (found.job, found.path.endswith("pipelines/customers.yaml")) == ("customers", True)
    assert (shop.root / "pipelines/customers.yaml").read_text() == found.text
    done = plan(shop.use(), ["customers"])
    assert (done.exit_code, done.jobs[0].counts.created) == (0, 2)


def test_nothing_is_overwritten(shop, customers):
    """Unless somebody says so; another job of that name is no way out."""
    guess(shop.use(), customers, "res.partner")
    with pytest.raises(UsageError, match="is there already: --force"):
        guess(shop.use(), customers, "res.partner")
    with pytest.raises(UsageError, match="has a job customers already: --job"):
        guess(shop.use(), customers, "res.partner", GuessOptions(out=shop.root / "pipelines/other.yaml"))
    again = guess(shop.use(), customers, "res.partner", GuessOptions(force=True))
    other = guess(shop.use(), customers, "res.partner", GuessOptions(job="clients"))
    assert (again.job, other.job) == ("customers", "clients")


def test_a_key_says_how_many_odoo_has(shop, customers):
    """Here none."""
    [key, *_] = guess(shop.use(), customers, "res.partner").guess.keys
    assert (key.fields, key.existing, key.asked) == (("ref",), 0, 2)


def test_snapshots_stand_in_for_a_server(tmp_path):
    """With a folder of them, no project is needed."""
    fields = {"name": {"type": "char", "string": "Name", "required": True}}
    write_snapshot(tmp_path / "known", Snapshot("x.thing", "19.0", fields))
    (tmp_path / "things.csv").write_text("name\na\nb\n")
    options = GuessOptions(schema=tmp_path / "known", out=tmp_path / "things.yaml")
    found = guess(Workspace(tmp_path, environ={}), tmp_path / "things.csv", "x.thing", options)
    assert "name: name" in (tmp_path / "things.yaml").read_text()
    assert found.origin.startswith("snapshots in ")
    with pytest.raises(UsageError, match=r"no snapshot of no\.model: it knows x\.thing"):
        guess(
            Workspace(tmp_path, environ={}),
            tmp_path / "things.csv",
            "no.model",
            GuessOptions(schema=tmp_path / "known"),
        )


def test_without_a_project_or_snapshots_there_is_nobody_to_ask(tmp_path):
    """It says how to name a project."""
    (tmp_path / "t.csv").write_text("a\n1\n")
    with pytest.raises(UsageError, match="--project"):
        guess(Workspace(tmp_path, environ={}), tmp_path / "t.csv", "res.partner")


def test_a_file_for_which_nothing_fits_writes_nothing(shop):
    """Maybe it is the wrong model."""
    shop.write("data/t.csv", "zzz;qqq\n?;!\n%;&\n")
    found = guess(shop.use(), shop.root / "data/t.csv", "res.country")
    assert (found.path, found.text) == ("", "")
    assert not (shop.root / "pipelines/t.yaml").exists()


def test_it_is_public():
    """What a shell can ask, a program can ask."""
    assert {"guess", "GuessOptions", "GuessedJob", "Guess", "Proposal", "KeyCandidate"} <= set(odoo_etl.__all__)
