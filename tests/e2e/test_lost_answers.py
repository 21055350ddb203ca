"""Answers that never arrive: what may be sent again is, a create is not, and nothing is created twice."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.fault_proxy import DROP_AFTER, FaultProxy
from tests.servers import Server


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_a_create_without_an_answer_is_settled(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, protocol: str
) -> None:
    """Its records are found by their keys; it is not sent again, and the report says that it was settled."""
    empty_project.rows(partner_rows(prefix, 30))
    empty_project.write("partners.yaml", partners_job(load={"chunk_size": 10}))
    with FaultProxy(server.url) as proxy:
        proxy.script(DROP_AFTER, "create")
        empty_project.connect(server, url=proxy.url, protocol=protocol)
        done = empty_project.run("run", "--json")
        assert proxy.met() == 1
        assert (done.code, done.counts(), done.job()["settled"]) == (0, {"read": 30, "created": 30}, 1)
        assert done.writes() == {"res.partner.create": 4}  # the first record alone, then three batches
        assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 30

        again = empty_project.run("run", "--json")
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 30, "unchanged": 30}, {})


@pytest.mark.parametrize("call", ["search_read", "write", "web_save_multi", "fields_get"])
def test_what_may_be_repeated_is_sent_again(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, call: str
) -> None:
    """A read, or a write of the same values, whose answer was lost is repeated; the run ends well."""
    rows = partner_rows(prefix, 60)
    empty_project.rows(rows)
    empty_project.write("partners.yaml", partners_job())
    empty_project.connect(server)
    assert empty_project.run("run").code == 0
    for number, row in enumerate(rows):
        row["country"] = "IT"
        row["name"] += str(number) if number < 5 else ""
    empty_project.rows(rows)
    with FaultProxy(server.url) as proxy:
        proxy.script(DROP_AFTER, call)
        empty_project.connect(server, url=proxy.url)
        done = empty_project.run("run", "--json")
        assert proxy.met() == 1
    assert (done.code, done.counts()) == (0, {"read": 60, "updated": 60})
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"], ["country_id.code", "=", "IT"]]) == 60
