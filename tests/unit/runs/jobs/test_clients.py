"""The clients of a run: one for each connection, while the run lasts."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from odoo_etl.observers import NoObserver
from odoo_etl.runs.jobs.clients import Clients
from odoo_etl.stop import Stop
from tests.stand_in import StandIn, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Hears(NoObserver):
    """Keeps where a run writes, and whose calls it hears of."""

    def __init__(self):
        self.connections, self.calls = [], []

    def connected(self, destination):
        self.connections.append(destination)

    def answered(self, job, answered):
        self.calls.append((job, answered.call))


@pytest.fixture
def opened(shop):
    """The clients of all jobs, the jobs, and who hears of them."""
    project, observer = shop.project, Hears()
    jobs = [project.jobs[name] for name in ("firms", "people")]
    with ExitStack() as stack:
        yield Clients(project, jobs, observer, stack, Stop()), jobs, observer


def test_jobs_of_one_connection_share_its_address(opened):
    """One sandbox serves them all, and calls are counted together."""
    clients, (firms, people), _ = opened
    assert clients.address_of(firms) is clients.address_of(people)
    clients.of(firms).search_read("res.partner", [], ["id"])
    assert clients.of(people).calls["res.partner.search_read"] == 1


def test_nothing_is_opened_before_it_is_needed(shop, opened):
    """Nor is anything asked."""
    assert not (shop.root / ".odoo_etl/sandbox.db").exists()
    clients, (firms, _), _ = opened
    clients.of(firms)
    assert (shop.root / ".odoo_etl/sandbox.db").exists()


def test_where_a_run_writes_is_said_once(opened):
    """For a connection, however many jobs it has."""
    clients, jobs, observer = opened
    found = {clients.destination_of(job) for job in jobs}
    assert observer.connections == list(found)


def test_calls_are_told_as_those_of_the_job_that_asked_last(opened):
    """Jobs work one after the other."""
    clients, (firms, people), observer = opened
    for job in (firms, people):
        clients.of(job).search_read("res.partner", [], ["id"])
    assert [one for one in observer.calls if one[1] == "res.partner.search_read"] == [
        ("firms", "res.partner.search_read"),
        ("people", "res.partner.search_read"),
    ]


def test_expiring_keys_cost_nothing_where_nobody_asked(opened):
    """No connection is opened for it, and the sandbox's key does not expire."""
    clients, (firms, _), _ = opened
    assert list(clients.expiring_keys(NOW)) == []
    clients.of(firms)
    assert list(clients.expiring_keys(NOW)) == []
    assert not clients.of(firms).calls


def test_a_key_that_expires_soon_is_a_note(shop):
    """One call for a connection, at the end; none where it logs in with a password."""
    stand_in = StandIn()
    stand_in.paths["/json/2/res.users/context_get"] = {"uid": 2, "lang": "en_US", "tz": False}
    stand_in.paths["/json/2/res.users.apikeys/search_read"] = [
        {"id": 1, "name": "nightly", "expiration_date": "2026-03-10 13:00:00"}
    ]
    with serving(stand_in) as url, ExitStack() as stack:
        shop.write("pipelines/project.yaml", f"connections: {{main: {{url: '{url}', db: db, user: u, api_key: k}}}}\n")
        project = shop.project
        jobs = [project.jobs["firms"]]
        clients = Clients(project, jobs, Hears(), stack, Stop())
        clients.of(jobs[0])
        (warning,) = clients.expiring_keys(NOW)
        assert warning.startswith("connection main: the API key 'nightly' expires: 2026-03-10, in 9 days; make a new")
        assert clients.of(jobs[0]).calls["res.users.apikeys.search_read"] == 1
        shop.write("pipelines/project.yaml", f"connections: {{main: {{url: '{url}', db: db, user: u, password: k}}}}\n")
        others = Clients(shop.project, jobs, Hears(), stack, Stop())
        others.of(jobs[0])
        assert list(others.expiring_keys(NOW)) == []
