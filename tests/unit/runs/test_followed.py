"""The world of a run that another one follows."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.followed import followed, recorded
from odoo_etl.runs.undone import entry_of
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Choice

PROJECT = """
connections: {main: {url: sandbox}, other: {url: sandbox}, far: {url: https://far.example.com, api_key: "${key}"}}
variables: {region: north}
environments: {dev: {}, production: {production: true}}
default_environment: dev
"""


@pytest.fixture
def follow(shop, ledger):
    """A function that follows a run of a ledger with three: in production, in dev, and one of an earlier release."""
    shop.write("pipelines/project.yaml", PROJECT)
    world = {"environment": "production", "connection": "", "variables": {"region": "south"}, "unsaid": []}
    ledger.start_run("p1", "run", arguments=world)
    ledger.start_run("d1", "run", arguments={**world, "environment": "dev", "connection": "other"})
    ledger.start_run("o1", "run", arguments={"selectors": []})
    for run in ("p1", "d1", "o1"):
        ledger.finish_run(run, 1)

    def following(run, environ=None, **how):
        workspace = Workspace(shop.root, environ=environ or {}, **how)
        choice, entry = followed(
            workspace, lambda _: nullcontext(ledger), lambda ledger, told: entry_of(ledger, run, told)
        )
        return entry.id, choice

    return following


def test_it_is_followed_where_it_was(follow):
    """With its connection and its variables; one that is said again wins."""
    assert follow("p1") == ("p1", Choice("production", "", {"region": "south"}))
    assert follow("d1", variables={"region": "x"}) == ("d1", Choice("dev", "other", {"region": "x"}))
    assert follow("p1", environment="production")[0] == "p1"


def test_the_last_one_is_that_of_the_environment_where_one_is_told(follow):
    """By whoever calls, or by the process; runs of earlier releases did not say theirs."""
    assert follow("last") == ("o1", Choice())
    assert follow("last", environ={"ODOO_ETL_ENV": "production"})[0] == "o1"


@pytest.mark.parametrize(
    ("run", "how", "told"),
    [
        ("p1", {"environment": "dev"}, "run p1 was made in environment production, not in environment dev; nothing"),
        ("p1", {"environ": {"ODOO_ETL_ENV": "dev"}}, "not in environment dev"),
        ("p1", {"environment": ""}, "not in no environment of its own"),
        ("p1", {"connection": "other"}, "was made in no connection of its own, not in connection other"),
        ("d1", {"connection": "main"}, "was made in connection other, not in connection main"),
    ],
)
def test_another_world_than_its_own_is_refused(follow, run, how, told):
    """Else an undo would write to another database."""
    with pytest.raises(UsageError, match=told):
        follow(run, **how)


@pytest.mark.parametrize(
    "wrong", [{"environment": 1}, {"connection": None}, {"variables": {"a": 1}}, {"variables": []}]
)
def test_worlds_that_nobody_can_have_had(follow, ledger, wrong):
    """What a ledger says is no command."""
    ledger.start_run("w1", "run", arguments={"environment": "dev", "connection": "", "variables": {}, **wrong})
    with pytest.raises(UsageError, match="run w1 cannot be followed"):
        follow("w1")


def test_secrets_of_a_command_line_are_not_kept(shop, follow, ledger):
    """They are to be said again; their names are known."""
    variables = {"key": "geheim-17", "region": "south"}
    world = recorded(Workspace(shop.root, environ={}, variables=variables).load())
    assert world == {"environment": "dev", "connection": "", "variables": {"region": "south"}, "unsaid": ["key"]}
    ledger.start_run("s1", "run", arguments=world)
    with pytest.raises(UsageError, match=r"which nobody keeps: say again --var key=\.\.\."):
        follow("s1")
    assert follow("s1", variables={"key": "k"})[1].variables == {"region": "south", "key": "k"}


def test_a_run_that_is_elsewhere(shop, follow):
    """An environment may have a ledger of its own, which is looked into only where it is named."""
    shop.write("pipelines/project.yaml", PROJECT + 'state: {url: "sqlite:///a.db"}\n')
    with pytest.raises(UsageError, match=r"there is no run 'x'; the last ones: o1, d1, p1$"):
        follow("x")
    own = PROJECT.replace("{production: true}", '{production: true, state: {url: "sqlite:///b.db"}}')
    shop.write("pipelines/project.yaml", own)
    with pytest.raises(UsageError, match="production keep their runs elsewhere: say --env"):
        follow("x")
