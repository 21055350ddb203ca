"""Servers before Odoo 19, which have no `web_save_multi`: a real Odoo that is taken for one, and the sandbox as one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import CannotStart, ProtocolError, Refused
from odoo_etl.odoo import ServerVersion
from odoo_etl.results import JobResult
from odoo_etl.sandbox import Sandbox
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.e2e.project import Project, partner_rows, partners_job
from tests.e2e.test_contents import OTHER, SMALL
from tests.servers import Server

TAGS = {"model": "res.partner.category", "by": "name"}
FIELDS = {
    "ref": "ref",
    "name": "name",
    "comment": "comment",
    "is_company": "firm",
    "color": "color",
    "partner_latitude": "latitude",
    "lang": "lang",
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}, "empty": "clear"},
    "category_id": {"column": "tags", "split": "|", "lookup": TAGS},
}
COLUMNS = ["ref", "name", "comment", "firm", "color", "latitude", "lang", "country", "tags"]


class Older(OdooClient):
    """A client that takes its server for Odoo 18."""

    def version(self) -> ServerVersion:
        """Not what the server says."""
        super().version()
        return ServerVersion("18.0", 18)


def test_records_with_values_of_their_own_are_loaded(real_odoo: Server) -> None:
    """Fifty in a call, whatever the types of their fields; the second run writes nothing, a refused row is alone."""
    prefix = "OLDER"

    def lines(change: str) -> list[tuple[Any, ...]]:
        return [
            (
                f"{prefix}-{n}",
                f"Name {n} {change}",
                f"Line {n} {change}\nand <another>",
                "yes" if n % 2 else "no",
                str((n + len(change)) % 11),
                f"{n / 7:.5f}{n % 9}",
                "en_US",
                ("BE", "DE", "")[n % 3],
                f"{prefix} red|{prefix} blue" if n % 2 else f"{prefix} blue",
            )
            for n in range(120)
        ]

    def run(rows: list[tuple[Any, ...]]) -> JobResult:
        so_far, heard = JobSoFar.begun("partners", "res.partner"), Heard()
        request = JobRequest(rows=AllRows(ListSource(COLUMNS, rows)), settler=PATIENT, rejects=heard)
        return run_job(job_spec(FIELDS), client, heard, so_far, request)

    with Older(real_odoo.url, real_odoo.db, api_key=real_odoo.api_key) as client:
        client.create("res.partner.category", [{"name": f"{prefix} {name}"} for name in ("red", "blue")])
        assert run(lines("first")).counts.created == 120
        changed = run(lines("second"))
        assert (changed.counts.updated, changed.calls["res.partner.load"]) == (120, 3)
        assert "res.partner.write" not in changed.calls
        again = run(lines("second"))
        assert (again.counts.unchanged, again.calls.get("res.partner.load", 0)) == (120, 0)
        bad = lines("third")
        bad[60] = (bad[60][0], "", *bad[60][2:])
        spec = job_spec({**FIELDS, "name": {"column": "name", "empty": "clear"}})
        so_far, heard = JobSoFar.begun("partners", "res.partner"), Heard()
        request = JobRequest(rows=AllRows(ListSource(COLUMNS, bad)), settler=PATIENT, rejects=heard)
        result = run_job(spec, client, heard, so_far, request)
        assert (result.counts.updated, result.counts.rejected, heard.rejected_lines) == (119, 1, [62])


@pytest.mark.parametrize("major", [14, 16, 18])
def test_the_sandbox_plays_an_older_server(empty_project: Project, major: int) -> None:
    """Without what came later: updates are loaded, undo writes them back, re-runs write nothing."""
    with Sandbox(major=major) as sandbox:
        server = Server("older", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)
        empty_project.connect(server)
        empty_project.write("partners.yaml", partners_job())
        rows = partner_rows("OLD", 120)
        empty_project.rows(rows)
        first = empty_project.run("run", "--json")
        assert (first.code, first.job()["protocol"], first.counts()) == (0, "jsonrpc", {"read": 120, "created": 120})
        for row in rows:
            row["name"] += " renamed"
        empty_project.rows(rows)
        changed = empty_project.run("run", "--json")
        assert (changed.counts(), changed.writes()) == ({"read": 120, "updated": 120}, {"res.partner.load": 3})
        assert empty_project.run("run", "--json").writes() == {}
        assert empty_project.run("undo", changed.result["run_id"], "--yes").code == 0
        with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:
            assert odoo.version().major == major
            found = odoo.search_read("res.partner", [["ref", "=", "OLD-00007"]], ["name"])
            assert [row["name"] for row in found] == ["Partner 7"]
            with pytest.raises((ProtocolError, Refused)):
                odoo.web_save_multi("res.partner", [found[0]["id"]], [{"name": "x"}])


@pytest.mark.parametrize("major", [14, 18])
def test_zeros_in_keys_and_pictures_are_no_change(empty_project: Project, major: int) -> None:
    """Odoo 14 takes a 0 in a list for no value, and lists no attachments of fields."""
    picture = {"column": "picture", "type": "file", "root": ".."}
    with Sandbox(major=major) as sandbox:
        empty_project.connect(Server("older", sandbox.url, sandbox.db, sandbox.user, "", sandbox.api_key))
        fields = {"ref": "ref", "partner_latitude": "at", "name": "name", "image_1920": picture}
        target = {"model": "res.partner", "key": ["ref", "partner_latitude"]}
        empty_project.write("partners.yaml", partners_job(target=target, fields=fields))
        (empty_project.root / "small.png").write_bytes(base64.b64decode(SMALL))
        rows = [{"ref": "OLD", "at": at, "name": at, "picture": "small.png"} for at in ("0", "1.5", "-0.1")]
        empty_project.rows(rows)
        assert empty_project.run("run", "--json").counts() == {"read": 3, "created": 3}
        again = empty_project.run("run", "--json")
        assert (again.counts(), again.writes()) == ({"read": 3, "unchanged": 3}, {})
        (empty_project.root / "small.png").write_bytes(base64.b64decode(OTHER))
        changed = empty_project.run("run", "--json")
        assert changed.counts() == {"read": 3, "updated": 3}
        assert empty_project.run("undo", changed.result["run_id"], "--yes").code == 0
        with OdooClient(sandbox.url, sandbox.db, user=sandbox.user, api_key=sandbox.api_key) as odoo:
            held = odoo.search_read("res.partner", [["ref", "=", "OLD"]], ["image_1920"])
            assert [row["image_1920"] for row in held] == [SMALL] * 3


def test_an_older_server_has_no_json2() -> None:
    """A job that wants it is told so."""
    with Sandbox(major=18) as sandbox, pytest.raises(CannotStart, match="JSON-2"):
        OdooClient(sandbox.url, sandbox.db, api_key=sandbox.api_key, protocol="json2").authenticate()
