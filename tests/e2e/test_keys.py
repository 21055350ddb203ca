"""Keys whose texts differ in their case only, or that have numbers, on the sandbox and on a real Odoo."""

from __future__ import annotations

from odoo_etl import OdooClient
from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Project, partners_job


@SERVERS_AND_WORKERS
def test_texts_of_a_key_may_differ_in_their_case(
    project: Project, odoo: OdooClient, prefix: str, workers: tuple[str, ...]
) -> None:
    """Rows and records that do are one; records that do are a reject."""
    one, *_ = odoo.create(
        "res.partner",
        [
            {"ref": f"{prefix}-Ä_1%", "name": "old"},
            *({"ref": f"{prefix}-{each}", "name": each} for each in ("Twice", "twice")),
        ],
    )
    project.write(
        "partners.yaml",
        partners_job(
            target={"model": "res.partner", "key": "ref", "ignore_case": True}, fields={"ref": "ref", "name": "name"}
        ),
    )
    refs = (f"{prefix}-ä_1%".lower(), f"{prefix}-new", f"{prefix}-NEW", f"{prefix}-TWICE", f"{prefix}-äx1%")
    project.rows([{"ref": ref, "name": f"n{number}"} for number, ref in enumerate(refs)])
    assert project.run("validate", "--online").code == 0
    done = project.run("run", "--json", *workers)
    assert (done.code, done.counts()) == (3, {"read": 5, "created": 2, "updated": 2, "rejected": 1})
    assert project.rejects()[0]["_code"] == "ambiguous_key"
    assert odoo.read("res.partner", [one], ["ref", "name"]) == [{"id": one, "ref": refs[0], "name": "n0"}]
    again = project.run("run", "--json", *workers)
    assert (again.counts(), again.writes()) == ({"read": 5, "unchanged": 4, "rejected": 1}, {})
    undone = project.run("undo", done.result["run_id"], "--yes", "--json")
    assert (undone.code, [job["undone"]["left"] for job in undone.result["jobs"] if job["undone"]["left"]]) == (0, [])
    assert odoo.read("res.partner", [one], ["ref", "name"]) == [{"id": one, "ref": f"{prefix}-Ä_1%", "name": "old"}]


def test_letters_without_a_pair_find_themselves(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Small and capital letters are those of the database: ß, ς, µ and İ are letters of their own there."""
    project.write(
        "partners.yaml",
        partners_job(
            target={"model": "res.partner", "key": "ref", "ignore_case": True}, fields={"ref": "ref", "name": "name"}
        ),
    )
    refs = [f"{prefix}-{text}" for text in ("Straße", "STRASSE", "οδος", "ΟΔΟΣ", "İzmir", "µm", "École", "ŁÓDŹ", "ﬁn")]
    project.rows([{"ref": ref, "name": ref} for ref in refs])
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (0, {"read": 9, "created": 9})
    project.rows([{"ref": ref, "name": f"again {ref}"} for ref in refs])
    again = project.run("run", "--json")
    assert (again.code, again.counts()) == (0, {"read": 9, "updated": 9})
    assert len(odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["id"])) == 9


def test_numbers_of_fixed_digits_are_part_of_a_key(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Rounded as Odoo does, halves away from zero; rows that are one by that make one record."""
    fields = {"ref": "ref", "partner_latitude": "at", "name": "name"}
    project.write(
        "partners.yaml",
        partners_job(target={"model": "res.partner", "key": ["ref", "partner_latitude"]}, fields=fields),
    )
    cells = ("1.00000005", "1.0000001", "1.5", "-0.12345675", "0", "1.1", "0.30000000000000004")
    project.rows([{"ref": prefix, "at": at, "name": f"n{number}"} for number, at in enumerate(cells)])
    assert project.run("validate", "--online").code == 0
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (0, {"read": 7, "created": 6, "updated": 1})
    again = project.run("run", "--json")
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 7, "unchanged": 7}, {})
    kept = odoo.search_read("res.partner", [["ref", "=", prefix]], ["partner_latitude", "name"])
    assert sorted(row["partner_latitude"] for row in kept) == [-0.1234568, 0.0, 0.3, 1.0000001, 1.1, 1.5]
