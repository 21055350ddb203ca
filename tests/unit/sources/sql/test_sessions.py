"""What a session of each kind of database begins with."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from odoo_etl.sources.sql.incremental import wrapped
from odoo_etl.sources.sql.query import Bounds, bounded, extremes
from odoo_etl.sources.sql.sessions import quoted, session_statements
from odoo_etl.spec.sources import SqlIncremental

URL = sa.make_url("x://localhost/y")


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_mysql_writes_nothing_and_is_in_utc(dialect):
    """Unless the URL sets another zone."""
    read_only = "SET SESSION TRANSACTION READ ONLY"
    assert session_statements(dialect, URL) == [read_only, "SET SESSION time_zone = '+00:00'"]
    named = URL.update_query_dict({"init_command": "SET time_zone = 'Europe/Berlin'"})
    assert session_statements(dialect, named) == [read_only]


def test_oracle_writes_nothing_and_reads_iso_dates():
    """Nothing may come before the read-only transaction that would begin another one."""
    statements = session_statements("oracle", URL)
    assert statements[-1] == "SET TRANSACTION READ ONLY"
    assert [statement.partition(" SET ")[2].partition(" =")[0] for statement in statements[:-1]] == [
        *("NLS_DATE_FORMAT", "NLS_TIMESTAMP_FORMAT", "TIME_ZONE")
    ]


def test_sql_server_reads_iso_dates():
    """Whatever the language of the login is."""
    assert session_statements("mssql", URL) == ["SET DATEFORMAT ymd"]
    assert session_statements("sqlite", URL) == []


@pytest.mark.parametrize(
    ("dialect", "column", "name"),
    [
        (mysql.dialect(), "up`at", "q.`up``at`"),
        (mssql.dialect(), "up]at", "q.[up]]at]"),
        (postgresql.dialect(), 'Up"at', 'q."Up""at"'),
        (oracle.dialect(), "updated_at", 'q."UPDATED_AT"'),
        (oracle.dialect(), "Updated At", 'q."Updated At"'),
    ],
)
def test_names_are_quoted_as_each_dialect_does(dialect, column, name):
    """Oracle's driver shows names without quotes in lower case."""
    assert quoted(column, dialect) == name
    assert name in extremes("SELECT 1", column, dialect)
    assert bounded("SELECT 1", column, Bounds(1, 5), dialect).endswith(f"WHERE {name} >= 1 AND {name} < 5")


@pytest.mark.parametrize(
    ("dialect", "now"),
    [
        (mysql.dialect(), "current_timestamp"),
        (oracle.dialect(), "current_timestamp"),
        (mssql.dialect(), "sysutcdatetime()"),
    ],
)
def test_the_start_of_a_run_is_a_moment_in_utc(dialect, now):
    """Sessions of SQL Server have no zone of their own."""
    spec = SqlIncremental(cursor="at", upper="run_start")
    assert f"< {now}" in wrapped("SELECT 1", spec, None, dialect)
