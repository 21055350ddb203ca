"""An export in a table of a SQL database."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from odoo_etl.errors import UsageError
from odoo_etl.exporting import CannotWrite, OutColumn
from odoo_etl.exporting.forms import Lists
from odoo_etl.exporting.sql_table import SqlTable

COLUMNS = (OutColumn("ref", "text", ("ref",)), OutColumn("day", "date", ("day",)), OutColumn("n", "number", ("n",)))


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'shop.db'}"


def fill(tmp_path, url, rows, key=(), columns=COLUMNS):
    part = tmp_path / "part"
    part.write_bytes(Lists(columns).rows(list(zip(*rows, strict=True))))
    SqlTable(url, "partners", columns, key).fill(part)


def run(url, statement):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(sa.text(statement))
        rows = found.fetchall() if found.returns_rows else []
    engine.dispose()
    return [tuple(row) for row in rows]


def test_a_table_is_created(tmp_path, url):
    """With the types of its columns."""
    fill(tmp_path, url, [("A", date(2026, 1, 2), 1.5), ("B", None, None)])
    assert run(url, "select ref, day, n, typeof(n) from partners order by ref") == [
        ("A", "2026-01-02", 1.5, "real"),
        ("B", None, None, "null"),
    ]


def test_rows_are_updated_by_their_key(tmp_path, url):
    """Others stay as they are."""
    fill(tmp_path, url, [("A", None, 1.0), ("B", None, 2.0)], ["ref"])
    fill(tmp_path, url, [("B", None, 3.0), ("C", None, 4.0)], ["ref"])
    assert run(url, "select ref, n from partners order by ref") == [("A", 1.0), ("B", 3.0), ("C", 4.0)]


def test_rows_of_nothing_but_a_key(tmp_path, url):
    """There is nothing to update in them."""
    for _ in range(2):
        fill(tmp_path, url, [("A",)], ["ref"], COLUMNS[:1])
    assert run(url, "select * from partners") == [("A",)]


def test_without_a_key_the_table_must_be_empty(tmp_path, url):
    """Else a second export would double it."""
    fill(tmp_path, url, [("A", None, 1.0)])
    with pytest.raises(UsageError, match="has rows already: say with --key"):
        fill(tmp_path, url, [("A", None, 1.0)])
    assert run(url, "select count(*) from partners") == [(1,)]


@pytest.mark.parametrize(
    ("made", "key", "why"),
    [
        ("ref text primary key, day date, n real, more text", ["ref"], "has the columns ref, day, n, more"),
        ("ref text primary key, day date", ["ref"], "has the columns ref, day, the export ref, day, n"),
        ("ref text, day date, n real", ["ref"], "nothing makes ref unique in partners"),
        ("ref text primary key, day date, n real", ["nope"], "--key names nope"),
    ],
)
def test_a_table_that_does_not_fit(tmp_path, url, made, key, why):
    """It stays as it is."""
    run(url, f"create table partners ({made})")
    with pytest.raises(UsageError, match=why):
        SqlTable(url, "partners", COLUMNS, key).check()


def test_a_unique_index_is_enough_for_a_key(tmp_path, url):
    """The order of its columns makes no difference."""
    run(url, "create table partners (ref text, day date, n real)")
    run(url, "create unique index one on partners (day, ref)")
    fill(tmp_path, url, [("A", date(2026, 1, 1), 1.0)], ["ref", "day"])
    assert run(url, "select n from partners") == [(1.0,)]


def test_all_rows_or_none(tmp_path, url):
    """What the database refuses takes the others with it."""
    run(url, "create table partners (ref text, day date, n real check (n < 5))")
    with pytest.raises(CannotWrite, match="CHECK constraint failed"):
        fill(tmp_path, url, [("A", None, 1.0)] * 1_500 + [("B", None, 9.0)])
    assert run(url, "select count(*) from partners") == [(0,)]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "--to cannot be read"),
        ("nosuch://host/db", "SQLAlchemy knows no such database"),
        ("sqlite:////no/such/folder/shop.db", "unable to open database file"),
    ],
)
def test_a_database_that_cannot_be_used(url, why):
    """The error says why."""
    with pytest.raises((UsageError, CannotWrite), match=why):
        SqlTable(url, "partners", COLUMNS).check()


def test_other_databases_update_nothing():
    """Said before anything is read."""
    with pytest.raises(UsageError, match="--key updates rows of sqlite, postgresql, mysql, mariadb"):
        SqlTable("mssql://host/db", "partners", COLUMNS, ["ref"])


def test_the_place_is_named_without_the_password():
    """Nor the user."""
    assert SqlTable("postgresql://me:secret@host/db", "a.b", COLUMNS).place == "postgresql://host/db#a.b"
