"""What is heard and kept of the runs over parts of a job: as if it were one run."""

from __future__ import annotations

import pytest

from odoo_etl.events import Phase, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.partitions.observers import EachOnce, GoesOn
from odoo_etl.results import Counts, JobResult, RejectedRow
from tests.builders import Heard


def row(line, file="", cells=("a",)):
    """A rejected row."""
    return RejectedRow(line, file, cells, "name", "map", "required", "needs a value")


def test_a_row_that_two_runs_reject_is_kept_once():
    """Rows are known by their file and line, and those that `explode` made of one line by their cells."""
    kept = Heard()
    sink = EachOnce(kept)
    again = sink.again()
    for one in (row(2), row(3)):
        sink.keep("partners", one)
    for one in (row(2), row(2, "b.csv"), row(3), row(3, cells=("b",))):
        again.keep("partners", one)
    assert kept.rejects == [row(2), row(3), row(2, "b.csv"), row(3, cells=("b",))]
    assert sink.end("partners") == ""


@pytest.mark.parametrize(("first", "then", "count"), [(3, 3, 3), (2, 3, 3), (3, 1, 3), (0, 2, 2), (2, 0, 2)])
def test_rows_that_differ_in_nothing_are_as_many_as_one_run_rejects(first, then, count):
    """`explode` makes several of `a;a`; each of them is counted."""
    kept = Heard()
    sink = EachOnce(kept)
    again = sink.again()
    for one, times in ((sink, first), (again, then)):
        for _ in range(times):
            one.keep("partners", row(2))
    assert kept.rejects == [row(2)] * count
    assert sink.without_kept([row(2)] * 4) == [row(2)] * (4 - count)


def test_the_end_of_a_part_is_not_heard():
    """All else is: the job goes on."""
    heard = []

    events = {
        "phase": Phase.ROWS,
        "job_started": 3,
        "resumed": 2,
        "waiting": Wait("lock", "waits", 0.5),
        "progressed": Counts(read=3),
        "note": "waits",
    }

    class Hears(NoObserver):
        def __init__(self):
            for name in events:
                setattr(self, name, lambda job, value, name=name: heard.append((name, job, value)))

        def job_finished(self, result):
            heard.append(result)

    observer = GoesOn(Hears())
    for name, value in events.items():
        getattr(observer, name)("partners", value)
    observer.job_finished(JobResult("partners", "res.partner"))
    assert heard == [(name, "partners", value) for name, value in events.items()]
