"""What a real PostgreSQL adds: types, server-side cursors, read-only transactions."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.sources.sql import databases
from odoo_etl.spec.sources import SqlSource
from odoo_etl.text.cells import OutOfRange

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


OUT_OF_RANGE = {
    "date 'infinity'": "infinity",
    "date '0044-03-15 BC'": "0044-03-15 BC",
    "date '12024-01-01'": "12024-01-01",
    "timestamp '-infinity'": "-infinity",
    "timestamptz '9999-12-31 23:59:59-05'": "10000-01-01 04:59:59+00",
    "time '24:00'": "24:00:00",
    "interval '100000000 years'": "100000000 years",
    "interval '1 month 2 days'": "1 mon 2 days",
}


def test_values_that_python_does_not_have_end_no_query(postgres_url):
    """Each stands for itself in its row; the others of the query are read."""
    names = ", ".join(f"{literal} AS c{number}" for number, literal in enumerate(OUT_OF_RANGE))
    found = values(postgres_url, f"SELECT {names}, 1 AS n, ARRAY[date 'infinity', date '2024-02-29'] AS l")
    assert [(type(one), str(one)) for one in found[:-2]] == [(OutOfRange, text) for text in OUT_OF_RANGE.values()]
    assert found[-2:] == [1, [OutOfRange("infinity"), date(2024, 2, 29)]]


def test_a_number_in_json_may_be_too_long(postgres_url):
    """Such a document costs its row, not the query."""
    (found,) = values(postgres_url, """SELECT ('{"n": 1' || repeat('0', 5000) || '}')::json""")
    assert isinstance(found, OutOfRange)
    assert "too long" in found.why


WRITTEN = {
    "numrange(1, 2)": "[1,2)",
    "daterange('2024-01-01', 'infinity')": "[2024-01-01,infinity)",
    "'{[1,3),[5,9)}'::int4multirange": "{[1,3),[5,9)}",
    "inet '10.0.0.1/8'": "10.0.0.1/8",
    "row(1, 'a')": "(1,a)",
    "ARRAY['5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11'::uuid]": ["5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11"],
    "point(1, 2)": "(1,2)",
}


def test_types_without_a_python_value_of_their_own_are_text(postgres_url):
    """As PostgreSQL writes them."""
    names = ", ".join(f"{literal} AS c{number}" for number, literal in enumerate(WRITTEN))
    assert values(postgres_url, f"SELECT {names}") == list(WRITTEN.values())


ZONE = "SELECT current_setting('TimeZone') AS zone, timestamptz '2024-02-29 23:30+00' AS at"


def test_the_session_is_in_utc_whoever_runs_it(postgres_url, monkeypatch):
    """Neither the environment nor the role decides what a query means."""
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    zone, at = values(postgres_url, ZONE)
    assert (zone, at.utcoffset()) == ("UTC", timedelta())


def test_a_url_names_the_zone_of_its_session(postgres_url, monkeypatch):
    """For queries that are written for one."""
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    assert values(f"{postgres_url}&options=-c%20TimeZone%3DEurope/Berlin", ZONE)[0] == "Europe/Berlin"


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


@pytest.mark.parametrize(
    ("query", "params", "words"),
    [
        ("SELECT 1 AS a \0 FROM nowhere", {}, "holds a NUL character"),
        ("SELECT '\ud800' AS a", {}, "half a character"),
        ("SELECT CAST(:x AS text) AS a", {"x": "\udcff"}, "half a character"),
        ("SELECT CAST(:x AS text) AS a", {"x": "a\0b"}, "the query failed: .*NUL"),
        ("SELECT CAST(:x AS integer) AS a", {"x": 10**30}, "the query failed: .*out of range"),
        ("SELECT 1 AS a; SELECT 2 AS a", {}, "the query failed: .*"),
    ],
)
def test_hostile_queries_and_values(postgres_url, query, params, words):
    """What PostgreSQL cannot take is a source error; nothing of a query is cut off in silence."""
    with pytest.raises(SourceError, match=words):
        values(postgres_url, query, **params)


def test_a_server_that_says_nothing(monkeypatch):
    """It accepts connections, as a proxy before a dead database does, and is not waited for without end."""
    monkeypatch.setattr(databases, "_PATIENCE_S", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://user:secret@127.0.0.1:{silent.getsockname()[1]}/shop"
        with pytest.raises(SourceError, match=r"cannot connect: .*timeout") as found:
            values(url, "SELECT 1")
    assert "secret" not in str(found.value)


def test_plain_postgresql_urls_work(postgres_url):
    """`postgresql://` and `postgres://` mean the driver that the extra installs."""
    for scheme in ("postgresql", "postgres"):
        assert values(postgres_url.replace("postgresql+psycopg", scheme), "SELECT 1 AS a") == [1]


CURSORS = {
    "timestamp": ["2024-02-29 12:30:00.123456", "2024-02-29 12:30:00.123457", "2024-02-29 12:30:00.2"],
    "timestamptz": ["2024-10-27 02:30:00.5+02", "2024-10-27 02:30:00.5+01", "2024-10-27 02:30:00.500001+01"],
    "date": ["2024-02-28", "2024-02-29", "2024-03-01"],
    "integer": ["-1", "7", "8"],
    "bigint": ["1", "9007199254740993", "9007199254740994"],
    "numeric": ["0.1", "12345678901234567890.0000000001", "12345678901234567890.0000000002"],
    "float8": ["0.1", "0.30000000000000004", "0.30000000000000010"],
    "text": ["10", "2", "B"],
    "uuid": [f"{digit * 8}-0000-4000-8000-000000000000" for digit in "19a"],
}


def cursors(url: str, kind: str, watermark=None, **incremental) -> list:
    """The cursors that a run reads of the values of a type and a NULL, in the order they come in."""
    values = ", ".join(f"('{value}'::{kind})" for value in reversed(CURSORS[kind]))
    query = f"SELECT at FROM (VALUES {values}, (NULL)) AS v(at);"
    spec = SqlSource(type="sql", url=url, query=query, incremental={"cursor": "at", **incremental})
    found = [at for chunk in open_source(spec, SourceMemory(watermark)).chunks(2) for at in chunk.columns["at"]]
    assert all(getattr(at, "tzinfo", None) for at in found if at) == (kind == "timestamptz")
    # Python compares times of one zone by what the clock shows, which the hour put back shows twice.
    return [at.astimezone(UTC) if kind == "timestamptz" and at else at for at in found]


@pytest.mark.parametrize("kind", CURSORS)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_watermarks_of_every_type_are_exact(postgres_url, kind, zone):
    """A run begins at the watermark itself, neither a microsecond nor a digit away; NULL comes every time."""
    url = f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-c%20TimeZone%3D{zone}"
    lowest, middle, highest, null = cursors(url, kind)
    assert (null, lowest < middle < highest) == (None, True)
    assert cursors(url, kind, middle) == [middle, highest, None]
    assert cursors(url, kind, highest) == [highest, None]


@pytest.mark.parametrize("kind", CURSORS)
def test_a_run_begins_at_initial(postgres_url, kind):
    """`initial` is text, which PostgreSQL reads as what the column is."""
    assert cursors(postgres_url, kind, initial=CURSORS[kind][1]) == cursors(postgres_url, kind)[1:]


@pytest.mark.parametrize(
    ("kind", "lag", "count"),
    [
        ("timestamp", "77ms", 4),
        ("timestamptz", "60m", 3),
        ("timestamptz", "61m", 4),
        ("date", "24h", 3),
        ("integer", 1, 3),
        ("numeric", "0.0000000001", 3),
    ],
)
def test_lag_reaches_back(postgres_url, kind, lag, count):
    """A run begins below the watermark by the lag, in real time also where the clock was put back."""
    highest = cursors(postgres_url, kind)[2]
    assert len(cursors(postgres_url, kind, highest, lag=lag)) == count


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
def test_upper_is_the_clock_of_the_database(postgres_url, kind):
    """What is not before the start of the run is left for the next one."""
    query = f"SELECT (now() + n * interval '1 day')::{kind} AS at FROM generate_series(-1, 1) AS s(n)"
    spec = SqlSource(type="sql", url=postgres_url, query=query, incremental={"cursor": "at", "upper": "run_start"})
    (chunk,) = open_source(spec).chunks(10)
    assert len(chunk.lines) == (2 if kind == "date" else 1)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("timestamp", "infinity", "row 1: the cursor 'at' is infinity, which is no date"),
        ("numeric", "NaN", "row 1: the cursor 'at' is NaN"),
        ("interval", "1 day", "holds timedelta values"),
    ],
)
def test_cursors_that_would_hide_later_rows(postgres_url, kind, value, words):
    """A cursor above all others stops the job before it can become the watermark."""
    spec = SqlSource(
        type="sql", url=postgres_url, query=f"SELECT '{value}'::{kind} AS at", incremental={"cursor": "at"}
    )
    with pytest.raises(SourceError, match=words):
        list(open_source(spec).chunks(10))


@pytest.mark.parametrize(
    ("kind", "existing", "given"),
    [
        ("date", "2024-01-02", "2024-01-02"),
        ("timestamp", "2024-01-02 00:00", "2024-01-02"),
        ("uuid", "5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11", "5b8e5a2c-9d4e-4e55-8f0f-0c9f6d1f7a11"),
        ("text", "x", "x"),
    ],
)
def test_text_parameters_are_what_their_columns_are(postgres_url, kind, existing, given):
    """Alone and in lists: YAML gives dates as text."""
    query = f"SELECT 1 AS a WHERE '{existing}'::{kind} = :one AND '{existing}'::{kind} IN :some"
    assert values(postgres_url, query, one=given, some=[given]) == [1]


@pytest.mark.parametrize(
    ("where", "params", "found"),
    [
        ("(:p IS NULL OR n = :p)", {"p": None}, [1, 2, 3]),
        ("(:p is null or n = :p)", {"p": 2}, [2]),
        ("(:day IS NULL OR date '2024-01-01' >= :day)", {"day": "2024-01-02"}, []),
        ("n IN (:ids)", {"ids": [1, 3]}, [1, 3]),
        ("n IN :ids", {"ids": []}, []),
        ("n NOT IN (:ids)", {"ids": []}, [1, 2, 3]),
        ("(:ids IS NULL OR n IN :ids)", {"ids": None}, [1, 2, 3]),
    ],
)
def test_nulls_and_lists(postgres_url, where, params, found):
    """PostgreSQL cannot say of which type a parameter is that is only asked whether it is null."""
    query = f"SELECT n FROM generate_series(1, 3) n WHERE {where}"
    rows = open_source(SqlSource(type="sql", url=postgres_url, query=query, params=params)).chunks(10)
    assert [n for chunk in rows for n in chunk.columns["n"]] == found
