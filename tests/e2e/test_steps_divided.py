"""Steps of divided jobs: they are done once, when all parts are, for the records of all of them."""

from __future__ import annotations

import csv
from pathlib import Path

from odoo_etl import OdooClient
from tests.e2e.divided import Way
from tests.e2e.project import partner_rows, partners_job
from tests.e2e.test_divided import LOAD, parts, way, workers, zygotes  # noqa: F401 - fixtures

ARCHIVE = {"call": "action_archive", "where": [["active", "=", True]], "on": "created"}


def active(odoo: OdooClient, prefix: str) -> list[bool]:
    """Whether each partner of a test is active, in order."""
    domain, context = [["ref", "=like", f"{prefix}%"]], {"active_test": False}
    return [row["active"] for row in odoo.search_read("res.partner", domain, ["active"], order="ref", context=context)]


def test_steps_are_done_once_for_all_parts(way: Way, sandbox_client: OdooClient, prefix: str) -> None:  # noqa: F811
    """By whatever closes the job; a second run does nothing."""
    way.project.rows(partner_rows(prefix, 24))
    way.project.write("partners.yaml", partners_job(load=LOAD, after=[ARCHIVE]))
    done = way.run()
    assert done.code == 0, done.err
    assert done.closing()["steps"] == [{"step": "action_archive", "records": 24, "refused": 0, "unknown": 0}]
    assert [job["steps"] for job in done.jobs() if job["part"] != "closing"] == [[]] * (len(done.jobs()) - 1)
    assert sum(job["calls"].get("res.partner.action_archive", 0) for job in done.jobs()) <= 5
    assert active(sandbox_client, prefix) == [False] * 24
    again = way.run()
    assert (again.code, again.writes()) == (0, 0)
    assert sum(job["calls"].get("res.partner.action_archive", 0) for job in again.jobs()) == 0


def test_what_follows_a_divided_job_is_done_once(workers: Way, prefix: str, tmp_path: Path) -> None:  # noqa: F811
    """And so is what comes before it."""
    first = {"command": ["sh", "-c", f"echo before >> {tmp_path}/told"]}
    last = {"command": ["sh", "-c", f"echo after $ODOO_ETL_JOB >> {tmp_path}/told"]}
    workers.project.rows(partner_rows(prefix, 24))
    workers.project.write("partners.yaml", partners_job(load=LOAD, before=[first], after=[last]))
    done = workers.run()
    assert done.code == 0, done.err
    assert (tmp_path / "told").read_text() == "before\nafter partners\n"


def test_what_follows_all_partitions_is_done_by_the_last(parts: Way, prefix: str, tmp_path: Path) -> None:  # noqa: F811
    """What comes before them is for whoever starts them."""
    last = {"command": ["sh", "-c", f"echo after >> {tmp_path}/told"]}
    parts.project.rows(partner_rows(prefix, 24))
    parts.project.write("partners.yaml", partners_job(load=LOAD, after=[last]))
    done = parts.run()
    assert done.code == 0, done.err
    assert (tmp_path / "told").read_text() == "after\n"
    parts.project.write("partners.yaml", partners_job(load=LOAD, before=[last]))
    refused = parts.run()
    assert refused.code == 1
    assert "so its `before` cannot be done once" in refused.done[0].out
    assert (tmp_path / "told").read_text() == "after\n"


def test_a_refused_record_of_a_part_is_a_reject_of_the_whole(
    way: Way,  # noqa: F811
    sandbox_client: OdooClient,
    prefix: str,
) -> None:
    """Nobody is a parent of his own; the run that closes the job counts and tells that row."""
    rows = partner_rows(prefix, 8)
    way.project.rows(rows)
    way.project.write("partners.yaml", partners_job(load=LOAD))
    assert way.run().code == 0
    (parent,) = sandbox_client.search("res.partner", [["ref", "=", rows[3]["ref"]]])
    way.project.rows([{**row, "name": f"Other {row['name']}"} for row in rows])
    way.project.write("partners.yaml", partners_job(load=LOAD, after=[{"write": {"parent_id": parent}}]))
    done = way.run()
    assert done.code == 3, done.err
    assert done.closing()["steps"] == [{"step": "write parent_id", "records": 7, "refused": 1, "unknown": 0}]
    assert done.counts(closing=True) == {"read": 8, "unchanged": 7, "rejected": 1}
    with Path(done.closing()["rejects_file"]).open(newline="", encoding="utf-8-sig") as file:
        assert [row["ref"] for row in csv.DictReader(file)] == [rows[3]["ref"]]
    again = way.run()
    assert (again.code, again.writes()) == (3, 1)
