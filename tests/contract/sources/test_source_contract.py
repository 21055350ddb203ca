"""What every source does, whatever it reads."""

from __future__ import annotations

from itertools import chain, islice

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from tests.contract.sources.conftest import STREAMS, WHOLE
from tests.contract.sources.reading import read_measured
from tests.forked import forked


def rows_of(chunks):
    """Rows as tuples, over all chunks."""
    return list(chain.from_iterable(zip(*chunk.columns.values(), strict=True) for chunk in chunks))


@pytest.mark.parametrize("columns", [["a"], ["ref", "Größe in m²", "end date"]])
def test_columns_come_in_order(make_source, columns):
    """Columns have the names and the order of the source."""
    assert open_source(make_source(columns, [])).columns() == columns


def test_values_survive(make_source):
    """Text comes back as it was stored, row by row; null is None."""
    rows = [("01000", "NA"), ("1e5", "null"), ("é ß 漢", None), (None, "a b"), ("  x", '"q" ;,')]
    assert rows_of(open_source(make_source(["a", "b"], rows)).chunks(2)) == rows


def test_line_breaks_and_outer_blanks_survive(make_source):
    """Where a cell can hold them."""
    rows = [(None, "a\nb"), ("  x ", "y")]
    spec = make_source(["a", "b"], rows)
    if spec.type != "fixed":
        assert rows_of(open_source(spec).chunks(2)) == rows


@pytest.mark.parametrize(
    ("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (1000, [5])], ids=["1", "2", "all", "more"]
)
def test_chunks_have_the_size_asked_for(make_source, size, sizes):
    """Every chunk is full but the last one."""
    source = open_source(make_source(["n", "m"], [(str(n), "x") for n in range(5)]))
    chunks = list(source.chunks(size))
    assert [len(chunk.lines) for chunk in chunks] == sizes
    assert [row[0] for row in rows_of(chunks)] == list("01234")


def test_lines_count_up_over_chunks(make_source):
    """Each row knows its place in the whole source, not in its chunk."""
    source = open_source(make_source(["n", "m"], [(str(n), "x") for n in range(5)]))
    lines = [line for chunk in source.chunks(2) for line in chunk.lines]
    assert lines == list(range(lines[0], lines[0] + 5))


def test_no_rows_give_no_chunk(make_source):
    """A source without rows is not an error."""
    source = open_source(make_source(["a", "b"], []))
    assert (source.columns(), list(source.chunks(10))) == (["a", "b"], [])


def test_reading_starts_again(make_source):
    """Every call of chunks begins with the first row, also after one that was left early."""
    source = open_source(make_source(["n", "m"], [(str(n), "x") for n in range(5)]))
    next(source.chunks(1))
    assert rows_of(source.chunks(5)) == rows_of(source.chunks(5)) != []


@pytest.mark.parametrize("place", STREAMS, indirect=True)
def test_first_chunks_come_before_the_last_row_is_read(breaks_at_row):
    """A source streams: an unreadable row is met only when its turn comes."""
    source = open_source(breaks_at_row(500_000))
    assert source.columns() == ["n", "v"]
    assert [int(n) for n, _ in rows_of(islice(source.chunks(100), 3))] == list(range(1, 301))


@pytest.mark.parametrize("place", WHOLE, indirect=True)
def test_what_is_read_as_a_whole_gives_nothing_of_what_is_broken(breaks_at_row):
    """The other kinds: nothing of a cut sheet or of an API that fails at its last page is taken for the whole."""
    with pytest.raises(SourceError, match="rows"):
        next(open_source(breaks_at_row(9)).chunks(2))


def test_an_error_on_the_way_is_a_source_error(breaks_at_row):
    """What cannot be read ends in a SourceError, after the rows before it."""
    with pytest.raises(SourceError, match=r"rows|source_|overflow"):
        list(open_source(breaks_at_row(5)).chunks(2))


@pytest.mark.parametrize("place", [*STREAMS, "http"], indirect=True)
def test_memory_does_not_grow_with_the_rows(wide_rows):
    """A source of 40 MB needs about the memory of one of 4 MB; all but workbooks, of which a sheet is in memory."""

    def peak_mib(rows: int) -> int:
        read, peak = forked(read_measured, wide_rows(rows))
        assert read == rows
        return peak

    assert peak_mib(200_000) < peak_mib(20_000) + 20
