"""From a connection in project.yaml to a client."""

from __future__ import annotations

import pytest

from odoo_etl.connections import open_client, retry_policy
from odoo_etl.odoo import RetryPolicy
from odoo_etl.spec import ConnectionSpec, RetrySpec
from tests.contract.transports.scripted import DIALECTS, ScriptedServer


@pytest.mark.parametrize("protocol", ["auto", "json2", "jsonrpc", "xmlrpc"])
def test_the_sandbox_runs_as_long_as_its_client_and_keeps_its_records(tmp_path, protocol):
    """A second run finds what the first one wrote, in `sandbox.db`."""
    connection = ConnectionSpec(url="sandbox", protocol=protocol)
    with open_client(connection, tmp_path / "state") as client:
        partner = client.create("res.partner", {"name": "Kept"})
    with open_client(connection, tmp_path / "state") as client:
        assert client.display_name("res.partner", [partner]) == {partner: "Kept"}
    assert (tmp_path / "state" / "sandbox.db").is_file()


def test_a_connection_s_settings_reach_the_server(tmp_path):
    """Database, key and protocol as written."""
    connection = ConnectionSpec(url="https://placeholder", db="shop", api_key="the-key", protocol="json2")
    with ScriptedServer(DIALECTS["json2"].result([])) as server:
        reachable = connection.model_copy(update={"url": server.url})
        with open_client(reachable, tmp_path) as client:
            client.search("res.partner")
        assert server.requests[0].headers["X-Odoo-Database"] == "shop"
        assert server.requests[0].headers["Authorization"] == "bearer the-key"
    assert list(tmp_path.iterdir()) == []


def test_a_job_s_retry_is_the_client_s_policy():
    """Durations are seconds."""
    spec = RetrySpec(attempts=3, max_wait="2s", deadline="1m")
    assert retry_policy(spec) == RetryPolicy(attempts=3, max_wait_s=2.0, deadline_s=60.0)
