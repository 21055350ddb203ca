"""Of equal rows the first stands, however many there are and wherever they stand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from odoo_etl.sources import Chunk
from odoo_etl.sources.rows.distinct import SeenRows, distinct


def test_the_first_of_equal_rows_stands_across_chunks():
    """The others are told by their lines."""
    chunks = [Chunk({"a": ["1", "1", "2"], "b": ["x", "y", "x"]}, [2, 3, 4]), Chunk({"a": ["2"], "b": ["x"]}, [5])]
    by_all = list(distinct(chunks, None))
    assert [(chunk.lines, chunk.filtered) for chunk in by_all] == [([2, 3, 4], ()), ([], (5,))]
    by_one = list(distinct(chunks, ["a"]))
    assert [(chunk.lines, chunk.filtered) for chunk in by_one] == [([2, 4], (3,)), ([], (5,))]
    assert by_one[0].columns == {"a": ["1", "2"], "b": ["x", "x"]}


MOMENT = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, Decimal("1.00"), True),
        (1.5, Decimal("1.50"), True),
        (-1, -2, False),
        (2**61 - 1, 0, False),
        (0.1, Decimal("0.1"), False),
        (10**20, 1e20, True),
        (True, 1, True),
        (1, "1", False),
        (None, "", False),
        (float("nan"), float("nan"), True),
        (MOMENT, MOMENT.astimezone(timezone(timedelta(hours=2))), True),
        (MOMENT, MOMENT.replace(tzinfo=None), False),
        (date(2024, 1, 1), "datetime.date(2024, 1, 1)", False),
        (Decimal("1E+999999"), 1, False),
        ("a\0", "a", False),
        ("\udc80", "\\udc80", False),
    ],
)
def test_equal_cells_of_other_types(one, other, equal):
    """Numbers are equal by their values, moments by what they are in UTC; a text is equal to texts only."""
    chunks = [Chunk({"a": [value]}, [line]) for line, value in enumerate((one, other))]
    assert sum(len(chunk.lines) for chunk in distinct(chunks, None)) == (1 if equal else 2)


@pytest.mark.parametrize("recent", [1, 7, 1000])
def test_hashes_are_remembered_however_they_are_kept(recent):
    """As a set of Python would, at 16 bytes each."""
    chance, seen, known = random.Random(7), SeenRows(recent), set[bytes]()
    for _ in range(60):
        hashes = [chance.randrange(300).to_bytes(16, "little") for _ in range(10)]
        expected = []
        for one in hashes:
            expected.append(one not in known)
            known.add(one)
        assert seen.new(hashes) == expected
    assert len(seen._sorted) < 10


def test_cells_without_a_hash():
    """Lists and objects of JSON are equal as they are written."""
    (found,) = distinct([Chunk({"a": [[1], [1], {"b": 2}, "[1]"]}, [1, 2, 3, 4])], None)
    assert (found.lines, found.filtered) == ([1, 3, 4], (2,))


def test_no_rows():
    """A chunk without rows goes on as it is."""
    chunk = Chunk({"a": []}, [], "", (), (3,))
    assert list(distinct([chunk], None)) == [chunk]
