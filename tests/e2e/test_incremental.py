"""Sources that are read from where the last run ended, through the command line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job

FIELDS = {"ref": "ref", "name": {"column": "name", "required": True}}


def job(url: str, **incremental: Any) -> dict[str, Any]:
    """A job on a table of partners."""
    source = {
        "type": "sql",
        "url": url,
        "query": "SELECT ref, name, changed FROM partners",
        "incremental": {"cursor": "changed", **incremental},
    }
    return partners_job(source=source, fields=FIELDS, load={"chunk_size": 2})


@pytest.fixture
def shop(postgres_url: str) -> Iterator[sa.Engine]:
    """A PostgreSQL database with a table of partners that know when they changed."""
    engine = sa.create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE partners (ref text, name text, changed timestamptz)"))
    yield engine
    engine.dispose()


def put(shop: sa.Engine, ref: str, name: str, changed: str) -> None:
    """Write a row anew."""
    with shop.begin() as connection:
        connection.execute(sa.text("DELETE FROM partners WHERE ref = :ref"), {"ref": ref})
        row = {"ref": ref, "name": name, "changed": changed}
        connection.execute(sa.text("INSERT INTO partners VALUES (:ref, :name, :changed)"), row)


def test_postgresql_to_the_microsecond(
    project: Project, odoo: OdooClient, shop: sa.Engine, postgres_url: str, prefix: str
) -> None:
    """A timestamp with zone keeps its microseconds; only what is not below the watermark is read."""
    put(shop, f"{prefix}-a", "A", "2026-03-29 00:59:59.999998+00")
    put(shop, f"{prefix}-b", "B", "2026-03-29 01:59:59.999999+01")
    put(shop, f"{prefix}-c", "C", "2026-03-29 03:00:00.000000+02")
    project.write("partners.yaml", job(postgres_url))
    assert project.run("run", "--json").counts() == {"read": 3, "created": 3}
    put(shop, f"{prefix}-b", "B again", "2026-03-29 02:59:59.999999+02")  # a microsecond below the watermark
    put(shop, f"{prefix}-d", "D", "2026-03-28 20:00:00.000001-05")
    put(shop, f"{prefix}-e", "E", "2026-03-29 01:00:00+00")
    planned = project.run("plan", "--json")
    assert planned.counts() == {"read": 3, "created": 2, "unchanged": 1}
    assert project.run("run", "--json").counts() == {"read": 3, "created": 2, "unchanged": 1}
    assert project.run("run", "--json").counts() == {"read": 1, "unchanged": 1}
    names = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["name"], order="name")
    assert [row["name"] for row in names] == ["A", "B", "C", "D", "E"]


def test_sqlite_by_number(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A rejected row keeps the watermark before it; `--limit` and `plan` leave it where it is."""
    with closing(sqlite3.connect(project.root / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE partners (ref, name, changed INTEGER)")
        rows = [(f"{prefix}-{n}", "" if n == 4 else f"name {n}", n) for n in range(1, 8)]
        connection.executemany("INSERT INTO partners VALUES (?, ?, ?)", rows)
    project.write("partners.yaml", job("sqlite:///../shop.db"))
    assert project.run("plan", "--json").counts()["created"] == 6
    assert project.run("run", "--limit", "2", "--json").counts() == {"read": 2, "created": 2}
    first = project.run("run", "--json")
    assert (first.code, first.counts()) == (3, {"read": 7, "created": 4, "unchanged": 2, "rejected": 1})
    again = project.run("run", "--json")
    assert (again.code, again.counts()) == (3, {"read": 5, "unchanged": 4, "rejected": 1})
    with closing(sqlite3.connect(project.root / "shop.db")) as connection, connection:
        connection.execute("UPDATE partners SET name = 'mended' WHERE changed = 4")
    connection.close()
    assert project.run("run", "--json").counts() == {"read": 5, "created": 1, "unchanged": 4}
    assert project.run("run", "--json").counts() == {"read": 1, "unchanged": 1}
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 7


def test_only_new_files(sandbox_project: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """Files are read once, and again when they change or when one of their rows was rejected."""
    rows = partner_rows(prefix, 9)
    rows[4]["name"] = ""
    for number in range(3):
        sandbox_project.rows(rows[number * 3 : number * 3 + 3], f"part-{number}.csv")
    source = {"type": "csv", "path": "../part-*.csv", "only_new": True}
    sandbox_project.write("partners.yaml", partners_job(source=source))
    assert sandbox_project.run("run", "--json").counts() == {"read": 9, "created": 8, "rejected": 1}
    assert sandbox_project.run("run", "--json").counts() == {"read": 3, "unchanged": 2, "rejected": 1}
    rows[4]["name"] = "mended"
    sandbox_project.rows(rows[3:6], "part-1.csv")
    assert sandbox_project.run("run", "--json").counts() == {"read": 3, "created": 1, "unchanged": 2}
    done = sandbox_project.run("run", "--json")
    assert (done.code, done.counts(), done.writes()) == (0, {}, {})
    assert "only_new" in done.job()["notes"][0]
    assert sandbox_client.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 9
