"""What a real PostgreSQL adds: types, server-side cursors, read-only transactions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.source import SqlSource

pytestmark = pytest.mark.postgres

TYPES = {
    "12.50::numeric(8, 2)": Decimal("12.50"),
    "2::bigint": 2,
    "0.1::float8": 0.1,
    "true": True,
    "NULL::boolean": None,
    "'01000'::varchar": "01000",
    "date '2024-02-29'": date(2024, 2, 29),
    "timestamp '2024-02-29 12:30:00.5'": datetime(2024, 2, 29, 12, 30, 0, 500_000),  # noqa: DTZ001 (none in the database)
    "timestamptz '2024-02-29 12:30+02'": datetime(2024, 2, 29, 10, 30, tzinfo=UTC),
    "'\\x00ff'::bytea": b"\x00\xff",
    "'5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11'::uuid": "5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11",
    """'{"a": [1, null]}'::jsonb""": {"a": [1, None]},
    "ARRAY[1, 2]": [1, 2],
    "interval '90 minutes'": timedelta(minutes=90),
}


def values(url: str, query: str, **params):
    """The first row of a query."""
    (chunk,) = open_source(SqlSource(type="sql", url=url, query=query, params=params)).chunks(10)
    return [column[0] for column in chunk.columns.values()]


def test_types_are_carried_through(postgres_url):
    """Every common type comes as its Python value; nothing is turned into text or into a float on the way."""
    names = ", ".join(f"{literal} AS c{number}" for number, literal in enumerate(TYPES))
    found = values(postgres_url, f"SELECT {names}")
    assert found == list(TYPES.values())
    assert [type(value) for value in found] == [type(value) for value in TYPES.values()]
    assert [getattr(value, "tzinfo", None) is None for value in found[7:9]] == [True, False]


def test_rows_come_from_a_server_side_cursor(postgres_url):
    """While a source is read, the server holds a named cursor for it."""
    assert len(values(postgres_url, "SELECT name FROM pg_cursors")) == 1


def test_percent_signs_casts_and_lists(postgres_url):
    """What the driver's parameter style could trip over is handled."""
    query = "SELECT '50%' || :unit::text AS a, 7 % 4 AS b WHERE 2 = ANY(ARRAY[1, 2]) AND 'x' IN :some"
    assert values(postgres_url, query, unit="%s", some=["x", "y"]) == ["50%%s", 3]


@pytest.mark.parametrize("statement", ["SELECT nextval('counter') AS n", "INSERT INTO kept VALUES (1) RETURNING *"])
def test_nothing_is_written(postgres_url, statement):
    """A source runs in a read-only transaction, which PostgreSQL itself enforces."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SEQUENCE counter; CREATE TABLE kept (a int)"))
    with pytest.raises(SourceError, match=r"read-only transaction|syntax error"):
        values(postgres_url, statement)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 0
    engine.dispose()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT price_eur FROM pg_class", r"postgresql://.*the query failed: column \"price_eur\" does not exist"),
        ("SELECT 1 AS a, 2 AS a", "more than one column 'a'"),
    ],
)
def test_errors_name_the_database(postgres_url, query, message):
    """An SQL error says what PostgreSQL said, and where."""
    with pytest.raises(SourceError, match=message):
        values(postgres_url, query)


def test_plain_postgresql_urls_work(postgres_url):
    """`postgresql://` and `postgres://` mean the driver that the extra installs."""
    for scheme in ("postgresql", "postgres"):
        assert values(postgres_url.replace("postgresql+psycopg", scheme), "SELECT 1 AS a") == [1]
