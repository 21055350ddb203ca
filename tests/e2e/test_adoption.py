"""Records that are found by their key get the external ids of their rows, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

from odoo_etl import OdooClient
from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Done, Project, partners_job

SLUG = "legacy_adoption"


def adopting(prefix: str, **target: Any) -> dict[str, Any]:
    """A job that finds partners by external id or ref."""
    name = f"{SLUG}.{prefix.lower().replace('-', '_')}_{{no}}"
    given = {"model": "res.partner", "key": "ref", "external_id": name, **target}
    return partners_job(target=given, fields={"ref": "ref", "name": "name"})


def named(odoo: OdooClient, prefix: str) -> dict[str, int]:
    """The number behind each external id of the test to the record that has it."""
    start = prefix.lower().replace("-", "_") + "_"
    domain = [["module", "=", SLUG], ["name", "=like", f"{start}%"], ["model", "=", "res.partner"]]
    return {
        row["name"].removeprefix(start): row["res_id"]
        for row in odoo.search_read("ir.model.data", domain, ["name", "res_id"])
    }


def rows_of(prefix: str, *rows: tuple[str, str, str]) -> list[dict[str, str]]:
    """Rows with a number, the end of a ref and a name."""
    return [{"no": no, "ref": ref and f"{prefix}-{ref}", "name": name} for no, ref, name in rows]


def undone(done: Done, kind: str) -> int:
    """How many records an undo dealt with in such a way, in all parts of the job."""
    return sum(job["undone"][kind] for job in done.result["jobs"])


@SERVERS_AND_WORKERS
def test_records_are_adopted_and_let_go_again(
    project: Project, odoo: OdooClient, prefix: str, workers: tuple[str, ...]
) -> None:
    """One that differs, one that is equal, one that is new; then nothing is written; undo takes the ids back."""
    made = odoo.create("res.partner", [{"ref": f"{prefix}-{ref}", "name": ref} for ref in ("a", "b")])
    project.write("partners.yaml", adopting(prefix))
    project.rows(rows_of(prefix, ("1", "a", "new"), ("2", "b", "b"), ("3", "c", "c")))
    assert project.run("validate", "--online").code == 0
    plan = project.run("plan", "--json")
    assert plan.counts() == {"read": 3, "created": 1, "updated": 2}
    assert plan.job()["changes"][1]["changes"]["external_id"] == [None, f"{SLUG}.{prefix.lower().replace('-', '_')}_2"]
    done = project.run("run", "--json", *workers)
    assert (done.code, done.counts()) == (0, {"read": 3, "created": 1, "updated": 2})
    ids = named(odoo, prefix)
    assert [ids["1"], ids["2"]] == made
    again = project.run("run", "--json", *workers)
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 3, "unchanged": 3}, {})

    project.rows(rows_of(prefix, ("1", "z", "new"), ("2", "b", "b"), ("3", "c", "c")))  # a key of its own from now on
    assert project.run("run", "--json").counts() == {"read": 3, "updated": 1, "unchanged": 2}
    assert odoo.read("res.partner", made[:1], ["ref"])[0]["ref"] == f"{prefix}-z"
    assert project.run("undo", "last", "--yes").code == 0

    run = done.result["run_id"]
    taken = project.run("undo", run, "--yes", "--json")
    assert (taken.code, undone(taken, "ids_taken")) == (0, 2)
    assert named(odoo, prefix).keys() <= {"3"}
    assert odoo.read("res.partner", made, ["name"]) == [{"id": made[0], "name": "a"}, {"id": made[1], "name": "b"}]
    twice = project.run("undo", run, "--yes", "--json")
    assert (undone(twice, "ids_taken"), twice.job()["undone"]["left"]) == (0, [])
    back = project.run("undo", taken.result["run_id"], "--yes", "--json")
    assert (back.code, undone(back, "ids_given")) == (0, 2)
    assert [named(odoo, prefix)[no] for no in "12"] == made


def test_rows_that_mean_two_records_are_rejects(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Both are named; a record with two rows, and a key of several records, are rejects as well."""
    one, two, *same = odoo.create(
        "res.partner", [{"ref": f"{prefix}-{ref}", "name": ref} for ref in ("a", "b", "same", "same")]
    )
    project.write("partners.yaml", adopting(prefix))
    project.rows(rows_of(prefix, ("1", "a", "a")))
    assert project.run("run").code == 0
    project.rows(
        rows_of(
            prefix,
            ("1", "b", "a"),
            ("2", "a", "a"),
            ("3", "same", "x"),
            ("4", "n", "n"),
            ("5", "n", "n"),
            ("6", "", "e"),
        )
    )
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 6, "created": 2, "rejected": 4})
    why = {row["no"]: (row["_code"], row["_reason"]) for row in project.rejects()}
    assert {no: code for no, (code, _) in why.items()} == {
        "1": "two_records",
        "2": "same_record",
        "3": "ambiguous_key",
        "5": "same_record",
    }
    assert f"is res.partner {one}" in why["1"][1]
    assert f"is res.partner {two}" in why["1"][1]
    assert named(odoo, prefix).keys() == {"1", "4", "6"}
    assert project.run("run", "--json").writes() == {}
    assert [row["ref"] for row in odoo.read("res.partner", [one, two, *same], ["ref"])][:2] == [
        f"{prefix}-a",
        f"{prefix}-b",
    ]
