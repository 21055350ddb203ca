"""The standard input: read once, whoever asks, and gone with the process."""

from __future__ import annotations

import io
import os
import pickle

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.copies import standard_input
from odoo_etl.spec.sources import ParquetSource
from tests.unit.sources.copies.conftest import refusal, rows_of


@pytest.fixture
def fed(monkeypatch):
    """A function that says what comes over the standard input of this process."""
    monkeypatch.setattr(standard_input, "_read", {})

    def feed(content):
        stream = io.TextIOWrapper(io.BytesIO(content))
        monkeypatch.setattr("sys.stdin", stream)
        return stream.buffer

    return feed


def test_it_is_read_once(fed, csv, tmp_path):
    """Into a private file; later readers get the same rows."""
    fed(b"a;b\n1;2\n")
    for _ in range(2):
        assert rows_of(csv("-")) == {"stdin": [("1", "2")]}
    [path] = (tmp_path / "state" / "downloads").glob("stdin-*")
    assert path.stat().st_mode & 0o077 == 0


def test_what_failed_half_way_is_not_read_on(fed, csv):
    """Who asks next would get the rest of the rows."""
    fed(b"a;b\n" + b"1;2\n" * 1_000_000)
    for _ in range(2):
        assert "stdin: has more than the 1,000 bytes of max_size" in refusal(csv("-", max_size=1000))


def test_nobody_feeds_it(fed, csv, monkeypatch):
    """A terminal, or none at all: nothing is awaited."""
    fed(b"")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert "nothing is fed into it (odoo-etl run JOB < orders.csv)" in refusal(csv("-"))
    monkeypatch.setattr(standard_input, "_read", {})
    monkeypatch.setattr("sys.stdin", None)
    assert "nothing is fed into it" in refusal(csv("-"))


def test_an_empty_one(fed, csv):
    """As an empty file."""
    fed(b"")
    assert "stdin: the file is empty" in refusal(csv("-"))


def test_any_kind_of_file(fed):
    """Its place can be chosen freely in the file that was put aside."""
    fed(b"a;b\n1;2\n")
    assert "stdin: is no Parquet file" in refusal(ParquetSource(type="parquet", path="-"))


def test_parts_read_what_was_put_aside(fed, csv):
    """In other processes of this machine; elsewhere, the error says what to do."""
    fed(b"a;b\n1;2\n")
    [part] = pickle.loads(pickle.dumps(open_source(csv("-")).ranges(2)))
    assert [chunk.columns for chunk in part.chunks(10)] == [{"a": ["1"], "b": ["2"]}]
    part._file.file.stored.unlink()
    with pytest.raises(SourceError, match="write it to a file that all workers can read"):
        list(part.chunks(10))


def test_it_goes_with_the_process_that_read_it(tmp_path):
    """Not with one that was forked from it."""
    path = tmp_path / "stdin-1"
    path.touch()
    standard_input._remove(path, os.getpid() + 1)
    assert path.exists()
    standard_input._remove(path, os.getpid())
    assert not path.exists()
