"""`only_new`: files that an earlier run has read as they are now are left out, and no other."""

from __future__ import annotations

import gzip
import hashlib

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.spec.sources import CsvSource, ParquetSource


@pytest.fixture
def folder(tmp_path):
    """Two files of one pattern."""
    (tmp_path / "a.csv").write_text("k;v\n1;x\n", "utf-8")
    (tmp_path / "b.csv").write_text("v;k\ny;2\n", "utf-8")
    return tmp_path


def opened(folder, files=None, **options):
    """The files of the folder as a source that remembers some."""
    spec = CsvSource(type="csv", path=f"{folder}/*.csv*", **{"only_new": True, **options})
    return open_source(spec, SourceMemory(files=files or {}))


def keys(source):
    """All values of the column k."""
    return [key for chunk in source.chunks(10) for key in chunk.columns["k"]]


def test_fingerprints_are_those_of_the_stored_bytes(folder):
    """SHA-256 of each file as it lies there, packed or not, by its path."""
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"k;v\n3;z\n"))
    source = opened(folder)
    stored = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert (source.fingerprints, keys(source)) == (stored, ["1", "2", "3"])


def test_a_known_file_is_left_out(folder):
    """Only files that are new or have changed are read, and only they are told to the runner."""
    known = dict(opened(folder).fingerprints)
    (folder / "b.csv").write_text("v;k\ny;2\nz;3\n", "utf-8")
    source = opened(folder, known)
    assert (source.columns(), keys(source), list(source.fingerprints)) == (
        ["v", "k"], ["2", "3"], [str(folder / "b.csv")]
    )  # fmt: skip


def test_a_file_of_another_name_is_new(folder):
    """A file is known by its path and its bytes together."""
    known = dict(opened(folder).fingerprints)
    (folder / "c.csv").write_bytes((folder / "a.csv").read_bytes())
    assert keys(opened(folder, known)) == ["1"]


def test_when_all_files_are_known_there_are_no_rows(folder):
    """The columns are still there, so that the rest of the job can be checked."""
    source = opened(folder, dict(opened(folder).fingerprints))
    assert (source.columns(), list(source.chunks(10)), dict(source.fingerprints)) == (["k", "v"], [], {})


def test_without_only_new_nothing_is_fingerprinted(folder):
    """Every file is read every time."""
    source = opened(folder, dict(opened(folder).fingerprints), only_new=False)
    assert (keys(source), dict(source.fingerprints)) == (["1", "2"], {})


@pytest.mark.parametrize("name", ["a.csv", "c.csv.gz"])
def test_a_file_that_changes_while_it_is_read(folder, name):
    """A fingerprint never stands for bytes that were not read: the source ends in an error."""
    pack = gzip.compress if name.endswith("gz") else bytes
    (folder / name).write_bytes(pack(b"k;v\n1;x\n"))
    source = opened(folder)
    assert source.fingerprints
    (folder / name).write_bytes(pack(b"k;v\n1;x\n9;z\n"))
    with pytest.raises(SourceError, match=rf"{name}: has changed while it was read"):
        keys(source)


def test_a_file_that_goes_away(folder):
    """A file that was there for its fingerprint must be there to be read."""
    source = opened(folder)
    assert source.fingerprints
    (folder / "b.csv").unlink()
    with pytest.raises(SourceError, match=r"b\.csv: cannot be read: No such file"):
        keys(source)


@pytest.mark.parametrize("options", [{"min_rows": 1}, {"min_rows": "1", "only_new": "true"}])
def test_min_rows_needs_all_rows(options):
    """A number of rows cannot be asked of a source that leaves out what it knows."""
    with pytest.raises(ValidationError, match="`min_rows` counts all rows"):
        CsvSource(**{"type": "csv", "path": "a.csv", "only_new": True, **options})
    assert CsvSource(**{"type": "csv", "path": "a.csv", **options, "only_new": "false"}).min_rows == 1


def parquet(folder, files=None):
    """The Parquet files of the folder as a source that remembers some."""
    spec = ParquetSource(type="parquet", path=f"{folder}/*.parquet", only_new=True)
    return open_source(spec, SourceMemory(files=files or {}))


@pytest.fixture
def tables(tmp_path):
    """A function that writes a Parquet file of one column k."""

    def write(name, values):
        pq.write_table(pa.table({"k": values}), tmp_path / name)
        return str(tmp_path / name)

    return write


def test_parquet_files_are_known_as_others(tmp_path, tables):
    """By their bytes; where none is new, the columns are still there."""
    paths = [tables("a.parquet", ["1"]), tables("b.parquet", ["2"])]
    source = parquet(tmp_path)
    assert (keys(source), list(source.fingerprints)) == (["1", "2"], paths)
    known = dict(source.fingerprints)
    none = parquet(tmp_path, known)
    assert (none.columns(), keys(none), dict(none.fingerprints)) == (["k"], [], {})
    tables("b.parquet", ["2", "3"])
    assert [keys(part) for part in parquet(tmp_path, known).ranges(4)] == [["2", "3"]]


def test_a_parquet_file_that_changes_after_its_fingerprint(tmp_path, tables):
    """Its rows are not those that it stands for."""
    tables("a.parquet", ["1"])
    source = parquet(tmp_path)
    assert source.fingerprints
    tables("a.parquet", ["7"])
    with pytest.raises(SourceError, match="has changed while it was read"):
        keys(source)


def test_files_of_a_store_are_known_by_their_bytes(tmp_path):
    """Under the names that they have there; those that are known are not read."""
    files = fsspec.filesystem("memory")
    files.pipe({"/new/a.csv": b"k;v\n1;x\n", "/new/b.csv": b"k;v\n2;x\n"})
    spec = CsvSource(type="csv", path="memory://new/*.csv", only_new=True)
    spec.keep_copies(tmp_path / "downloads")
    first = open_source(spec)
    assert keys(first) == ["1", "2"]
    files.pipe({"/new/b.csv": b"k;v\n3;x\n"})
    second = open_source(spec, SourceMemory(files=dict(first.fingerprints)))
    assert (keys(second), list(second.fingerprints)) == (["3"], ["memory://new/b.csv"])
