"""Rows in parts: each row in one, the same in every process, and the rows of one key together."""

from __future__ import annotations

import weakref
from decimal import Decimal
from typing import ClassVar

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.sources import Chunk
from odoo_etl.sync.staging.partition import OwnRows, Part, PartRows, number_of, scatter
from tests.builders import ListSource, job_spec, mapper

SPEC = job_spec({"ref": "ref", "name": "name"}, load={"chunk_size": 4})
ROWS = [(f"R{n % 13}", f"Name {n}") if n % 7 else "no row" for n in range(40)] + [("", "no key")] * 3


def pieces(of, spool=None, spec=SPEC, rows=ROWS):
    """The rows cut into parts, as one range."""
    return scatter(ListSource(["ref", "name"], rows), mapper(spec), of, 4, spool, lambda: None)


def lines(source):
    """Lines of all rows, and of all that are none."""
    chunks = list(source.chunks(4))
    return [n for chunk in chunks for n in chunk.lines], [bad.line for chunk in chunks for bad in chunk.bad]


@pytest.mark.parametrize("same", [(1, 1.0, Decimal("1.00"), True), (2.5, Decimal("2.50")), (0.0, -0.0, 0)])
def test_equal_keys_are_in_one_part(same):
    """However they are written."""
    assert len({number_of((one, "x"), 0, 1000) for one in same}) == 1


@pytest.mark.parametrize("of", [1, 2, 5])
@pytest.mark.parametrize("kept", ["in memory", "as files"])
def test_each_row_is_in_one_part(of, kept, tmp_path):
    """So is each line that is no row; rows of one key are together, and in their order."""
    scattered = pieces(of, tmp_path if kept == "as files" else None)
    parts = [lines(PartRows(["ref", "name"], [piece], [0])) for piece in scattered.pieces]
    rows, bad = lines(ListSource(["ref", "name"], ROWS))
    assert (sorted(n for part, _ in parts for n in part), sorted(n for _, part in parts for n in part)) == (rows, bad)
    assert (scattered.rows, [sorted(part) for part, _ in parts]) == (len(ROWS), [part for part, _ in parts])
    refs = [{ROWS[line - 2][0] for line in part} - {""} for part, _ in parts]
    assert sum(map(len, refs)) == len(set().union(*refs))
    assert scattered.fingerprint == pieces(1).fingerprint


@pytest.mark.parametrize("kept", ["in memory", "as files"])
def test_each_part_hears_of_rows_that_nobody_can_tell_whose_they_are(kept, tmp_path):
    """It may be without any row of its own: such a row may be a line of any record."""
    rows = [("R1", "A"), "no row", ("", "no key"), ("R1", "B")]
    for scattered in (pieces(5, tmp_path if kept == "as files" else None, rows=rows), None):
        parts = (
            [PartRows(["ref", "name"], [piece], [0]) for piece in scattered.pieces]
            if scattered
            else [OwnRows(ListSource(["ref", "name"], rows), mapper(SPEC), Part(number, 5)) for number in range(1, 6)]
        )
        lost = [0] * 5
        for number, part in enumerate(parts):
            for chunk in part.chunks(4):
                keys = mapper(SPEC).keys(chunk.columns, len(chunk.lines))
                lost[number] += len(chunk.bad) + keys.count(None) + chunk.lost_beside
        assert lost == [2] * 5


def test_who_reads_everything_keeps_the_same_rows():
    """A process that shares nothing but the ledger takes the rows that a worker would be given."""
    for number, piece in enumerate(pieces(3).pieces, 1):
        own = OwnRows(ListSource(["ref", "name"], ROWS), mapper(SPEC), Part(number, 3))
        assert lines(own) == lines(PartRows(["ref", "name"], [piece], [0]))
        assert own.rows == len(ROWS)


class Cell(str):
    """A text that knows how many like it are alive."""

    alive: ClassVar[weakref.WeakSet[Cell]] = weakref.WeakSet()

    def __new__(cls, text):
        made = super().__new__(cls, text)
        cls.alive.add(made)
        return made


class Cells:
    """A source that makes its cells as they are asked for."""

    def chunks(self, chunk_rows):
        for first in range(0, 400, chunk_rows):
            lines = list(range(first, first + chunk_rows))
            yield Chunk({name: [Cell(f"{name} {line}") for line in lines] for name in ("ref", "name")}, lines)


@pytest.mark.parametrize("kept", ["in memory", "as files"])
def test_rows_are_never_in_memory_together(kept, tmp_path):
    """Neither while they are cut, nor while they are read."""
    alive = []
    spool = tmp_path if kept == "as files" else None
    scattered = scatter(Cells(), mapper(SPEC), 2, 10, spool, lambda: alive.append(len(Cell.alive)))
    for piece in scattered.pieces:
        alive += [len(Cell.alive) for _ in PartRows(["ref", "name"], [piece], [0]).chunks(10)]
    assert len(alive) > 100
    assert 0 < max(alive) <= 2 * 2 * 10  # two chunks of two columns


class Filtered:
    """Three rows of which the job leaves out two, the last one of all among them."""

    def columns(self):
        return ["ref", "name"]

    def chunks(self, _):
        yield Chunk({"ref": ["a"], "name": ["A"]}, [2], "", (), (1, 3))


def test_rows_that_are_left_out_are_told_with_the_range():
    """Nobody needs them in a part; who reads all rows tells them with the first part."""
    scattered = scatter(Filtered(), mapper(SPEC), 2, 10, None, lambda: None)
    assert (scattered.rows, scattered.filtered, scattered.last_line) == (1, 2, 3)
    chunks = [chunk for piece in scattered.pieces for chunk in PartRows(["ref", "name"], [piece], [0]).chunks(10)]
    assert [(chunk.lines, chunk.filtered) for chunk in chunks] == [([2], ())]
    parts = [OwnRows(Filtered(), mapper(SPEC), Part(number, 2)) for number in (1, 2)]
    assert [[chunk.filtered for chunk in part.chunks(10)] for part in parts] == [[(1, 3)], [()]]
    assert [part.rows for part in parts] == [1, 1]


def test_rows_of_a_range_of_a_query_are_counted_on():
    """Each range counts from its own beginning."""
    (piece,) = pieces(1).pieces
    rows, bad = lines(PartRows(["ref", "name"], [piece, piece], [0, 100]))
    one, wrong = lines(ListSource(["ref", "name"], ROWS))
    assert (rows, bad) == ([*one, *(n + 100 for n in one)], [*wrong, *(n + 100 for n in wrong)])


def test_part_from_text():
    """As it is written."""
    assert str(Part.parse("2/4")) == "2/4"


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/", "/2", "1.0/2"])
def test_what_is_no_part(text):
    """The error shows how one is written."""
    with pytest.raises(UsageError, match=r"write i/N, such as 1/4"):
        Part.parse(text)
