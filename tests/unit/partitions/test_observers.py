"""What is heard and kept of the runs over parts of a job: as if it were one run."""

from __future__ import annotations

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
    for one in (row(2), row(3), row(2), row(2, "b.csv"), row(3), row(3, cells=("b",)), row(3, cells=["b"])):
        sink.keep("partners", one)
    assert kept.rejects == [row(2), row(3), row(2, "b.csv"), row(3, cells=("b",))]
    assert sink.end("partners") == ""


def test_the_end_of_a_part_is_not_heard():
    """All else is: the job goes on."""
    heard = []

    class Hears(Heard):
        def job_started(self, job, rows):
            heard.append((job, rows))

        def progressed(self, job, counts):
            heard.append((job, counts))

        def note(self, job, text):
            heard.append((job, text))

        def job_finished(self, result):
            heard.append(result)

    observer = GoesOn(Hears())
    observer.job_started("partners", 3)
    observer.progressed("partners", Counts(read=3))
    observer.note("partners", "waits")
    observer.job_finished(JobResult("partners", "res.partner"))
    assert heard == [("partners", 3), ("partners", Counts(read=3)), ("partners", "waits")]
