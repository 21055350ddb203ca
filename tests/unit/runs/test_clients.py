"""The clients of a run: one for each connection, while the run lasts."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from odoo_etl.observers import NoObserver
from odoo_etl.runs.clients import Clients
from odoo_etl.stop import Stop


class Hears(NoObserver):
    """Keeps notes."""

    def __init__(self):
        self.notes = []

    def note(self, job, text):
        self.notes.append((job, text))


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
    assert len(found) == 1
    assert observer.notes == [("main", str(found.pop()))]
