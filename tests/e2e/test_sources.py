"""SQL and Parquet sources through the command line: types arrive in Odoo, and stay equal in the next run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from odoo_etl import OdooClient
from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Project

TABLE = """
CREATE TABLE goods (code TEXT PRIMARY KEY, title TEXT, price NUMERIC(10, 2), weight REAL, sold BOOLEAN, note TEXT)
"""
ROWS = [
    ("A", "Chair", "19.90", 4.5, True, None),
    ("B", "Tähle", "0.10", 0.125, False, "first\nsecond"),
    ("C", "Lamp", "1234567.89", None, True, "x"),
]
JOB = {
    "version": 1,
    "job": "goods",
    "target": {"model": "product.template", "key": "default_code"},
    "fields": {
        "default_code": "code",
        "name": "title",
        "list_price": "price",
        "weight": "weight",
        "sale_ok": "sold",
        "description_sale": {"column": "note", "empty": "clear"},
    },
}


def source(url: str, prefix: str) -> dict[str, object]:
    """A query with a bound parameter; the keys are the test's own."""
    query = "SELECT :prefix || code AS code, title, price, weight, sold, note FROM goods ORDER BY code"
    return {"type": "sql", "url": url, "query": query, "params": {"prefix": prefix}}


def check(project: Project, odoo: OdooClient, prefix: str, *options: str) -> None:
    """Run twice: three products, then nothing to write."""
    first = project.run("run", "--json", *options)
    assert (first.code, first.counts("goods")) == (0, {"read": 3, "created": 3})
    second = project.run("run", "--json", *options)
    assert (second.counts("goods"), second.writes()) == ({"read": 3, "unchanged": 3}, {})
    fields = ["name", "list_price", "sale_ok", "description_sale"]
    lamp, table = odoo.search_read(
        "product.template", [["default_code", "in", [f"{prefix}B", f"{prefix}C"]]], fields, order="name"
    )
    assert (table["list_price"], table["sale_ok"], table["description_sale"]) == (0.1, False, "first\nsecond")
    assert (lamp["list_price"], lamp["sale_ok"]) == (1234567.89, True)


def test_sqlite(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A query on a SQLite file, its path relative to the job file."""
    with closing(sqlite3.connect(project.root / "goods.db")) as connection, connection:
        connection.execute(TABLE)
        connection.executemany("INSERT INTO goods VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    connection.close()
    project.write("goods.yaml", {**JOB, "source": source("sqlite:///../goods.db", prefix)})
    check(project, odoo, prefix)


@pytest.mark.postgres
def test_postgres(project: Project, odoo: OdooClient, prefix: str, postgres_url: str) -> None:
    """A query on a real PostgreSQL; numeric, float8 and boolean keep their types."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE.replace("REAL", "DOUBLE PRECISION"))
        connection.exec_driver_sql("INSERT INTO goods VALUES (%s, %s, %s, %s, %s, %s)", ROWS)
    engine.dispose()
    project.write("goods.yaml", {**JOB, "source": source(postgres_url, prefix)})
    check(project, odoo, prefix)


@SERVERS_AND_WORKERS
def test_parquet(project: Project, odoo: OdooClient, prefix: str, workers: tuple[str, ...]) -> None:
    """A Parquet file, its path relative to the job file; its row groups are ranges of a divided run."""
    codes, titles, prices, *others = map(list, zip(*ROWS, strict=True))
    columns = [[prefix + code for code in codes], titles, [Decimal(price) for price in prices], *others]
    table = pa.table(columns, ["code", "title", "price", "weight", "sold", "note"])
    pq.write_table(table, project.root / "goods.parquet", row_group_size=1)
    project.write("goods.yaml", {**JOB, "source": {"type": "parquet", "path": "../goods.parquet", "min_rows": 3}})
    check(project, odoo, prefix, *workers)
