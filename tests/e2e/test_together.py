"""Rows that are written together: balanced entries on a real Odoo, groups of partners on each server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project, partners_job
from tests.fault_proxy import DROP_AFTER, DROP_BEFORE, FaultProxy
from tests.servers import Server

PAGE = Path(__file__).parents[2] / "docs" / "together.md"
JOB = "entry-lines"


@pytest.fixture
def books(business_odoo: Server) -> Iterator[OdooClient]:
    """A client on the Odoo that has accounting."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        yield client


@pytest.fixture
def entries(empty_project: Project, business_odoo: Server, books: OdooClient, prefix: str) -> Project:
    """The job of the page, and two draft entries."""
    empty_project.connect(business_odoo)
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    empty_project.write(f"{JOB}.yaml", example)
    (journal,) = books.search_read("account.journal", [["code", "=", "MISC"]], ["id"], limit=1)
    moves = [{"ref": f"{prefix}-{n}", "journal_id": journal["id"], "move_type": "entry"} for n in (1, 2)]
    books.create("account.move", moves)
    return empty_project


def line(prefix: str, entry: int, name: str, debit: float = 0, credit: float = 0) -> dict[str, str]:
    """One row."""
    account = "101402" if debit else "101403"
    return {
        "entry": f"{prefix}-{entry}",
        "line": name,
        "account": account,
        "debit": str(debit),
        "credit": str(credit),
    }


def ran(project: Project, rows: list[dict[str, str]] | None, *arguments: str) -> Done:
    """A run over these rows, as JSON."""
    if rows is not None:
        project.rows(rows, f"{JOB}.csv")
    return project.run(*(arguments or ("run",)), "--json")


def mend(project: Project, old: str, new: str) -> None:
    """Mend the newest rejects."""
    file = max((project.root / ".odoo_etl/runs").glob("*/rejects/*.csv"))
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def amounts(books: OdooClient, prefix: str) -> dict[str, float]:
    """Balance by entry and line."""
    rows = books.search_read(
        "account.move.line", [["move_id.ref", "=like", f"{prefix}-%"]], ["name", "balance", "move_id"]
    )
    moves = books.read("account.move", [row["move_id"][0] for row in rows], ["ref"])
    refs = {row["id"]: row["ref"].removeprefix(f"{prefix}-") for row in moves}
    return {f"{refs[row['move_id'][0]]} {row['name']}": row["balance"] for row in rows}


@pytest.mark.odoo
def test_entries_land_balanced_or_not_at_all(entries, books, prefix):
    """Created, changed, completed; what is not balanced is a reject with all its lines, and comes whole when mended."""
    first, second = line(prefix, 1, "a", debit=10), line(prefix, 1, "b", credit=10)
    other = [line(prefix, 2, "a", debit=7), line(prefix, 2, "b", credit=5), line(prefix, 2, "c", credit=1)]
    made = ran(entries, [first, other[0], second, *other[1:]])
    assert made.counts(JOB) == {"read": 5, "created": 2, "rejected": 3}, made.out
    assert amounts(books, prefix) == {"1 a": 10, "1 b": -10}
    rejects = entries.rejects(JOB)
    assert [row["line"] for row in rejects] == ["a", "b", "c"]
    assert "The entry is not balanced. (written together: lines 3, 5, 6)" in rejects[0]["_reason"]

    mend(entries, ",101403,0,1,", ",101403,0,2,")
    assert ran(entries, None, "retry").counts(JOB) == {"read": 3, "created": 3}
    assert amounts(books, prefix) == {"1 a": 10, "1 b": -10, "2 a": 7, "2 b": -5, "2 c": -2}

    now = [first, second, other[0], other[1], line(prefix, 2, "c", credit=2)]
    same = ran(entries, now)
    assert (same.code, same.writes()) == (0, {}), same.out

    grown = [line(prefix, 1, "a", debit=20), line(prefix, 1, "b", credit=20), *now[2:]]
    changed = ran(entries, grown)
    assert changed.counts(JOB) == {"read": 5, "updated": 2, "unchanged": 3}, changed.out
    assert changed.writes() == {"account.move.write": 1}
    assert amounts(books, prefix)["1 a"] == 20

    new = [*grown[:2], line(prefix, 2, "a", debit=9), *grown[3:], line(prefix, 2, "d", credit=2)]
    completed = ran(entries, new)
    assert completed.counts(JOB) == {"read": 6, "created": 1, "updated": 1, "unchanged": 4}, completed.out
    assert amounts(books, prefix) == {"1 a": 20, "1 b": -20, "2 a": 9, "2 b": -5, "2 c": -2, "2 d": -2}
    assert ran(entries, new).writes() == {}

    off = ran(entries, [line(prefix, 1, "a", debit=21), *new[1:]])
    assert off.counts(JOB) == {"read": 6, "unchanged": 4, "rejected": 2}, off.out
    assert amounts(books, prefix)["1 a"] == 20


@pytest.mark.odoo
def test_many_changed_entries_share_a_call(entries, books, prefix):
    """One write of both entries."""
    rows = [line(prefix, n, name, **{side: 10.0}) for n in (1, 2) for name, side in (("a", "debit"), ("b", "credit"))]
    ran(entries, rows)
    grown = [
        {**row, "debit": row["debit"].replace("10", "12"), "credit": row["credit"].replace("10", "12")} for row in rows
    ]
    changed = ran(entries, grown)
    assert changed.counts(JOB) == {"read": 4, "updated": 4}, changed.out
    assert changed.writes() == {"account.move.web_save_multi": 1}
    assert amounts(books, prefix) == {"1 a": 12, "1 b": -12, "2 a": 12, "2 b": -12}


@pytest.mark.odoo
@pytest.mark.parametrize("fault", [DROP_AFTER, DROP_BEFORE], ids=["landed", "lost"])
def test_a_lost_answer_of_a_completed_entry_doubles_no_line(entries, books, business_odoo, prefix, fault):
    """The write of the entry may not be sent again blindly: it makes lines."""
    rows = [line(prefix, 1, "a", debit=10), line(prefix, 1, "b", credit=10)]
    ran(entries, rows)
    grown = [line(prefix, 1, "a", debit=15), rows[1], line(prefix, 1, "c", credit=5)]
    job = (entries.root / f"pipelines/{JOB}.yaml").read_text("utf-8")
    entries.write(f"{JOB}.yaml", job.replace("together: [move_id]", "together: [move_id]\n  settle: 1s"))
    with FaultProxy(business_odoo.url) as proxy:
        proxy.script(fault, "write")
        entries.connect(business_odoo, url=proxy.url)
        done = ran(entries, grown)
        assert proxy.met() == 1
    assert done.counts(JOB) == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}, done.out
    assert amounts(books, prefix) == {"1 a": 15, "1 b": -10, "1 c": -5}
    entries.connect(business_odoo)
    undone = ran(entries, None, "undo", done.result["run_id"], "--yes")  # record by record, and that is not balanced
    assert (undone.code, len(undone.job(JOB)["undone"]["left"])) == (3, 2)
    assert amounts(books, prefix) == {"1 a": 15, "1 b": -10, "1 c": -5}


def partners(prefix: str, bad: str = "") -> list[dict[str, Any]]:
    """Six groups of four, scattered; one of them with a country that is none."""
    return [
        {
            "ref": f"{prefix}-{group}-{n}",
            "name": f"Partner {n}",
            "email": f"{prefix}-{group}@example.com",
            "country": "XX" if f"{group}-{n}" == bad else "DE",
        }
        for n in range(4)
        for group in range(6)
    ]


def found(odoo: OdooClient, prefix: str) -> list[str]:
    """The partners that are there."""
    rows = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["ref"])
    return sorted(row["ref"].removeprefix(f"{prefix}-") for row in rows)


@pytest.mark.parametrize("key", ["key", "external_id"])
def test_a_group_is_rejected_planned_and_retried_as_a_whole(project, odoo, prefix, key):
    """By key and by external id; a plan says the same as the run."""
    target = {"model": "res.partner", "key": "ref"}
    if key == "external_id":
        target = {"model": "res.partner", "external_id": "legacy.p_{ref}"}
    job = partners_job(target=target, load={"together": ["email"], "chunk_size": 5})
    project.write("partners.yaml", job)
    project.rows(partners(prefix, bad="3-2"))
    planned = project.run("plan", "--json")
    assert planned.counts() == {"read": 24, "created": 20, "rejected": 4}
    done = project.run("run", "--json")
    assert done.counts() == {"read": 24, "created": 20, "rejected": 4}, done.out
    assert {row["_code"] for row in project.rejects()} == {"lookup_missing", "together_rejected"}
    assert len(found(odoo, prefix)) == 20
    mend(project, ",XX,", ",DE,")
    assert project.run("retry", "--json").counts() == {"read": 4, "created": 4}
    project.rows(partners(prefix))
    again = project.run("run", "--json")
    assert (again.counts(), again.writes()) == ({"read": 24, "unchanged": 24}, {})


def test_new_records_with_external_ids_set_the_same_fields(project, odoo, prefix):
    """`load` gives one set of fields a call: a group that needs two is refused before the write."""
    target = {"model": "res.partner", "external_id": "legacy.p_{ref}"}
    fields = {**partners_job()["fields"], "function": "function"}
    project.write("partners.yaml", partners_job(target=target, fields=fields, load={"together": ["email"]}))
    rows = [{**row, "function": "Baker" if number else ""} for number, row in enumerate(partners(prefix))]
    project.rows(rows)
    done = project.run("run", "--json")
    assert done.counts() == {"read": 24, "created": 20, "rejected": 4}, done.out
    assert {(row["_code"], row["_field"]) for row in project.rejects()} == {("together_columns", "function")}
    assert len(found(odoo, prefix)) == 20


def test_workers_divide_groups_of_the_key_and_leave_others_to_one_process(project, odoo, prefix):
    """Rows of a group are in one part where the key says which; else one process does the job and says so."""
    job = partners_job(
        target={"model": "res.partner", "key": ["email", "ref"]}, load={"together": ["email"], "chunk_size": 5}
    )
    project.write("partners.yaml", job)
    project.rows(partners(prefix, bad="3-2"))
    done = project.run("run", "--workers", "2", "--json")
    assert done.counts() == {"read": 24, "created": 20, "rejected": 4}, done.out
    assert [ref for ref in found(odoo, prefix) if ref.startswith("3-")] == []
    project.write("partners.yaml", partners_job(load={"together": ["email"]}))
    alone = project.run("run", "--workers", "2", "--json")
    assert alone.counts() == {"read": 24, "unchanged": 20, "rejected": 4}, alone.out
    assert "made by one process" in str(alone.job()["notes"])


@pytest.mark.parametrize("key", ["key", "external_id"])
def test_a_group_grows_and_changes_in_one_call(project, odoo, prefix, key):
    """New and changed records of a group that nothing stands above: one `load`, all of it or nothing."""
    target = {"model": "res.partner", "key": "ref"}
    if key == "external_id":
        target = {"model": "res.partner", "external_id": "legacy.p_{ref}"}
    fields = {**partners_job()["fields"], "name": {"column": "name", "empty": "clear"}}
    project.write("partners.yaml", partners_job(target=target, fields=fields, load={"together": ["email"]}))
    rows = [{**row, "name": f"{row['name']} ."} for row in partners(prefix)]
    project.rows(partners(prefix)[:12])
    assert project.run("run", "--json").counts() == {"read": 12, "created": 12}
    project.rows([*rows[:23], {**rows[23], "name": ""}])
    refused = project.run("run", "--json")
    assert (refused.counts()["rejected"], len(found(odoo, prefix))) == (4, 22), refused.out
    project.rows(rows)
    grown = project.run("run", "--json")
    assert grown.counts() == {"read": 24, "created": 2, "updated": 2, "unchanged": 20}, grown.out
    again = project.run("run", "--json")
    assert (again.counts(), again.writes()) == ({"read": 24, "unchanged": 24}, {})
    undone = project.run("undo", grown.result["run_id"], "--yes", "--json")
    assert (undone.code, len(found(odoo, prefix))) == (0, 22), undone.out
