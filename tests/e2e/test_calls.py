"""How many requests a run costs, counted one by one: they are what a slow line or a busy Odoo makes you wait for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Project, partner_rows, partners_job
from tests.servers import Server

BEFORE_THE_FIRST_ROW = {
    "common.version": 1,
    "common.login": 1,
    "res.users.read": 1,
    "res.lang.search_read": 1,
    "res.partner.fields_get": 1,
    "res.country.fields_get": 1,
}


@pytest.fixture
def own_sandbox() -> Iterator[Server]:
    """A sandbox of its own: thousands of rows would slow the other tests down."""
    with Sandbox() as sandbox:
        yield Server("sandbox", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)


def test_ten_thousand_rows_cost_eighteen_calls_when_nothing_changed(
    empty_project: Project, own_sandbox: Server, prefix: str
) -> None:
    """Eleven equal batches for three lanes: one question each, one for all countries, six before the first row."""
    empty_project.connect(own_sandbox)
    empty_project.write("partners.yaml", partners_job(load={"concurrency": 3, "call_time": "10m"}))
    empty_project.rows(partner_rows(prefix, 10_000))

    first = empty_project.run("run", "--json")
    assert first.counts() == {"read": 10_000, "created": 10_000}
    reads = {**BEFORE_THE_FIRST_ROW, "res.country.search_read": 1, "res.partner.search_read": 11}
    # The first record is created alone. Two more ask whether it, and those of the first batch, are found again; three
    # read the first batches back, one a sample of a later one; one asks when Odoo wrote the records, for undo.
    more = {"res.partner.search_read": 18}
    assert first.job()["calls"] == {**reads, **more, "res.partner.create": 12}

    second = empty_project.run("run", "--json")
    assert second.counts() == {"read": 10_000, "unchanged": 10_000}
    assert second.job()["calls"] == reads
    assert sum(reads.values()) == 18
