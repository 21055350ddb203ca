"""The clients of a run: one for each connection, while the run lasts."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from odoo_etl.observers import NoObserver
from odoo_etl.runs.clients import Clients
from odoo_etl.stop import Stop


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
