"""What a real MariaDB adds: types, sessions that write nothing, lists and nulls, ranges and watermarks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pymysql
import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.sources.sql.mysql import NO_DATE
from odoo_etl.spec.sources import SqlSource
from odoo_etl.text import OutOfRange
from tests.real_odoo.mariadb import PASSWORD, MariaDb

pytestmark = pytest.mark.mariadb

TYPES = {  # column type: (written, read)
    "VARCHAR(20)": ("'01000'", "01000"),
    "TEXT CHARACTER SET utf8mb4": ("'Zoë 100 % 😀'", "Zoë 100 % 😀"),
    "BOOLEAN": ("true", 1),
    "BIT(1)": ("b'1'", 1),
    "BIT(10)": ("b'1000000001'", 513),
    "DECIMAL(8, 2)": ("12.5", Decimal("12.50")),
    "DOUBLE": ("0.1", 0.1),
    "BIGINT UNSIGNED": ("18446744073709551615", 18446744073709551615),
    "DATE": ("'2024-02-29'", date(2024, 2, 29)),
    "DATETIME(6)": ("'2024-02-29 12:30:00.5'", datetime(2024, 2, 29, 12, 30, 0, 500_000)),  # noqa: DTZ001 (none there)
    "TIMESTAMP NULL": ("'2024-02-29 12:30:00'", datetime(2024, 2, 29, 10, 30)),  # noqa: DTZ001 (written in +02:00)
    "TIME(3)": ("'12:30:00.5'", time(12, 30, 0, 500_000)),
    "TIME": ("'-01:00:00'", timedelta(hours=-1)),
    "YEAR": ("2024", 2024),
    "BLOB": ("x'00ff'", b"\x00\xff"),
    "ENUM('a', 'b')": ("'b'", "b"),
    "DATE /* zero */": ("'0000-00-00'", OutOfRange("0000-00-00", NO_DATE)),
    "DATETIME /* zero */": ("'0000-00-00'", OutOfRange("0000-00-00 00:00:00", NO_DATE)),
}


@pytest.fixture
def run(mariadb: MariaDb, mariadb_url: str):
    """Run statements on the database, in a session of another zone that takes dates of zeros."""
    database = mariadb_url.partition("@/")[2].partition("?")[0]

    def each(*statements: str) -> None:
        with pymysql.connect(**mariadb.login, database=database, autocommit=True) as connection:
            for statement in ("SET sql_mode = ''", "SET time_zone = '+02:00'", *statements):
                connection.query(statement)

    return each


@pytest.fixture
def items(run) -> None:
    """A table of three items, one of which is nothing but its number."""
    run(
        "CREATE TABLE item (id INT PRIMARY KEY, sku VARCHAR(9), at DATETIME(6))",
        "INSERT INTO item VALUES (1, 'A', '2024-01-01'), (2, 'B', '2024-01-02 00:00:00.000001'), (30, NULL, NULL)",
    )


def read(url: str, query: str, *, memory: SourceMemory | None = None, **keys):
    """The rows of a query."""
    source = open_source(SqlSource(type="sql", url=url, query=query, **keys), memory)
    names = source.columns()
    chunks = list(source.chunks(2))
    assert all(list(chunk.columns) == names for chunk in chunks)
    return [row for chunk in chunks for row in zip(*chunk.columns.values(), strict=True)]


def test_types_are_carried_through(run, mariadb_url):
    """As they are kept; bits are numbers, and dates of zeros, which are none, say so."""
    run(
        f"CREATE TABLE t ({', '.join(f'c{n} {kind}' for n, kind in enumerate(TYPES))})",
        f"INSERT INTO t VALUES ({', '.join(written for written, _ in TYPES.values())})",
    )
    (row,) = read(mariadb_url, "SELECT * FROM t")
    assert list(row) == [expected for _, expected in TYPES.values()]
    assert [type(value) for value in row] == [type(expected) for _, expected in TYPES.values()]


@pytest.mark.parametrize("query", ["INSERT INTO item (id) VALUES (7) RETURNING id", "DROP TABLE item"])
def test_nothing_can_be_written(items, mariadb_url, query):
    """The database itself refuses."""
    with pytest.raises(SourceError, match="Cannot execute statement in a READ ONLY transaction"):
        read(mariadb_url, query)
    assert len(read(mariadb_url, "SELECT * FROM item")) == 3


@pytest.mark.parametrize(
    ("option", "zone"), [("", "+00:00"), ("&init_command=SET%20time_zone%3D%27%2B05:00%27", "+05:00")]
)
def test_the_session_is_in_utc_unless_the_url_says_otherwise(mariadb_url, option, zone):
    """Whatever the server's zone is."""
    assert read(mariadb_url + option, "SELECT @@session.time_zone AS zone") == [(zone,)]


@pytest.mark.parametrize(
    ("query", "params", "ids"),
    [
        ("SELECT id FROM item WHERE :sku IS NULL OR sku = :sku", {"sku": None}, [1, 2, 30]),
        ("SELECT id FROM item WHERE (:sku is null or sku = :sku)", {"sku": "B"}, [2]),
        ("SELECT id FROM item WHERE :day IS NOT NULL AND at >= :day", {"day": "2024-01-02"}, [2]),
        ("SELECT id FROM item WHERE id IN :ids", {"ids": [1, 30]}, [1, 30]),
        ("SELECT id FROM item WHERE id in (:ids)", {"ids": [1, 30]}, [1, 30]),
        ("SELECT id FROM item WHERE id IN (:ids)", {"ids": []}, []),
        ("SELECT id FROM item WHERE id NOT IN :ids", {"ids": []}, [1, 2, 30]),
        ("SELECT id FROM item WHERE :ids IS NULL OR id IN :ids", {"ids": None}, [1, 2, 30]),
        ("SELECT id FROM item WHERE 'it\\'s :x' <> `sku` OR \"a:b\" = ':c' # :no\n -- :nor\n", {}, [1, 2]),
        ("SELECT id FROM item WHERE id % 2 = 1 AND sku LIKE '%'", {}, [1]),
    ],
)
def test_parameters(items, mariadb_url, query, params, ids):
    """Values, lists and nulls; what stands in literals, names and comments is none."""
    assert read(mariadb_url, query, params=params) == [(one,) for one in ids]


def test_a_run_begins_where_the_last_one_ended(items, mariadb_url):
    """To the microsecond; rows of the future are left for later, rows without a cursor come every time."""
    query, mark = "SELECT id, at FROM item ORDER BY sku; -- all", datetime(2024, 1, 2, 0, 0, 0, 1)  # noqa: DTZ001 (none there)
    rows = read(mariadb_url, query, incremental={"cursor": "at", "upper": "run_start"}, memory=SourceMemory(mark))
    assert rows == [(30, None), (2, mark)]
    assert len(read(mariadb_url, query, incremental={"cursor": "at", "initial": "2024-01-02"})) == 2


def test_ranges_hold_all_rows(items, mariadb_url):
    """Each in one of them."""
    source = open_source(SqlSource(type="sql", url=mariadb_url, query="SELECT * FROM item;", split_by="id"))
    parts = [[one for chunk in part.chunks(5) for one in chunk.columns["id"]] for part in source.ranges(3)]
    assert parts == [[1, 2], [], [30]]


def test_asking_for_the_columns_fetches_nothing(mariadb_url):
    """The driver would read what is left to its end: these rows would take minutes."""
    source = open_source(SqlSource(type="sql", url=mariadb_url, query="SELECT seq FROM seq_1_to_1000000000"))
    assert source.columns() == ["seq"]


def test_a_wrong_password_is_not_shown(mariadb: MariaDb):
    """Neither is the right one."""
    with pytest.raises(SourceError, match="Access denied for user") as caught:
        read(mariadb.url(password="wr0ng"), "SELECT 1 AS a")
    assert not any(secret in str(caught.value) for secret in ("wr0ng", PASSWORD))
