"""The main job, through the command line, on the sandbox and on a real Odoo."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.servers import Server

ALL = {"active_test": False}


def existing(odoo: OdooClient, prefix: str, fields: list[str]) -> dict[str, dict[str, object]]:
    """What Odoo holds under the test's keys, by ref."""
    rows = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["ref", *fields], context=ALL)
    assert len({row["ref"] for row in rows}) == len(rows), "a key was created twice"
    return {row["ref"]: row for row in rows}


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2"])
def test_second_run_writes_nothing(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, protocol: str
) -> None:
    """A first run creates every row in chunks; the same run again reads and writes nothing."""
    empty_project.connect(server, protocol=protocol)
    empty_project.write("partners.yaml", partners_job(load={"chunk_size": 100, "concurrency": 3}))
    empty_project.rows(partner_rows(prefix, 250))

    first = empty_project.run("run", "--json")
    assert (first.code, first.counts()) == (0, {"read": 250, "created": 250})
    assert first.writes() == {"res.partner.create": 4}  # the first record alone, then three batches
    assert first.job()["protocol"] == protocol

    second = empty_project.run("run", "--json")
    assert (second.code, second.counts()) == (0, {"read": 250, "unchanged": 250})
    assert second.writes() == {}
    assert existing(odoo, prefix, ["email"])[f"{prefix}-00007"]["email"] == "p7@example.com"


def test_only_changed_rows_are_written(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Equal new values share one write, different ones one web_save_multi; untouched records stay untouched."""
    rows = partner_rows(prefix, 120)
    project.write("partners.yaml", partners_job())
    project.rows(rows)
    assert project.run("run").code == 0

    for row in rows[:30]:
        row["country"] = "IT"
    for row in rows[30:40]:
        row["name"] += " renamed"
    project.rows(rows)
    changed = project.run("run", "--json")
    assert changed.counts() == {"read": 120, "updated": 40, "unchanged": 80}
    assert changed.writes() == {"res.partner.write": 1, "res.partner.web_save_multi": 1}
    now = existing(odoo, prefix, ["name", "country_id"])
    assert now[f"{prefix}-00035"]["name"] == "Partner 35 renamed"
    assert now[f"{prefix}-00029"]["country_id"][1] == "Italy"


def test_plan_shows_changes_and_writes_nothing(project: Project, odoo: OdooClient, prefix: str) -> None:
    """`plan` counts and shows `field: old → new`; Odoo stays as it was."""
    rows = partner_rows(prefix, 3)
    project.write("partners.yaml", partners_job())
    project.rows(rows[:2])
    assert project.run("run").code == 0
    rows[0]["name"] = "Renamed"
    project.rows(rows)

    plan = project.run("plan", "--json")
    assert plan.counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert plan.writes() == {}
    assert "name: Partner 0 → Renamed" in project.run("plan").out
    assert project.run("plan", "--detailed-exitcode").code == 8
    assert len(existing(odoo, prefix, [])) == 2


def test_bad_rows_are_rejected_and_the_others_land(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Rows that cannot be mapped, looked up or stored become rejects that say why; their neighbours land."""
    rows = partner_rows(prefix, 40)
    rows[3]["name"] = ""
    rows[5]["country"] = "XX"
    rows[7]["email"] = "x\0y"
    rows[9]["ref"] = ""
    project.write("partners.yaml", partners_job())
    project.rows(rows)

    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 40, "created": 36, "rejected": 4})
    rejects = {row["_line"]: (row["_field"], row["_stage"], row["_code"]) for row in project.rejects()}
    assert rejects["5"] == ("name", "map", "required")
    assert rejects["7"] == ("country_id", "lookup", "lookup_missing")
    assert rejects["11"] == ("ref", "map", "empty_key")
    assert len(existing(odoo, prefix, [])) == 36
    assert project.run("run", "--json").counts() == {"read": 40, "unchanged": 36, "rejected": 4}


def test_a_row_that_odoo_refuses_costs_one_row(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Odoo's refusal of a chunk is narrowed down to the culprit, with Odoo's words in the rejects."""
    job = partners_job()
    job["fields"] = {"ref": "ref", "name": "name"}  # nothing requires the name here, but Odoo does
    rows = partner_rows(prefix, 64)
    rows[41]["name"] = ""
    project.write("partners.yaml", job)
    project.rows(rows)

    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 64, "created": 63, "rejected": 1})
    # The first alone; the other 63; then 32 land, 16 do not, 8 do, 4, 2 do not, 1 does, 1 is the culprit; the last 22
    # land together.
    assert done.writes()["res.partner.create"] == 10
    (reject,) = project.rejects()
    assert (reject["_line"], reject["_stage"], reject["name"]) == ("43", "write", "")
    assert "name" in reject["_reason"]
    assert len(existing(odoo, prefix, [])) == 63


def test_repeated_keys_across_chunks_make_one_record(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A key that occurs again, chunks later and with four lanes, updates; the next run has nothing to write."""
    rows = partner_rows(prefix, 90)
    again = [{**row, "name": f"{row['name']} again"} for row in rows[:30]]
    project.write("partners.yaml", partners_job(load={"chunk_size": 10, "concurrency": 4}))
    project.rows(rows + again)

    first = project.run("run", "--json")
    assert first.counts() == {"read": 120, "created": 90, "updated": 30}
    assert first.job()["duplicates"] == 30
    assert existing(odoo, prefix, ["name"])[f"{prefix}-00003"]["name"] == "Partner 3 again"
    second = project.run("run", "--json")
    assert (second.counts(), second.writes()) == ({"read": 120, "unchanged": 120}, {})


def test_archived_records_are_found(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A record that somebody archived is matched by its key, not created anew."""
    odoo.create("res.partner", {"ref": f"{prefix}-00000", "name": "Partner 0", "active": False})
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 1))
    assert project.run("run", "--json").counts() == {"read": 1, "updated": 1}
    assert len(existing(odoo, prefix, [])) == 1


def test_ambiguous_key_is_a_reject_that_names_the_ids(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Two records with one key: neither is touched, and the reject names both."""
    ids = odoo.create("res.partner", [{"ref": f"{prefix}-00000", "name": name} for name in ("one", "two")])
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 2))
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 2, "created": 1, "rejected": 1})
    (reject,) = project.rejects()
    assert reject["_code"] == "ambiguous_key"
    assert all(str(each) in reject["_reason"] for each in ids)


@pytest.mark.parametrize(
    ("mode", "counts"), [("create", {"created": 2, "skipped": 1}), ("update", {"updated": 1, "skipped": 2})]
)
def test_modes_leave_the_other_half_alone(
    project: Project, odoo: OdooClient, prefix: str, mode: str, counts: dict[str, int]
) -> None:
    """`create` never touches existing records, `update` never makes new ones."""
    odoo.create("res.partner", {"ref": f"{prefix}-00001", "name": "Old"})
    project.write("partners.yaml", partners_job(target={"model": "res.partner", "key": "ref", "mode": mode}))
    project.rows(partner_rows(prefix, 3))
    assert project.run("run", "--json").counts() == {"read": 3, **counts}
    name = existing(odoo, prefix, ["name"])[f"{prefix}-00001"]["name"]
    assert name == ("Partner 1" if mode == "update" else "Old")


def test_jobs_run_in_order_of_their_lookups(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Tags are written before the partners that look them up; many2many is set, and stays equal in the next run."""
    project.write(
        "a_partners.yaml",
        partners_job(
            fields={
                "ref": "ref",
                "name": "name",
                "category_id": {
                    "column": "tags",
                    "split": "|",
                    "lookup": {"model": "res.partner.category", "by": "name"},
                },
            }
        ),
    )
    tags = partners_job(
        job="tags",
        source={"type": "csv", "path": "../tags.csv"},
        target={"model": "res.partner.category", "key": "name"},
        fields={"name": "name"},
    )
    project.write("tags.yaml", tags)
    project.rows([{"name": f"{prefix} red"}, {"name": f"{prefix} blue"}], "tags.csv")
    project.rows([{"ref": f"{prefix}-1", "name": "One", "tags": f"{prefix} red | {prefix} blue"}])

    planned = project.run("plan", "--json")
    assert planned.counts() == {"read": 1, "created": 1}
    first = project.run("run", "--json")
    assert [job["job"] for job in first.result["jobs"]] == ["tags", "partners"]
    assert len(existing(odoo, prefix, ["category_id"])[f"{prefix}-1"]["category_id"]) == 2
    assert project.run("run", "--json").writes() == {}


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2"])
def test_line_ends_are_no_change(empty_project: Project, server: Server, prefix: str, protocol: str) -> None:
    """Text with Windows line ends is equal in the next run, also where XML turned them into line feeds."""
    empty_project.connect(server, protocol=protocol)
    job = partners_job(target={"model": "product.template", "key": "default_code"})
    job["fields"] = {"default_code": "ref", "name": "name", "description_sale": "note"}
    empty_project.write("partners.yaml", job)
    empty_project.rows([{"ref": f"{prefix}-1", "name": "One", "note": "first\r\nsecond\r\n"}])
    assert empty_project.run("run", "--json").counts() == {"read": 1, "created": 1}
    assert empty_project.run("run", "--json").counts() == {"read": 1, "unchanged": 1}


@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_keys_with_control_characters_are_rejects(
    empty_project: Project, server: Server, prefix: str, protocol: str
) -> None:
    """XML cannot carry some and changes others: such records would not be found again. Their neighbours land."""
    empty_project.connect(server, protocol=protocol)
    job = partners_job()
    job["fields"]["parent_id"] = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref"}}
    empty_project.write("partners.yaml", job)
    bad = [f"{prefix}\r\nb", f"{prefix}\x0bc"]
    rows = [{**row, "parent": ""} for row in partner_rows(prefix, 2)]
    rows += [{**rows[0], "ref": ref} for ref in bad] + [{**rows[0], "ref": f"{prefix}-x", "parent": ref} for ref in bad]
    empty_project.rows(rows)
    done = empty_project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 6, "created": 2, "rejected": 4}), done
    assert done.job()["reject_codes"] == {"bad_text": 4}
    assert empty_project.run("run", "--json").counts() == {"read": 6, "unchanged": 2, "rejected": 4}


def test_what_odoo_rewrites_is_no_change(project: Project, prefix: str) -> None:
    """Websites get a scheme, HTML is cleaned: the next run has nothing to write all the same."""
    cells = [
        ("example.com", "plain"),
        ("EXAMPLE.com/a?b=c#d", "a<b"),
        ("//x.example", "&nbsp;"),
        ("https://ok.example/", "<p>x</p>"),
    ]
    job = partners_job()
    job["fields"] = {"ref": "ref", "name": "ref", "website": "website", "comment": "comment"}
    project.write("partners.yaml", job)
    project.rows([{"ref": f"{prefix}-{n}", "website": w, "comment": c} for n, (w, c) in enumerate(cells)])
    assert project.run("run", "--json").counts() == {"read": 4, "created": 4}
    second = project.run("run", "--json")
    assert (second.counts(), second.writes()) == ({"read": 4, "unchanged": 4}, {})


def test_constants_are_looked_up(project: Project, odoo: OdooClient, prefix: str) -> None:
    """`value` and `default` beside a `lookup` name a record."""
    job = partners_job()
    country = {"model": "res.country", "by": "code"}
    job["fields"] = {
        "ref": "ref",
        "name": "ref",
        "country_id": {"column": "country", "default": "BE", "lookup": country},
    }
    project.write("partners.yaml", job)
    project.rows([{"ref": f"{prefix}-1", "country": ""}, {"ref": f"{prefix}-2", "country": "FR"}])
    assert project.run("run", "--json").counts() == {"read": 2, "created": 2}
    found = existing(odoo, prefix, ["country_id"])
    assert [found[f"{prefix}-{n}"]["country_id"][1] for n in (1, 2)] == ["Belgium", "France"]


def test_one_address_that_two_jobs_write_is_told_and_not_written_in_turns(project: Project, prefix: str) -> None:
    """Odoo keeps one for a company and its contacts, which come from jobs of their own: the later one wins."""
    parent = {"column": "firm", "lookup": {"model": "res.partner", "by": "ref"}}
    fields = {"ref": "ref", "name": "ref", "street": "street", "parent_id": parent}
    for name, row in (
        ("a", {"ref": f"{prefix}-1", "street": "Main 1", "firm": ""}),
        ("b", {"ref": f"{prefix}-2", "street": "Side 2", "firm": f"{prefix}-1"}),
    ):
        job = partners_job(job=name, source={"type": "csv", "path": f"../{name}.csv"}, fields=fields)
        project.write(f"{name}.yaml", {**job, "depends_on": ["a"] if name == "b" else []})
        project.rows([row], f"{name}.csv")
    for _ in range(2):
        done = project.run("run", "--json")
        assert [(one["sent"], one["kept"]) for one in done.job("a")["not_kept"]] == [("Main 1", "Side 2")]
        assert (done.code, done.job("b")["not_kept"]) == (3, [])
    assert done.writes() == {}


def test_a_field_that_two_jobs_fill_otherwise_is_told_and_not_written_in_turns(project: Project, prefix: str) -> None:
    """The later job wins in every run; nothing else ties the records together."""
    for name, street in (("a", "Main 1"), ("b", "Side 2")):
        fields = {"ref": "ref", "street": "street"} | ({"name": "ref"} if name == "a" else {})
        job = partners_job(job=name, source={"type": "csv", "path": f"../{name}.csv"}, fields=fields)
        project.write(f"{name}.yaml", {**job, "depends_on": ["a"] if name == "b" else []})
        project.rows([{"ref": prefix, "street": street}], f"{name}.csv")
    for _ in range(2):
        done = project.run("run", "--json")
        assert [(one["sent"], one["kept"]) for one in done.job("a")["not_kept"]] == [("Main 1", "Side 2")]
        assert (done.code, done.job("b")["not_kept"]) == (3, [])
    assert done.writes() == {}
