"""Incremental queries: where a run begins, to the last digit, and that no row is left out in silence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.sources.watermarks import begins_at, check_values
from odoo_etl.spec.sources import IncrementalSpec, SqlIncremental, SqlSource
from odoo_etl.text.cells import OutOfRange

QUERY = "SELECT sku, at FROM item"
moment = datetime.fromisoformat
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def items(tmp_path):
    """Store items with their cursors and describe an incremental query on them."""

    def store(*cursors, declared: str = "", query: str = QUERY, **incremental) -> SqlSource:
        path = tmp_path / "shop.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"CREATE TABLE item (sku TEXT, at {declared})")
            connection.executemany("INSERT INTO item VALUES (?, ?)", [(f"s{n}", at) for n, at in enumerate(cursors)])
            connection.commit()
        return SqlSource(type="sql", url=f"sqlite:///{path}", query=query, incremental={"cursor": "at", **incremental})

    return store


def read(spec: SqlSource, watermark=None):
    """The cursors that a run reads after one that ended at the watermark."""
    source = open_source(spec, SourceMemory(watermark=watermark))
    return [value for chunk in source.chunks(2) for value in chunk.columns["at"]]


def test_a_first_run_reads_everything_sorted(items):
    """Without a watermark and `initial`, nothing is left out."""
    assert read(items(3, 1, None, 2)) == [None, 1, 2, 3]


def test_a_first_run_begins_at_initial(items):
    """`initial` counts only until there is a watermark."""
    spec = items(1, 2, 3, 4, initial=3)
    assert (read(spec), read(spec, 2)) == ([3, 4], [2, 3, 4])


def test_rows_at_the_watermark_come_again(items):
    """A row that shares the watermark may have come after it."""
    assert read(items(1, 2, 2, 3), 2) == [2, 2, 3]


def test_rows_without_a_cursor_come_every_time(items):
    """NULL can be compared with nothing, and must not vanish for that."""
    assert read(items(1, None, 3), 3) == [None, 3]
    assert read(items("2024-01-01 00:00:00", None, upper="run_start"), "2025-01-01") == [None]


def test_what_cannot_be_compared_comes_every_time(items):
    """SQLite ranks every number below every text: a row of the other kind is read, not lost."""
    assert read(items(1, 2, "x"), "a") == [1, 2, "x"]
    assert read(items(1, 2, declared="INTEGER", initial="2")) == [1, 2]


def test_upper_leaves_later_rows_for_the_next_run(items):
    """`upper: run_start` reads nothing whose cursor is not before the clock of the database."""
    assert read(items("2024-01-01 00:00:00", "2999-01-01 00:00:00", upper="run_start")) == ["2024-01-01 00:00:00"]


def test_the_cursor_is_named_for_the_runner(items):
    """The runner takes the watermark from the rows, so it must know the column."""
    plain = SqlSource(type="sql", url="sqlite://", query="SELECT 1 AS at")
    assert (open_source(items(1)).cursor, open_source(plain).cursor) == ("at", None)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT sku, at FROM item; -- all\n",
        "SELECT sku, at FROM item /* ; */ ;\n",
        "WITH i AS (SELECT * FROM item) SELECT * FROM i WHERE sku <> ':x;--' -- end",
        "SELECT sku, at FROM item ORDER BY sku DESC LIMIT 10",
        "SELECT sku, at FROM item UNION ALL SELECT 'x', 0",
    ],
)
def test_any_query_can_be_continued(items, query):
    """Semicolons, comments, CTEs, unions and an order of its own do not stand in the way."""
    assert read(items(1, 2, 3, query=query), 2) == [2, 3]


def test_parameters_stand_beside_the_cursor(items):
    """The query's own parameters are bound as ever."""
    spec = items(1, 2, 3, query="SELECT sku, at FROM item WHERE at < :most").model_copy(update={"params": {"most": 3}})
    assert read(spec, 2) == [2]


def test_a_cursor_may_have_any_name(items):
    """The name of the cursor is quoted."""
    spec = items(1, 2, query='SELECT sku, at, at AS "b ""c"" :d" FROM item', cursor='b "c" :d')
    assert read(spec, 2) == [2]


def test_a_cursor_that_the_query_does_not_have(items):
    """The error names the columns, and comes before any row."""
    with pytest.raises(SourceError, match=r"cursor 'att' is not a column .* 'sku', 'at' .did you mean 'at'\?"):
        open_source(items(1, cursor="att")).columns()


def test_a_column_twice_is_still_an_error(items):
    """What is put round a query does not hide that it names a column twice."""
    spec = items(1, query="SELECT sku, at, sku FROM item")
    for ask in (lambda source: source.columns(), lambda source: next(source.chunks(1))):
        with pytest.raises(SourceError, match="more than one column 'sku'"):
            ask(open_source(spec))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.5, float("nan")], "row 8: the cursor 'at' is nan"),
        ([Decimal("Infinity")], "row 7: the cursor 'at' is Infinity"),
        ([b"x"], "holds bytes values"),
        ([True], "holds bool values"),
        ([moment("2024-01-01"), OutOfRange("infinity")], "row 8: the cursor 'at' is infinity, which is no date"),
    ],
)
def test_values_that_would_hide_later_rows(values, words):
    """A watermark that nothing is above, or that has no order, is refused."""
    with pytest.raises(SourceError, match=words):
        check_values(IncrementalSpec(cursor="at"), values, 7)


def test_upper_needs_a_time(items):
    """A number is never before a moment, so the limit would silently be none."""
    with pytest.raises(SourceError, match="holds numbers, which upper: run_start cannot compare"):
        read(items(1, 2, upper="run_start"))


@pytest.mark.parametrize(
    ("watermark", "lag", "begins"),
    [
        (10, 3, 7),
        (10, "2.5", 7),
        (10**40 + 1, 1, 10**40),
        (1.5, "0.25", 1.25),
        (Decimal("1234567890123456789012345678901.1"), "0.05", Decimal("1234567890123456789012345678901.05")),
        (date(2024, 3, 1), "10m", date(2024, 2, 29)),
        (date(2024, 3, 2), "1d", date(2024, 3, 1)),
        (moment("2024-01-01T00:00:00.000005"), "10m", moment("2023-12-31T23:50:00.000005")),
        (moment("2024-01-01"), 60, moment("2023-12-31T23:59")),
        (datetime(2024, 3, 31, 3, 10, tzinfo=BERLIN), "20m", datetime(2024, 3, 31, 0, 50, tzinfo=UTC)),
        ("2024-03-01", "10m", "2024-02-29"),
        ("2024-03-01 00:05", "10m", "2024-02-29 23:55"),
        ("2024-03-01T00:05:00", "600s", "2024-02-29T23:55:00"),
        ("2024-03-01 00:05:00.120", "1500ms", "2024-03-01 00:04:58.620"),
        ("2024-03-01T00:05:00.123456789Z", "1s", "2024-03-01T00:04:59.123456000Z"),
        ("2024-03-01 00:05:00,5+05:30", "1m", "2024-03-01 00:04:00,5+05:30"),
        ("2024-03-01 00:05", "30s", "2024-03-01 00:04"),
        (date(1, 1, 1), "1d", None),
    ],
)  # fmt: skip
def test_lag_is_subtracted_exactly(watermark, lag, begins):
    """The result has the type and the shape of the watermark, and is never above the exact difference."""
    found = begins_at(IncrementalSpec(cursor="at", lag=lag), watermark)
    assert (found, type(found)) == (begins, type(begins))


@pytest.mark.parametrize(
    ("watermark", "lag", "words"),
    [
        (5, "10m", "holds numbers, but lag: is a duration"),
        ("A-17", "10m", "'A-17', no date or time in ISO 8601"),
        ("2024-02-30", "10m", "'2024-02-30', no date"),
        ("\u0661\u0662\u0663\u0664-01-01", 1, "no date"),
    ],
)
def test_lag_that_does_not_fit(watermark, lag, words):
    """The error says what the cursor holds and what lag needs."""
    with pytest.raises(SourceError, match=words):
        begins_at(IncrementalSpec(cursor="at", lag=lag), watermark)


def test_text_dates_with_lag_are_read_again(items):
    """A lag reaches back over what was read."""
    stamps = ["2024-01-01 11:40:00", "2024-01-01 11:55:00", "2024-01-01 12:00:00"]
    assert read(items(*stamps, lag="10m"), stamps[-1]) == stamps[1:]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"cursor": ""},
        {"cursor": "at", "lag": "soon"},
        {"cursor": "at", "lag": -1},
        {"cursor": "at", "lag": True},
        {"cursor": "at", "initial": True},
        {"cursor": "at", "initial": ""},
        {"cursor": "at", "upper": "now"},
    ],
)
def test_what_a_job_cannot_say(wrong):
    """A cursor is needed, a lag is a duration or a number, a start is text or a number."""
    with pytest.raises(ValidationError):
        SqlIncremental(**wrong)
