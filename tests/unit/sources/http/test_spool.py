"""Records that wait in a file."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.spool import Spool, key_of, packed


def records(spool):
    """All records, in order."""
    return [record for block in spool.blocks() for record in block.records]


def test_of_equal_keys_the_last_record_stands_in_the_first_place():
    """And the others count as repeats."""
    spool = Spool()
    spool.put((key_of([n % 2]), None, packed({"n": n})) for n in range(5))
    spool.ready()
    assert (records(spool), spool.records, spool.repeats) == ([{"n": 4}, {"n": 3}], 2, 3)


def test_sorted_ones_come_sorted_and_those_without_a_text_first():
    """Equal ones as they came."""
    spool = Spool()
    spool.put((None, at, packed({"n": n})) for n, at in enumerate(["b", None, "a", "b", None]))
    spool.ready()
    assert [record["n"] for record in records(spool)] == [1, 4, 2, 0, 3]


def test_blocks_hold_little_text_and_are_numbered_on():
    """However large a record is."""
    spool = Spool()
    spool.put((None, None, packed({"t": "x" * 3_000_000})) for _ in range(4))
    spool.ready()
    assert [list(block.lines) for block in spool.blocks()] == [[1, 2], [3, 4]]


def test_several_readers_do_not_disturb_each_other():
    """Each begins at the first record."""
    spool = Spool()
    spool.put((None, None, packed({"n": n})) for n in range(2_500))
    spool.ready()
    one, other = spool.blocks(), spool.blocks()
    next(one)
    assert len(next(other).records) == len(next(one).records) == 1_000


def test_a_full_disk_is_an_error_with_a_way_out():
    """Before anything is written to Odoo."""
    spool = Spool(most_pages=10)
    with pytest.raises(SourceError, match=r"records wait in a temporary file, .*full; TMPDIR names another folder"):
        spool.put((None, None, packed({"t": "x" * 10_000, "n": n})) for n in range(100))


@pytest.mark.parametrize(
    ("one", "other", "same"), [([1], ["1"], False), ([1, "a"], [1, "a"], True), ([{"a": 1}], [{"a": 1}], True)]
)
def test_keys_are_equal_for_equal_values(one, other, same):
    """A text is no number."""
    assert (key_of(one) == key_of(other)) == same
    assert key_of([None, 1]) is None
