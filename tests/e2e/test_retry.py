"""Feeding rejected rows back, seen from outside."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.workbooks import write_xlsx


def runs(project: Project) -> list[Path]:
    """The folders of the runs, oldest first."""
    return sorted((project.root / ".odoo_etl/runs").iterdir())


def rejects(folder: Path) -> list[dict[str, str]]:
    """The rejected rows of a run."""
    path = folder / "rejects/partners.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def mend(folder: Path, line: str, **cells: str) -> None:
    """Edit one row of a rejects file, as in a spreadsheet."""
    rows = rejects(folder)
    for row in rows:
        if row["_line"] == line:
            row.update(cells)
    with (folder / "rejects/partners.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def bad(project: Project, prefix: str) -> Project:
    """A project whose first run rejected three of its five rows."""
    rows = partner_rows(prefix, 5)
    rows[1]["country"] = rows[2]["country"] = "ZZ"
    rows[3]["name"] = ""
    rows[2]["email"] = "=cmd()"
    project.rows(rows)
    project.write("partners.yaml", partners_job())
    assert project.run("run", "--json").counts() == {"read": 5, "created": 2, "rejected": 3}
    return project


def test_rows_are_retried_until_none_is_left(bad: Project, odoo: OdooClient, prefix: str) -> None:
    """What lands leaves the file, what fails stays with its attempts; the source is not read again."""
    (first,) = runs(bad)
    (bad.root / "rows.csv").unlink()
    again = bad.run("retry", "--json")
    assert (again.code, again.counts(), again.result["parent"]) == (3, {"read": 3, "rejected": 3}, first.name)
    assert {(row["_line"], row["_attempts"]) for row in rejects(first)} == {("3", "2"), ("4", "2"), ("5", "2")}

    mend(first, "3", country="DE")
    mend(first, "5", name="Now it has a name")
    third = bad.run("retry", first.name, "--json")
    assert (third.code, third.counts()) == (3, {"read": 3, "created": 2, "rejected": 1})
    (left,) = rejects(first)
    assert (left["_line"], left["_attempts"], left["ref"]) == ("4", "3", f"{prefix}-00002")
    assert left["email"].startswith("'=")

    mend(first, "4", country="FR")
    assert bad.run("retry", first.name, "--json").counts() == {"read": 1, "created": 1}
    assert not (first / "rejects/partners.csv").exists()
    existing = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["ref", "email"], order="ref")
    assert [row["ref"] for row in existing] == [f"{prefix}-{n:05}" for n in range(5)]
    assert existing[2]["email"] == "=cmd()"


def test_a_retry_that_cannot_reach_odoo_keeps_the_file(bad: Project) -> None:
    """An outage is no reject: the file stays as it was, byte by byte."""
    (first,) = runs(bad)
    before = (first / "rejects/partners.csv").read_bytes()
    bad.write("project.yaml", {"connections": {"main": {"url": "http://127.0.0.1:9", "db": "x", "api_key": "k"}}})
    assert bad.run("retry").code == 5
    assert (first / "rejects/partners.csv").read_bytes() == before


def test_what_cannot_be_retried_is_told(bad: Project) -> None:
    """Unknown runs, paths, jobs without rejects, jobs that are gone; and nothing to retry is no failure."""
    (first,) = runs(bad)
    for arguments in (["../../.."], ["20000101T000000-000000"], [first.name, "other"]):
        assert bad.run("retry", *arguments).code == 2
    assert first.name in bad.run("retry", "nonsense").err
    (bad.root / "pipelines/partners.yaml").rename(bad.root / "partners.txt")
    bad.write("other.yaml", partners_job(job="other"))
    gone = bad.run("retry", first.name)
    assert (gone.code, "not in the project" in gone.err) == (2, True)
    (first / "rejects/partners.csv").unlink()
    nothing = bad.run("retry")
    assert (nothing.code, "nothing to retry" in nothing.out) == (0, True)


def test_typed_cells_of_a_query_come_back_as_they_were(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Numbers, dates and nulls, also where the job reads its texts in another form."""
    engine = sa.create_engine(f"sqlite:///{project.root}/shop.db")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (ref TEXT, name TEXT, lat REAL, colour INTEGER, country TEXT)"))
        connection.execute(
            sa.text("INSERT INTO t VALUES (:ref, 'One', 1.125, 7, 'ZZ'), (:other, 'Two', NULL, NULL, 'ZZ')"),
            {"ref": f"{prefix}-a", "other": f"{prefix}-b"},
        )
    spec = partners_job(source={"type": "sql", "url": "sqlite:///../shop.db", "query": "SELECT * FROM t"})
    spec["fields"] |= {
        "partner_latitude": {"column": "lat", "type": "decimal", "decimal": ","},
        "color": {"column": "colour", "type": "integer"},
    }
    del spec["fields"]["email"]
    project.write("partners.yaml", spec)
    assert project.run("run", "--json").counts() == {"read": 2, "rejected": 2}
    (first,) = runs(project)
    mend(first, "1", country="DE")
    mend(first, "2", country="")
    assert project.run("retry", "--json").counts() == {"read": 2, "created": 2}
    existing = odoo.search_read(
        "res.partner", [["ref", "=like", f"{prefix}%"]], ["partner_latitude", "color"], order="ref"
    )
    assert [(row["partner_latitude"], row["color"]) for row in existing] == [(1.125, 7), (0.0, 0)]


def test_a_line_that_was_no_row_is_read_as_its_source_reads(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Types, nulls and the name of its group, once a person says that its cells are right."""
    header, group = ["group", "ref", "lat", "email", "day"], f"{prefix} group"
    rows = [[group, f"{prefix}-a", 2.5, "NULL", None], [None, f"{prefix}-b", 1.125, "NULL", date(2024, 2, 29), "note"]]
    write_xlsx(project.root / "rows.xlsx", {"S": rows})
    source = {"type": "excel", "path": "../rows.xlsx", "header": header, "fill_down": "group", "null_values": ["NULL"]}
    latitude = {"column": "lat", "type": "decimal", "decimal": ",", "thousands": "."}
    fields = {"ref": "ref", "name": "group", "partner_latitude": latitude, "email": "email", "comment": "day"}
    project.write("partners.yaml", partners_job(source=source, fields=fields))
    assert project.run("run", "--json").counts() == {"read": 2, "created": 1, "rejected": 1}
    (first,) = runs(project)
    mend(first, "rows.xlsx#S:2", _code="", email="NULL")
    assert project.run("retry", "--json").counts() == {"read": 1, "created": 1}
    (found,) = odoo.search_read(
        "res.partner", [["ref", "=", f"{prefix}-b"]], ["name", "partner_latitude", "email", "comment"]
    )
    assert (found["name"], found["partner_latitude"], found["email"]) == (group, 1.125, False)
    assert found["comment"] == "<p>2024-02-29</p>"
