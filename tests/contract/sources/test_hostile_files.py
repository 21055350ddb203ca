"""Files made to do harm: each ends in a source error or in rejects, within bounded memory."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest

from odoo_etl.sources import open_source
from odoo_etl.sources.delimited.bad_lines import MAX_COLUMNS, MAX_RECORD_CHARS
from odoo_etl.sources.delimited.csv_files import MAX_CHUNK_CHARS
from odoo_etl.sources.files.text import MOST_UNPACKED_BYTES
from odoo_etl.spec.sources import CsvSource

MIB = 1 << 20

# Reads a file where memory has a limit; prints the error, or how many rows and bad lines there were.
READ = """
import resource, sys
import pandas
from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource
import odoo_etl.sources.delimited.csv_files
limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + (int(sys.argv[2]) << 20)
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
rows = bad = 0
try:
    for chunk in open_source(CsvSource(type="csv", path=sys.argv[1], delimiter=";")).chunks(1000):
        rows, bad = rows + len(chunk.lines), bad + len(chunk.bad)
    print(rows, bad)
except SourceError as error:
    print(error)
"""


def read_within(path, mib: int = 300) -> str:
    """What a process says that reads the file with so much more memory than it needs to start."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(mib)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout.strip()


def packed(path, head: bytes, block: bytes, count: int):
    """Write a gzip file of a head and the same block many times over."""
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(head)
        for _ in range(count):
            stream.write(block)
    return path


def test_a_gzip_bomb_is_stopped(tmp_path):
    """A file that unpacks to far more than any table does is refused with the figures, long before its end."""
    path = packed(tmp_path / "bomb.csv.gz", b"a;b\n", (b"0" * 1020 + b";0\n") * 1024, 150)
    said = read_within(path)
    assert said.startswith(f"{path}: ")
    assert "packed bytes have become 105," in said
    assert "over 400 times as many" in said


def test_a_well_packed_table_is_no_bomb(tmp_path):
    """Only what is both large and beyond measure is refused."""
    path = packed(tmp_path / "rows.csv.gz", b"a;b\n", b"0;0\n" * (MIB // 4), 3)
    assert path.stat().st_size * 400 < 3 * MIB < MOST_UNPACKED_BYTES
    assert read_within(path) == f"{3 * MIB // 4} 0"


@pytest.mark.parametrize("quote", [b"", b'"'], ids=["plain", "quoted"])
def test_an_endless_line(tmp_path, quote):
    """A line without an end is one reject, of which only the beginning is kept, quoted or not."""
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.write(b"a;b\n1;2\n" + quote)
        for _ in range(2 * MAX_RECORD_CHARS // MIB):
            stream.write(b"x" * MIB)
        os.truncate(stream.fileno(), 3 * MAX_RECORD_CHARS)  # the rest is a hole that takes no room
    assert read_within(path) == "1 1"


def test_a_quote_that_is_never_closed(tmp_path):
    """It costs its record; the rows after it are read, and never all of them are in memory."""
    path = tmp_path / "open.csv"
    path.write_bytes(b'a;b\n1;"open\n' + b"some name;some town\n" * MIB)
    assert read_within(path, 200) == f"{MIB} 1"


def test_a_gigabyte_of_nothing(tmp_path):
    """A file of NULs only has no header."""
    path = tmp_path / "nul.csv"
    with path.open("wb") as stream:
        os.truncate(stream.fileno(), 1 << 30)
    assert "line 1: the header cannot be read: over 67,108,864 characters in one line" in read_within(path)


def test_many_long_lines(tmp_path):
    """A chunk ends early when its rows hold very much text."""
    path = tmp_path / "wide.csv"
    line = b"x" * (MAX_CHUNK_CHARS // 4) + b";1\n"
    path.write_bytes(b"a;b\n" + line * 30)
    assert read_within(path) == "30 0"


def test_a_header_of_a_million_columns(tmp_path):
    """A table has a bounded number of columns."""
    path = tmp_path / "columns.csv"
    path.write_bytes(b";".join(b"%d" % n for n in range(1_000_000)) + b"\n")
    assert f"the header has 1,000,000 columns; at most {MAX_COLUMNS:,} are read" in read_within(path)


def test_a_line_of_millions_of_cells(tmp_path):
    """Such a line is a reject like any other that is too long, and only its first cells are kept."""
    path = tmp_path / "cells.csv"
    path.write_bytes(b"a;b\n1;2\n5" + b";" * 8_000_000 + b"\n3;4\n")
    assert read_within(path) == "2 1"
    chunks = list(open_source(CsvSource(type="csv", path=str(path), delimiter=";")).chunks(10))
    (bad,) = [bad for chunk in chunks for bad in chunk.bad]
    assert (bad.line, bad.reason, len(bad.cells)) == (3, "too many cells: 8000001 where the header has 2", MAX_COLUMNS)
