"""Servers before Odoo 19, which have no `web_save_multi`, played by a real Odoo 19 whose version says so."""

from __future__ import annotations

from typing import Any

from odoo_etl import OdooClient
from odoo_etl.odoo import ServerVersion
from odoo_etl.results import JobResult
from odoo_etl.sync import AllRows, JobRequest, run_job
from tests.builders import PATIENT, Heard, ListSource, job_spec
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
                str(n % 11),
                f"{n / 7:.5f}{n % 9}",
                "en_US",
                ("BE", "DE", "")[n % 3],
                f"{prefix} red|{prefix} blue" if n % 2 else f"{prefix} blue",
            )
            for n in range(120)
        ]

    def run(rows: list[tuple[Any, ...]]) -> JobResult:
        result, heard = JobResult("partners", "res.partner"), Heard()
        request = JobRequest(rows=AllRows(ListSource(COLUMNS, rows)), settler=PATIENT, rejects=heard)
        run_job(job_spec(FIELDS), client, heard, result, request)
        return result

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
        result, heard = JobResult("partners", "res.partner"), Heard()
        request = JobRequest(rows=AllRows(ListSource(COLUMNS, bad)), settler=PATIENT, rejects=heard)
        run_job(spec, client, heard, result, request)
        assert (result.counts.updated, result.counts.rejected, heard.rejected_lines) == (119, 1, [62])
