"""Sources read by several processes: the ranges together are the whole, in order, with the same lines."""

from __future__ import annotations

import pickle
import random
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.sources.files.table_files import LEAST_RANGE_BYTES
from odoo_etl.sources.files.text import BLOCK_BYTES
from odoo_etl.spec.sources import CsvSource, ParquetSource, SqlSource

ROWS = 2_000
CELLS = ["plain", "with ; in it", 'a "quote"', "two\nlines", "three\r\nlines\r\n", "", "ünï", '5" pipe', "x" * 90]


MALFORMED = ['1;"six" inches;x\n', '1;"a "b" c\nd";x\n', '1;"never;closed"x\n', '1;"open;x\n']


def everything(sources):
    """Cells by column, lines, files and bad lines of all chunks."""
    found = {}
    for source in sources:
        for chunk in source.chunks(1000):
            for name, values in chunk.columns.items():
                found.setdefault(name, []).extend(values)
            found.setdefault("_lines", []).extend(chunk.lines)
            found.setdefault("_bad", []).extend((bad.line, bad.code, bad.cells, chunk.file) for bad in chunk.bad)
    return found


def travelled(source, count):
    """The ranges as another process gets them."""
    return [pickle.loads(pickle.dumps(part)) for part in source.ranges(count)]


def quoted(cell):
    """A cell as CSV has it; a quote inside an unquoted cell stands as it is."""
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(mark in cell for mark in ";\n\r") else cell


def write(path, encoding):
    """A large file with every nasty cell, blank lines and lines of too many cells."""
    chance = random.Random(7)
    lines = ["id;text;note\n"]
    for number in range(ROWS):
        if number % 250 == 249:
            lines.append(chance.choice(["\n", ";;\n", "too;many;cells;here\n", *MALFORMED]))
        lines.append(f"{number};{quoted(chance.choice(CELLS))};{quoted(chance.choice(CELLS))}\n")
    path.write_bytes("".join(lines).encode(encoding))


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch):
    """Files of some ten kilobytes are worth two ranges, and several blocks."""
    monkeypatch.setattr("odoo_etl.sources.files.table_files.LEAST_RANGE_BYTES", LEAST_RANGE_BYTES // 20)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", BLOCK_BYTES // 20)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_stretches_of_files(tmp_path, encoding):
    """Cut between records only, over several files, one of them with its columns in another order."""
    for name in ("a", "b"):
        write(tmp_path / f"{name}.csv", encoding)
    (tmp_path / "c.csv").write_bytes("note;id;text\nlast;1;2\n".encode(encoding))
    spec = CsvSource(type="csv", path=f"{tmp_path}/*.csv", delimiter=";", encoding=encoding)
    whole = open_source(spec)
    parts = travelled(whole, 4)
    assert len(parts) == 5
    assert {tuple(part.columns()) for part in parts} == {("id", "text", "note")}
    assert everything(parts) == everything([whole])


@pytest.mark.parametrize("change", [{"encoding": "utf-16"}, {"only_new": True}])
def test_a_file_that_cannot_be_cut_is_one_range(tmp_path, change):
    """Its characters have no place of their own, or its fingerprint is to be kept."""
    write(tmp_path / "a.csv", change.get("encoding", "utf-8-sig"))
    whole = open_source(CsvSource(type="csv", path=str(tmp_path / "a.csv"), delimiter=";", **change))
    parts = travelled(whole, 4)
    assert len(parts) == 1
    assert everything(parts) == everything([whole])


@pytest.fixture
def shop(tmp_path):
    """An SQLite database with gaps between its ids, and ids that are missing."""
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute('CREATE TABLE product ("the id" INTEGER, name TEXT)')
    rows = [(number * 7 - 300, f"n{number}") for number in range(200)] + [(None, "without")] * 3
    connection.executemany("INSERT INTO product VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def query(url, where="1 = :one", split_by="the id"):
    """A query with a parameter and a semicolon at its end."""
    text = f'SELECT "the id", name FROM product WHERE {where};'
    return open_source(SqlSource(type="sql", url=url, query=text, params={"one": 1}, split_by=split_by), SourceMemory())


@pytest.mark.parametrize("count", [1, 3, 8, 40])
def test_ranges_of_a_key(shop, count):
    """Every row is in one of them, those without a key too."""
    parts = travelled(query(shop), count)
    found = everything(parts)
    assert sorted(found["name"]) == sorted(everything([query(shop)])["name"])
    assert 1 <= len(parts) <= count


def test_a_query_without_rows_or_without_a_key(shop):
    """One range."""
    assert len(query(shop, "1 < :one").ranges(4)) == 1
    assert len(query(shop, split_by=None).ranges(4)) == 1


def test_a_key_of_text(shop):
    """Cannot be cut by arithmetic."""
    with pytest.raises(SourceError, match="split_by: name: the column holds str, not integers"):
        query(shop, split_by="name").ranges(2)


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [2025, 1, 0]), (4, [500, 500, 500, 500, 25, 1, 0]), (500, [100] * 20)]
)
def test_row_groups(tmp_path, count, expected):
    """Whole row groups of each file, rows counted in the whole file; a file without rows is a range without rows."""
    for name, rows in (("a", 2025), ("b", 1), ("c", 0)):
        table = pa.table({"id": range(rows), "text": [f"{name}{number}" for number in range(rows)]})
        pq.write_table(table, tmp_path / f"{name}.parquet", row_group_size=100)
    whole = open_source(ParquetSource(type="parquet", path=f"{tmp_path}/*.parquet"))
    parts = travelled(whole, count)
    sizes = [sum(len(chunk.lines) for chunk in part.chunks(1000)) for part in parts]
    assert sizes[: len(expected)] == expected
    assert {tuple(part.columns()) for part in parts} == {("id", "text")}
    assert everything(parts) == everything([whole])
