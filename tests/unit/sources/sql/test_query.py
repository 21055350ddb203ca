"""SQL queries on SQLite: values, parameters, and what stops the job."""

from __future__ import annotations

import sqlite3
import traceback
from decimal import Decimal
from uuid import UUID

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.sql.databases import describe, missing_driver, safe_text
from odoo_etl.sources.sql.query import _plain
from odoo_etl.spec.sources import SqlSource
from odoo_etl.sql_urls import parse_url

SECRET = "p4ssw0rd"


@pytest.fixture
def query(tmp_path):
    """Describe a query on a small database."""
    path = tmp_path / "shop 100%.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE item (sku TEXT, price REAL, stock INTEGER, picture BLOB)")
    connection.executemany(
        "INSERT INTO item VALUES (?, ?, ?, ?)", [("001", 1.5, 3, b"\x00\xff"), ("NA", None, 0, None)]
    )
    connection.commit()
    connection.close()
    return lambda text, **params: SqlSource(type="sql", url=f"sqlite:///{path}", query=text, params=params)


def rows(spec: SqlSource):
    """All rows as tuples."""
    return [row for chunk in open_source(spec).chunks(10) for row in zip(*chunk.columns.values(), strict=True)]


def test_values_keep_their_types(query):
    """Text, numbers, bytes and NULL come as the database gives them; no text becomes null."""
    assert rows(query("SELECT * FROM item")) == [("001", 1.5, 3, b"\x00\xff"), ("NA", None, 0, None)]


def test_row_numbers_start_with_one(query):
    """A row of a query is named by its number."""
    (chunk,) = open_source(query("SELECT sku FROM item")).chunks(10)
    assert (chunk.lines, chunk.file, chunk.bad) == ([1, 2], "", ())


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        ("SELECT sku FROM item WHERE stock > :least", {"least": 1}, [("001",)]),
        ("SELECT sku FROM item WHERE sku IN :skus", {"skus": ["NA", "002"]}, [("NA",)]),
        ("SELECT sku FROM item WHERE sku LIKE '0%' AND sku <> ':x'", {}, [("001",)]),
        ("SELECT ' :a '':b' AS \":c\" /* :d */ FROM item -- :e\nLIMIT 1", {}, [(" :a ':b",)]),
        ("SELECT :what AS said FROM item LIMIT 1", {"what": "'; DROP TABLE item"}, [("'; DROP TABLE item",)]),
    ],
)
def test_parameters_are_bound(query, text, params, expected):
    """Parameters are values, never SQL; a list stands for IN."""
    assert rows(query(text, **params)) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_query_from_a_file(query, tmp_path, encoding):
    """A query may stand in a file of its own, with a byte order mark or without; so do editors of SQL Server's."""
    (tmp_path / "items.sql").write_text("SELECT sku -- :no parameter\nFROM item WHERE stock = :stock", encoding)
    spec = query("SELECT 1")
    from_file = SqlSource(type="sql", url=spec.url, query={"file": str(tmp_path / "items.sql")}, params={"stock": 3})
    assert rows(from_file) == [("001",)]


@pytest.mark.parametrize(
    ("text", "params", "message"),
    [
        ("SELECT price_eur FROM item", {}, r"shop 100%\.db: the query failed: no such column: price_eur"),
        ("SELEC sku", {}, "the query failed: .*syntax error"),
        ("SELECT sku, price AS sku FROM item", {}, r"more than one column 'sku' \(rename one with AS\)"),
        ("SELECT sku FROM item WHERE stock > :last", {"least": 1}, r"needs :last.*did you mean least\?"),
        ("SELECT sku FROM item", {"least": 1}, "does not use the parameter least"),
        ("INSERT INTO item (sku) VALUES ('x')", {}, "attempt to write a readonly database"),
        ("DELETE FROM item RETURNING sku", {}, "attempt to write a readonly database"),
        ("CREATE TEMP TABLE t (a)", {}, "returns no rows; it must be a SELECT"),
    ],
)
def test_queries_that_cannot_be(query, text, params, message):
    """A query that fails, writes or names columns badly is a source error before any row."""
    with pytest.raises(SourceError, match=message):
        open_source(query(text, **params)).columns()
    assert len(rows(query("SELECT sku FROM item"))) == 2


def test_missing_query_file(query, tmp_path):
    """A query file that is not there is a source error that names it."""
    gone = SqlSource(type="sql", url=query("SELECT 1").url, query={"file": str(tmp_path / "gone.sql")})
    with pytest.raises(SourceError, match=r"gone\.sql: the query file cannot be read: No such file"):
        open_source(gone).columns()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:////nowhere/shop.db", "/nowhere/shop.db: no such SQLite database"),
        ("no url at all", "cannot be read .write it like sqlite:///shop.db"),
        (f"postgresql://me:{SECRET}@localhost:notaport/x", "cannot be read"),
        (f"postgresql://me:ab@{SECRET}@127.0.0.1:1/x", "it has a second @ .write an @ in user or password as %40"),
        (f"postgresql://me:ab@cd/{SECRET}@127.0.0.1:1/x", "it has a second @"),
        (f"mysql+pymysql://me:ab@cd?{SECRET}@127.0.0.1/x", "it has a second @"),
        (f"postgresql://me@corp:ab@{SECRET}@127.0.0.1:1/x", "it has a second @"),
        (f"bogus://me:{SECRET}@localhost/x", "bogus: SQLAlchemy knows no such database"),
        (f"mysql+mysqldb://me:{SECRET}@localhost/x", "the driver MySQLdb is not installed .pip install mysqlclient"),
        (f"mysql://me:{SECRET}@localhost:1/x", "mysql://localhost:1/x: cannot connect"),
        (f"mssql://me:{SECRET}@localhost:1/x?login_timeout=1", "mssql://localhost:1/x: cannot connect"),
        (f"oracle://me:{SECRET}@localhost:1/x", "oracle://localhost:1/x: cannot connect"),
        (f"postgresql+psycopg2://me:{SECRET}@localhost/x", "the driver psycopg2 is not installed"),
        (f"postgresql://me:{SECRET}@localhost:1/x", "postgresql://localhost:1/x: cannot connect"),
        (f"postgresql+psycopg://localhost:1/x?user=me&password={SECRET}", "postgresql://localhost:1/x: cannot connect"),
    ],
)
def test_urls_that_lead_nowhere(tmp_path, url, message):
    """The error says what is wrong and what to do, and never shows a password."""
    with pytest.raises(SourceError, match=message) as caught:
        open_source(SqlSource(type="sql", url=url, query="SELECT 1 AS a")).columns()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "extra"),
    [
        *(("mysql://h/d", "mysql"), ("mariadb://h/d", "mysql"), ("mssql://h/d", "mssql"), ("oracle://h/d", "oracle")),
        ("postgresql://h/d", "postgres"),
    ],
)
def test_a_missing_driver_names_its_extra(url, extra):
    """Of a URL that names no driver it is the one of our extra."""
    parsed = parse_url(url)
    error = missing_driver(parsed, ImportError("no such", name=parsed.get_driver_name()))
    assert f"(pip install 'odoo-etl[{extra}]')" in str(error)


def test_a_missing_sqlite_file_stays_missing(tmp_path):
    """Reading never makes a new database."""
    path = tmp_path / "gone.db"
    with pytest.raises(SourceError):
        open_source(SqlSource(type="sql", url=f"sqlite:///{path}", query="SELECT 1 AS a")).columns()
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "params", "words"),
    [
        ("SELECT '\ud800' AS a", {}, "half a character"),
        ("SELECT :x AS a", {"x": "\udcff"}, "half a character"),
        ("SELECT 1 AS a \0", {}, "the query holds a NUL character"),
        ("SELECT :x AS a", {"x": 10**30}, "number in params or initial is too large"),
        ("SELECT :x AS a", {"x": {"a": 1}}, "the query failed: .*not supported"),
        ("SELECT CAST(x'ff41' AS TEXT) AS a", {}, "the query failed: Could not decode to UTF-8"),
        ({"file": "a\0b.sql"}, {}, "the query file cannot be read: not a path"),
    ],
)
def test_hostile_queries_and_values(query, text, params, words):
    """What the driver cannot send, or cannot read as text, is a source error."""
    with pytest.raises(SourceError, match=words):
        rows(query(text, **params))


def test_nul_in_a_text_is_carried_through(query):
    """SQLite stores NUL in texts; the row is refused when its field is known."""
    assert rows(query("SELECT 'x' || char(0) || 'y' AS a")) == [("x\0y",)]


def test_a_file_that_is_no_database(tmp_path):
    """A file of another kind is a source error."""
    path = tmp_path / "shop.db"
    path.write_text("sku;price\n" * 500, encoding="utf-8")
    with pytest.raises(SourceError, match="file is not a database"):
        open_source(SqlSource(type="sql", url=f"sqlite:///{path}", query="SELECT 1 AS a FROM item")).columns()


def test_drivers_own_types_become_plain():
    """Bytes in the drivers' wrappings and UUIDs become bytes and text; the rest stays what it is."""
    number = UUID(int=7)
    values = [memoryview(b"a"), bytearray(b"b"), number, None, Decimal("1.50"), {"json": [1]}]
    assert _plain(values) == [b"a", b"b", str(number), None, Decimal("1.50"), {"json": [1]}]


def test_messages_hide_what_the_url_hides():
    """A password that a driver repeats is masked, and the description of a database holds none."""
    from sqlalchemy.exc import OperationalError

    url = f"postgresql://me:{SECRET}@db.example.com:5433/shop?sslmode=require"
    error = OperationalError("SELECT", {}, ValueError(f"bad password {SECRET}\nfor me"))
    assert safe_text(error, url) == "bad password *** for me"
    assert safe_text(error, url, ["for me", 7]) == "bad password *** ***"
    assert describe(url) == "postgresql://db.example.com:5433/shop"
