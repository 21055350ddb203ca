"""Parquet files: which values come out, what stops the job and where, and that damage never goes unseen."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.parquet_files import MAX_CHUNK_BYTES
from odoo_etl.spec.sources import ParquetSource
from odoo_etl.text.cells import OutOfRange

NOON = datetime(2024, 5, 1, 12, 0, 1)  # noqa: DTZ001 - a timestamp without zone
BERLIN = ZoneInfo("Europe/Berlin")
IDENTIFIER = UUID("12345678-1234-5678-1234-567812345678")


@pytest.fixture
def write(tmp_path):
    """Write a table and describe it as a source."""

    def write(columns, name="rows.parquet", *, spec=None, **options):
        pq.write_table(pa.table(columns), tmp_path / name, **options)
        return ParquetSource(type="parquet", path=str(tmp_path / name), **(spec or {}))

    return write


def chunks(spec, size=1000):
    """All chunks of a source."""
    return list(open_source(spec).chunks(size))


def cells(spec, column="a"):
    """All cells of a column."""
    return [cell for chunk in chunks(spec) for cell in chunk.columns[column]]


@pytest.mark.parametrize(
    ("kind", "values", "read"),
    [
        (pa.int8(), [1, None], [1, None]),
        (pa.uint64(), [2**64 - 1], [2**64 - 1]),
        (pa.float32(), [0.1, None, 4.5], [0.1, None, 4.5]),
        (pa.float64(), [0.1, 1e300], [0.1, 1e300]),
        (pa.decimal128(10, 2), [Decimal("1.10"), None], [Decimal("1.10"), None]),
        (pa.bool_(), [True, False, None], [True, False, None]),
        (pa.string(), ["01000", "", "NA", None], ["01000", "", "NA", None]),
        (pa.dictionary(pa.int8(), pa.string()), ["x", None, "x"], ["x", None, "x"]),
        (pa.dictionary(pa.int8(), pa.float32()), [0.1, None], [0.1, None]),
        (pa.binary(), [b"\xff\0", None], [b"\xff\0", None]),
        (pa.uuid(), [IDENTIFIER.bytes, None], [str(IDENTIFIER), None]),
        (pa.json_(), ['{"a": 1}'], ['{"a": 1}']),
        (pa.null(), [None, None], [None, None]),
        (pa.date32(), [date(2024, 2, 29), date.max, None], [date(2024, 2, 29), date.max, None]),
        (pa.time64("ns"), [time(1, 2, 3)], [time(1, 2, 3)]),
        (pa.duration("ns"), [timedelta(hours=1)], [timedelta(hours=1)]),
        *((pa.timestamp(unit), [NOON, None], [NOON, None]) for unit in ("s", "ms", "us", "ns")),
        (pa.timestamp("ns", "Europe/Berlin"), [NOON.replace(tzinfo=BERLIN)], [NOON.replace(tzinfo=BERLIN)]),
        (pa.timestamp("us", "UTC"), [NOON.replace(tzinfo=UTC)], [NOON.replace(tzinfo=UTC)]),
    ],
    ids=str,
)
def test_values_keep_their_types(write, kind, values, read):
    """What is a number, date, text or null in the file is that in Python, with every digit."""
    found = cells(write({"a": pa.array(values, kind)}))
    assert (found, [type(cell) for cell in found]) == (read, [type(cell) for cell in read])


def test_zones_are_kept(write):
    """A timestamp with a zone has it; one without has none."""
    zoned = pa.array([NOON.replace(tzinfo=UTC)])
    spec = write({"a": zoned.cast(pa.timestamp("us", "+02:00")), "b": pa.array([NOON])})
    assert cells(spec)[0].tzinfo == timezone(timedelta(hours=2))
    assert cells(spec, "b")[0].tzinfo is None


def test_timestamps_of_old_writers(write):
    """The 96 bits that Spark and Impala wrote, also beyond what nanoseconds can count."""
    spec = write({"a": pa.array([NOON.replace(year=2300)], pa.timestamp("us"))}, use_deprecated_int96_timestamps=True)
    assert cells(spec) == [NOON.replace(year=2300)]


def test_rows_are_numbered_in_their_file(write, tmp_path):
    """Files come in sorted order, by their own columns' names; no chunk spans two, whatever the row groups are."""
    write({"b": ["x"] * 5, "a": range(5)}, "2.parquet", row_group_size=2)
    write({"a": range(10, 13), "b": ["y"] * 3}, "1.parquet")
    read = chunks(ParquetSource(type="parquet", path=f"{tmp_path}/*.parquet"), 4)
    assert [(chunk.file[-9:], chunk.lines, chunk.columns["a"]) for chunk in read] == [
        ("1.parquet", [1, 2, 3], [10, 11, 12]),
        ("2.parquet", [1, 2, 3, 4], [0, 1, 2, 3]),
        ("2.parquet", [5], [4]),
    ]
    assert {tuple(chunk.columns) for chunk in read} == {("a", "b")}


def test_many_large_cells(write):
    """A chunk ends early when its rows hold very much, though the file that repeats them is small."""
    spec = write({"a": pa.array(["x" * (MAX_CHUNK_BYTES // 512)] * 1200)})
    read = chunks(spec, 1200)
    assert len(read) > 2
    assert sum(len(chunk.lines) for chunk in read) == 1200


def test_only_the_columns_that_are_named(write):
    """In their order; what is not read may be nested or twice."""
    table = pa.table([[1], [[1, 2]], [2], [3], ["z"]], ["a", "list", "x", "x", "a.b"])
    spec = write(table, spec={"columns": ["a.b", "a"]})
    assert open_source(spec).columns() == ["a.b", "a"]
    assert chunks(spec)[0].columns == {"a.b": ["z"], "a": [1]}


def test_columns_without_a_name_of_their_own(write):
    """Are not read; whoever asks for one is told where they stand."""
    source = open_source(write(pa.table([[1], [2], [3], [4], [5]], ["x", "a", "", "x", " b"])))
    assert (source.columns(), source.ambiguous) == (["a", " b"], {"x": "columns 1 and 4"})
    assert [chunk.columns for chunk in source.chunks(5)] == [{"a": [2], " b": [5]}]
    with pytest.raises(SourceError, match="has more than one column 'x'"):
        open_source(write(pa.table([[1], [2]], ["x", "x"]), spec={"columns": ["x"]})).columns()


@pytest.mark.parametrize(
    ("columns", "names", "message"),
    [
        ([[1], [[1, 2]]], ["a", "b"], r"'b': no single value a row, but list<.*name the columns to read in columns:"),
        ([[1], [{"x": 1}]], ["a", "b"], r"'b': no single value a row, but struct<x: int64>"),
        ([[1], [2]], ["a", "a"], "names more than one column 'a'; no column has a name of its own"),
        ([[1]], [" "], "has no name; no column has a name of its own"),
        ([], [], "has no columns"),
    ],
)
def test_columns_that_cannot_be(write, columns, names, message):
    """Known before any row is read."""
    with pytest.raises(SourceError, match=message):
        open_source(write(pa.table(columns, names))).columns()


def test_columns_that_are_not_there(write, tmp_path):
    """A column that the job names, or that only one of several files has."""
    with pytest.raises(SourceError, match=r"rows\.parquet: lacks 'c'; has 'a'"):
        open_source(write({"a": [1]}, spec={"columns": ["a", "c"]})).columns()
    write({"b": [1]}, "other.parquet")
    with pytest.raises(SourceError, match=r"rows\.parquet: other columns than .*other\.parquet: lacks \['b'\]"):
        open_source(ParquetSource(type="parquet", path=f"{tmp_path}/*.parquet")).columns()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pa.array([NOON], pa.timestamp("us", "Nowhere/None")), r"row 1: timestamp\[us, tz=Nowhere/None\] cannot be"),
    ],
)
def test_columns_that_cannot_be_read(write, values, message):
    """The error names the column and the row."""
    with pytest.raises(SourceError, match=message):
        chunks(write({"a": values}))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([0] * 300 + [253402300800000000]).cast(pa.timestamp("us")), "10000-01-01 00:00:00.000000"),
        (pa.array([0, 253402300799000]).cast(pa.timestamp("ms", "Asia/Tokyo")), "10000-01-01 08:59:59.000+0900"),
        (pa.array([0, 0, 2932897], pa.int32()).cast(pa.date32()), "10000-01-01"),
        (pa.array([0, 10**18]).cast(pa.duration("s")), "1000000000000000000"),
    ],
)
def test_a_value_that_python_does_not_have_costs_its_row(write, values, text):
    """The others are read as they are."""
    cells = [cell for chunk in chunks(write({"a": values})) for cell in chunk.columns["a"]]
    assert cells[-1] == OutOfRange(text)
    assert not any(isinstance(cell, OutOfRange) for cell in cells[:-1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"the file is empty"),
        (b"a;b\n1;2\n", r"is no Parquet file: it starts with b'a;b\\n'"),
        (b"PAR1", "the end of the Parquet file is missing"),
        (b"PAR1" * 3, "cannot be read: .*larger than|cannot be read: "),
    ],
)
def test_what_is_no_parquet_file(tmp_path, content, message):
    """Something else, or the beginning of one."""
    (tmp_path / "rows.parquet").write_bytes(content)
    with pytest.raises(SourceError, match=rf"rows\.parquet: {message}"):
        open_source(ParquetSource(type="parquet", path=f"{tmp_path}/rows.parquet")).columns()


def test_no_file(tmp_path):
    """A path that leads nowhere."""
    with pytest.raises(SourceError, match="no such file"):
        open_source(ParquetSource(type="parquet", path=f"{tmp_path}/rows.parquet")).columns()


def test_damaged_files(write, tmp_path):
    """Wherever a file is cut, or bytes of it are others: an error, or every row; with checksums never another value."""
    table = {"a": range(300), "b": [f"é{n}" for n in range(300)], "c": [n / 7 for n in range(300)]}
    spec = write(table, row_group_size=100, write_page_checksum=True)
    path, chance = tmp_path / "rows.parquet", random.Random(7)
    good = path.read_bytes()
    pages_end = len(good) - 8 - int.from_bytes(good[-8:-4], "little")
    errors = 0
    for attempt in range(300):
        bad = bytearray(good)
        if attempt % 3:
            bad[chance.randrange(pages_end if attempt % 3 == 1 else len(bad))] ^= 1 << chance.randrange(8)
        else:
            del bad[chance.randrange(len(bad)) :]
        path.write_bytes(bad)
        try:
            read = chunks(spec)
        except SourceError as error:
            assert str(path) in str(error)  # noqa: PT017 - either end is right
            errors += 1
            continue
        assert sum(len(chunk.lines) for chunk in read) == 300
        if attempt % 3 == 1:
            assert [cell for chunk in read for cell in chunk.columns["b"]] == table["b"]
    assert errors > 200
