"""Undo as text."""

from __future__ import annotations

from odoo_etl.reporting.undone import records_line, undo_line, undone_lines
from odoo_etl.results import Counts, JobResult, LeftRecord, LineCounts, UndoneRecords

LEFT = tuple(LeftRecord(number, "Azure", f"reason {number}") for number in range(7, 12))
JOB = JobResult(
    "orders",
    "sale.order",
    counts=Counts(9, updated=4, skipped=5),
    undone=UndoneRecords(2, 1, 3, 4, LEFT),
    lines=LineCounts(1, 0, 0, 2),
    changed_fields={"name": 2, "email": 3},
)


def test_what_is_done_with_records_is_counted_apart():
    """Of one job or of all, before and after; fields and lines stand with what is put back."""
    told = "2 to put back (5 fields, 3 lines), 1 to make active, 3 to archive, 4 to delete, 5 left alone"
    assert undo_line([JOB], planned=True) == told
    assert undo_line([JOB, JOB], planned=False).startswith("4 put back (10 fields, 6 lines), 2 made active, 6 archived")
    one = JobResult("b", "m", undone=UndoneRecords(put_back=1), changed_fields={"name": 1})
    assert undo_line([one], planned=True) == "1 to put back (1 field)"
    assert (undo_line([], planned=True), undo_line([], planned=False)) == ("nothing to take back", "nothing")


def test_records_are_counted_as_what_becomes_of_them():
    """A plan says what is to be."""
    assert records_line(JOB.counts) == "9 records: 4 taken back, 5 left alone"
    assert records_line(Counts(1, updated=1), planned=True) == "1 record: 1 to take back"
    assert records_line(Counts(2, unchanged=2)) == "2 records: 2 as before already"
    assert records_line(Counts()) == "0 records: nothing to take back"


def test_the_first_that_are_left_alone_are_told_with_why():
    """Who wants all of them finds them in the report."""
    assert list(undone_lines(JOB.undone)) == [
        "  undone: 2 put back, 1 made active, 3 archived, 4 deleted",
        "  left alone: Azure (id 7): reason 7",
        "  left alone: Azure (id 8): reason 8",
        "  left alone: Azure (id 9): reason 9",
        "  left alone: 2 more, see run_results.json",
    ]
    assert list(undone_lines(UndoneRecords())) == ["  undone: nothing"]
    assert list(undone_lines(None)) == []
