"""Which rows are the job's, seen from outside: what is left out is counted, and is nobody's record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from odoo_etl import OdooClient
from tests.e2e.project import Project

TAGS = {
    "version": 1,
    "job": "tags",
    "source": {
        "type": "csv",
        "path": "../rows.csv",
        "rename": {"kind": "Kind", "tag": "Tags"},
        "where": "kind != 'total'",
        "explode": {"column": "tag", "split": "|"},
        "distinct": "tag",
    },
    "target": {"model": "res.partner.category", "key": "name"},
    "fields": {"name": "tag"},
}
PARTNERS = {
    "version": 1,
    "job": "partners",
    "depends_on": ["tags"],
    "source": {"type": "csv", "path": "../rows.csv", "where": "Kind != 'total'"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {
        "ref": "Ref",
        "name": "Name",
        "category_id": {"column": "Tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}},
    },
}


def write(project: Project, prefix: str, kinds: str = "iiti") -> None:
    """Four rows: items, and totals, which have nothing but their kind."""
    tags = [f'"{prefix} a|b" | {prefix} c', f"{prefix} c|{prefix} d", "", ""]
    rows = [
        {"Kind": "item", "Ref": f"{prefix}-{n}", "Name": f"N{n}", "Tags": tags[n]}
        if kind == "i"
        else {"Kind": "total", "Ref": "", "Name": "", "Tags": "x"}
        for n, kind in enumerate(kinds)
    ]
    project.rows(rows)


def test_a_tag_column_feeds_a_tag_job(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Each tag once; totals are nobody; the plan counts as the run does; the second run writes nothing."""
    write(project, prefix)
    project.write("tags.yaml", TAGS)
    project.write("partners.yaml", PARTNERS)
    done = project.run("run", "--json")
    assert done.code == 0, done
    assert done.counts("tags") == {"read": 6, "created": 3, "filtered": 3}
    assert done.counts("partners") == {"read": 4, "created": 3, "filtered": 1}
    found = odoo.search_read("res.partner.category", [["name", "=like", f"{prefix}%"]], ["name"], order="name")
    assert [one["name"].removeprefix(prefix) for one in found] == [" a|b", " c", " d"]
    (first,) = odoo.search_read("res.partner", [["ref", "=", f"{prefix}-0"]], ["category_id"])
    assert sorted(first["category_id"]) == sorted(one["id"] for one in found[:2])
    for arguments in (["run"], ["plan"], ["run", "--workers", "2"]):
        again = project.run(*arguments, "--json")
        assert (again.code, again.writes()) == (0, {}), again
        assert again.counts("tags") == {"read": 6, "unchanged": 3, "filtered": 3}
        assert again.counts("partners") == {"read": 4, "unchanged": 3, "filtered": 1}
    assert "6 rows: 3 unchanged, 3 filtered" in project.run("run").out


def test_parts_of_a_divided_job_add_up(project: Project, prefix: str) -> None:
    """Whoever reads all rows for one part tells of those that are left out once."""
    write(project, prefix)
    project.write("tags.yaml", TAGS)
    counts: dict[str, int] = {}
    for part in ("1/2", "2/2"):
        done = project.run("run", "--partition", part, "--json")
        assert done.code == 0, done
        for kind, count in done.counts("tags").items():
            counts[kind] = counts.get(kind, 0) + count
    assert counts == {"read": 6, "created": 3, "filtered": 3}


def mirror(**source: Any) -> dict[str, Any]:
    """A mirror of the items."""
    target = {"model": "res.partner", "key": "ref", "mode": "mirror"}
    return {**PARTNERS, "depends_on": [], "target": target, "source": {**PARTNERS["source"], **source}}


def test_a_filtered_row_has_vanished_from_a_mirror(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Within its limits, which go by the rows that are left; so does `min_rows`."""
    fields = {"ref": "Ref", "name": "Name"}
    write(project, prefix, "iiii")
    project.write("partners.yaml", {**mirror(), "fields": fields})
    assert project.run("run", "--json").counts() == {"read": 4, "created": 4}
    write(project, prefix, "iiti")
    few = {**mirror(min_rows=4), "fields": fields}
    project.write("partners.yaml", few)
    stopped = project.run("run", "--json")
    assert (stopped.code, stopped.writes()) == (4, {})
    assert "has 3 rows, fewer than its min_rows of 4" in stopped.job()["error"]
    assert stopped.counts() == {"read": 4, "filtered": 1, "failed": 3}
    project.write("partners.yaml", {**mirror(min_rows=3), "fields": fields})
    done = project.run("run", "--json")
    assert done.counts() == {"read": 4, "unchanged": 3, "filtered": 1}
    assert done.job()["vanished"]["archived"] == 1, done
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 3


def test_a_row_that_cannot_be_judged_is_mended_and_retried(project: Project, odoo: OdooClient, prefix: str) -> None:
    """It is a reject with its line; mended, it is chosen and taken apart as the others were."""
    project.rows([{"n": "1", "tag": f"{prefix} x"}, {"n": "many", "tag": f"{prefix} y|{prefix} z"}])
    source = {**TAGS["source"], "rename": {}, "where": "n | int(none) > 0"}
    project.write("tags.yaml", {**TAGS, "source": source})
    done = project.run("run", "--json")
    assert (done.code, done.counts("tags")) == (3, {"read": 2, "created": 1, "rejected": 1})
    assert done.job("tags")["reject_codes"] == {"bad_where": 1}
    (reject,) = project.rejects("tags")
    assert (reject["_line"].rpartition(":")[2], reject["tag"]) == ("3", f"{prefix} y|{prefix} z")
    again = project.run("retry", "--json")
    assert again.counts("tags") == {"read": 1, "rejected": 1}
    path = Path(again.job("tags")["rejects_file"])
    path.write_text(path.read_text("utf-8").replace("many", "2"), "utf-8")
    mended = project.run("retry", "--json")
    assert (mended.code, mended.counts("tags")) == (0, {"read": 2, "created": 2}), mended
    assert odoo.search_count("res.partner.category", [["name", "=like", f"{prefix}%"]]) == 3
