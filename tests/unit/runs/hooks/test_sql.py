"""SQL statements before and after a job."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from odoo_etl.runs.hooks import HookFailed
from odoo_etl.runs.hooks.sql import carry_out_sql
from odoo_etl.spec import SqlHook


@pytest.fixture
def shop(tmp_path):
    """A database with one order."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE orders (number TEXT UNIQUE, state TEXT)")
        connection.execute("INSERT INTO orders VALUES ('A', 'new')")
    return path


def rows(path):
    """What it holds."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM orders").fetchall()


def hook(path, sql, timeout=5.0):
    """A step with this statement."""
    return SqlHook(sql=sql, url=f"sqlite:///{path}", timeout=timeout)


def test_a_statement_is_committed(shop):
    """Marks of % and : in it are no parameters."""
    carry_out_sql(hook(shop, "UPDATE orders SET state = '100% :done' WHERE number LIKE 'A%'"))
    assert rows(shop) == [("A", "100% :done")]


def test_what_the_database_refuses_leaves_nothing(shop):
    """Its words are told, the statement is not."""
    with pytest.raises(HookFailed, match=r"UNIQUE constraint failed.*nothing of the statement stands") as failed:
        carry_out_sql(hook(shop, "INSERT INTO orders VALUES ('B', 'secret-1'), ('A', 'secret-2')"))
    assert "secret" not in str(failed.value)
    assert rows(shop) == [("A", "new")]


def test_what_takes_too_long_is_ended_and_leaves_nothing(shop):
    """In its time."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) INSERT INTO orders SELECT x, 'n' FROM n"
    with pytest.raises(HookFailed, match=r"took longer than 0.2 s and was ended; nothing of the statement stands"):
        carry_out_sql(hook(shop, endless, timeout=0.2))
    assert rows(shop) == [("A", "new")]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////no/such.db", "no such SQLite database"),
        ("nonsense", "cannot be read"),
        ("strange://host/db", "no driver"),
    ],
)
def test_databases_that_cannot_be_used(url, said):
    """None is made."""
    with pytest.raises(HookFailed, match=said):
        carry_out_sql(SqlHook(sql="SELECT 1", url=url))
