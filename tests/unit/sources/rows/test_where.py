"""Which rows an expression chooses, and what becomes of those that it cannot judge."""

from __future__ import annotations

from datetime import date

import pytest

from odoo_etl.sources import BadLine, Chunk
from odoo_etl.sources.rows.where import Choice
from odoo_etl.text import OutOfRange


def chosen(where, columns, lines=None, **more):
    """The one chunk after the choice."""
    count = len(next(iter(columns.values())))
    chunk = Chunk(columns, lines or list(range(2, 2 + count)), **more)
    (found,) = Choice(where).chosen([chunk])
    return found


def test_rows_that_are_not_chosen_are_told_by_their_lines():
    """What is left keeps its lines and its file."""
    found = chosen("kind != 'total'", {"kind": ["item", "total", "item"], "n": ["1", "2", "3"]}, file="a.csv")
    assert found == Chunk({"kind": ["item", "item"], "n": ["1", "3"]}, [2, 4], "a.csv", (), (3,))


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("(qty or 0) > 1", [3]),
        ("qty is not none", [2, 3]),
        ("sold", [2]),
        ("qty", [2, 3]),
        ("row['Ship to'] == 'x' or qty == 1", [2, 4]),
        ("since < day", []),
        ("true", [2, 3, 4]),
        ("1 == 2", []),
        ("none", []),
    ],
)
def test_typed_cells_and_empty_ones(where, kept):
    """Numbers and booleans are what they are; an empty cell is not true."""
    columns = {
        "qty": [1, 2.5, None],
        "sold": [True, False, None],
        "Ship to": [None, "", "x"],
        "day": [date(2024, 1, day) for day in (1, 2, 3)],
        "since": [date(2024, 1, 5)] * 3,
    }
    found = chosen(where, columns)
    assert (found.lines, found.bad) == (kept, ())
    assert sorted([*found.lines, *found.filtered]) == [2, 3, 4]


def test_all_rows_chosen_is_the_same_chunk():
    """Nothing is copied where nothing is left out."""
    chunk = Chunk({"a": ["1", "1"]}, [2, 3])
    assert list(Choice("a == '1'").chosen([chunk])) == [chunk]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("qty > 1", "nobody can say whether this row is the job's: TypeError"),
        ("nothing > 1", "nobody can say whether this row is the job's: 'nothing' is undefined"),
    ],
)
def test_a_row_without_a_verdict_is_a_bad_line(where, reason):
    """It says why, and keeps its cells for the rejects file; lines stay in order."""
    before = BadLine(5, "bad_quote", "no", ("x",))
    found = chosen(where, {"qty": ["many"], "n": ["1"]}, [4], bad=(before,))
    assert [(bad.line, bad.code, bad.cells) for bad in found.bad] == [
        (4, "bad_where", ("many", "1")),
        (5, "bad_quote", ("x",)),
    ]
    assert found.bad[0].reason.startswith(reason)
    assert (found.lines, found.filtered) == ([], ())


@pytest.mark.parametrize("text", ["0", "false", " No "])
def test_a_text_that_reads_as_false_is_no_verdict(text):
    """In an expression it would be true; whoever means that compares it."""
    found = chosen("active", {"active": ["1", text]})
    assert found.lines == [2]
    assert "compare it" in found.bad[0].reason


def test_a_value_out_of_range_is_no_verdict():
    """As for a field: it says what it is."""
    found = chosen("day == 'x'", {"day": [OutOfRange("infinity", "is no date")]})
    assert found.bad[0].reason == "infinity of the column day is no date"
