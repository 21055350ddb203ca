"""A file that changes while it is read, at once or in stretches, gives an error in place of rows of two versions."""

from __future__ import annotations

import os
import pickle
import shutil
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.files.unchanged import mark_of
from odoo_etl.sources.source_file import SourceFile
from odoo_etl.spec.sources import CsvSource, ParquetSource

ROWS = 20_000


@pytest.fixture(params=["csv", "parquet"])
def source(request, tmp_path):
    """A source of one file that several can read; and the file."""
    path = tmp_path / f"rows.{request.param}"
    if request.param == "csv":
        path.write_text("a,b\n" + "".join(f"{n},{n:0160}\n" for n in range(ROWS)))
        return open_source(CsvSource(type="csv", path=str(path))), path
    columns = {"a": list(range(ROWS)), "b": [f"{n:0160}" for n in range(ROWS)]}
    pq.write_table(pa.table(columns), path, row_group_size=ROWS // 4)
    return open_source(ParquetSource(type="parquet", path=str(path))), path


def replaced(path):
    """By another file of the same size and time."""
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.replace(path)


def touched(path):
    """Written anew, with the same bytes."""
    os.utime(path, ns=(1, 1))


def appended(path):
    """Somebody else is not done with it."""
    with path.open("ab") as file:
        file.write(b"1,2\n")


CHANGES = pytest.mark.parametrize("change", [replaced, touched, appended])
SAID = "has changed while it was read|is it still being written"


@CHANGES
def test_between_the_header_and_the_rows(source, change):
    """The columns are known by then."""
    rows, path = source
    rows.columns()
    change(path)
    with pytest.raises(SourceError, match=SAID):
        list(rows.chunks(1000))


@CHANGES
def test_between_the_first_row_and_the_last(source, change):
    """It is told at the end, when all that was read is still put aside."""
    rows, path = source
    chunks = rows.chunks(1000)
    next(chunks)
    change(path)
    with pytest.raises(SourceError, match=SAID):
        list(chunks)


@CHANGES
def test_between_two_stretches(source, change):
    """Whoever reads the second one knows the file that was cut."""
    rows, path = source
    first, *others = rows.ranges(4)
    assert others
    list(first.chunks(1000))
    change(path)
    for stretch in pickle.loads(pickle.dumps(others)):
        with pytest.raises(SourceError, match=SAID):
            list(stretch.chunks(1000))


def test_a_reader_that_stops_early_is_not_disturbed(source):
    """It asks for no more than it needs."""
    rows, path = source
    chunks = rows.chunks(1000)
    next(chunks)
    touched(path)
    chunks.close()


def test_on_another_machine_a_file_may_have_another_inode(source):
    """Size and time are what they are everywhere."""
    _, path = source
    mark = mark_of(SourceFile.at(path))
    assert not mark.fits(replace(mark, inode=1))
    assert mark.fits(replace(mark, inode=1, host="elsewhere"))
    assert not mark.fits(replace(mark, size=1, host="elsewhere"))
