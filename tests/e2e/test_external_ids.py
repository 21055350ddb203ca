"""Records that are found by external id: they and their ids appear together, whatever happens to the call."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.fault_proxy import DROP_AFTER, FaultProxy
from tests.servers import Server


def job(prefix: str, **changes: Any) -> dict[str, Any]:
    """A job whose partners are found by an external id."""
    module = prefix.lower().replace("-", "_")
    return partners_job(target={"model": "res.partner", "external_id": f"{module}.partner_{{ref}}"}, **changes)


def named(odoo: OdooClient, prefix: str) -> dict[str, int]:
    """The external ids of a test, and what they stand for."""
    module = prefix.lower().replace("-", "_")
    rows = odoo.search_read("ir.model.data", [["module", "=", module]], ["name", "res_id"])
    return {row["name"]: row["res_id"] for row in rows}


def test_records_and_their_ids(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The first run makes both, the second one nothing, a change is written to the same record."""
    rows = partner_rows(prefix, 25)
    project.rows(rows)
    project.write("partners.yaml", job(prefix, load={"chunk_size": 10, "concurrency": 2}))
    first = project.run("run", "--json")
    assert (first.code, first.counts()) == (0, {"read": 25, "created": 25})
    ids = named(odoo, prefix)
    assert ids.keys() == {f"partner_{row['ref']}" for row in rows}
    again = project.run("run", "--json")
    assert (again.counts(), again.writes()) == ({"read": 25, "unchanged": 25}, {})

    rows[3] |= {"name": "Another name", "email": ""}
    project.rows(rows)
    assert project.run("run", "--json").counts() == {"read": 25, "updated": 1, "unchanged": 24}
    assert named(odoo, prefix) == ids
    record = odoo.read("res.partner", [ids[f"partner_{rows[3]['ref']}"]], ["name", "ref"])[0]
    assert (record["name"], record["ref"]) == ("Another name", rows[3]["ref"])


def test_bad_rows_are_named_and_the_others_land(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Empty and colliding ids, rows that Odoo refuses, and an id that belongs to something else."""
    rows = partner_rows(prefix, 12)
    rows[1]["ref"] = ""
    rows[2]["ref"], rows[3]["ref"] = f"{prefix} x", f"{prefix}.x"
    rows[4]["name"] = ""
    rows[5]["ref"] = f"{prefix}-taken"
    module = prefix.lower().replace("-", "_")
    taken = {"module": module, "name": f"partner_{prefix}-taken", "model": "res.country", "res_id": 1}
    odoo.create("ir.model.data", taken)
    project.rows(rows)
    spec = job(prefix)
    spec["fields"]["name"] = "name"
    project.write("partners.yaml", spec)
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 12, "created": 7, "rejected": 5})
    codes = {row["_line"]: row["_code"] for row in project.rejects()}
    assert codes.pop("6") not in {"", "lookup_missing"}  # the contact without a name, in Odoo's words
    assert codes == {
        "3": "empty_key",
        "4": "external_id_collision",
        "5": "external_id_collision",
        "7": "external_id_of_other_model",
    }


def test_a_record_that_is_gone_is_made_anew(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Its external id goes to the new one."""
    project.rows(partner_rows(prefix, 3))
    project.write("partners.yaml", job(prefix))
    assert project.run("run").code == 0
    odoo.unlink("res.partner", [named(odoo, prefix)[f"partner_{prefix}-00001"]])
    assert project.run("run", "--json").counts() == {"read": 3, "created": 1, "unchanged": 2}
    assert len(named(odoo, prefix)) == 3


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_a_load_without_an_answer_is_sent_again(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, protocol: str
) -> None:
    """It finds its own records by their ids, so nothing is there twice."""
    empty_project.rows(partner_rows(prefix, 20))
    empty_project.write("partners.yaml", job(prefix, load={"chunk_size": 10}))
    with FaultProxy(server.url) as proxy:
        proxy.script(DROP_AFTER, "load")
        empty_project.connect(server, url=proxy.url, protocol=protocol)
        done = empty_project.run("run", "--json")
        assert proxy.met() == 1
    assert (done.code, done.counts(), done.job()["settled"]) == (0, {"read": 20, "created": 20}, 0)
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 20
