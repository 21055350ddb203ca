"""What parts say adds up to what the job says; what the run over all of them says anew is said once."""

from __future__ import annotations

from odoo_etl.partitions.sums import judged_again, rejects_of_all, with_part
from odoo_etl.results import Counts, JobResult, RefusedRecord, RejectedRow, VanishedRecords
from odoo_etl.so_far import JobsSoFar

NO = RefusedRecord(7, "no")


def row(line, code="missing", reason="no such"):
    """A rejected row."""
    return RejectedRow(line, "", ("x",), "parent_id", "lookup", code, reason)


def job(**said):
    """The result of a job, or of a part of it."""
    return JobResult("partners", "res.partner", **said)


def test_records_that_are_back_are_counted_over_all_parts():
    """And so are those that Odoo refused to bring back; a part without any says nothing."""
    whole = job()
    for vanished in (None, VanishedRecords(returned=2), VanishedRecords(returned=1, refused=(NO,)), None):
        whole = with_part(whole, job(vanished=vanished))
    assert whole.vanished == VanishedRecords(returned=3, refused=(NO,))
    assert judged_again(whole, []).vanished == VanishedRecords(returned=3)


def test_a_row_that_lands_when_all_parts_are_done_is_no_reject():
    """It had waited for a row of another part; the counts still add up."""
    one = job(counts=Counts(2, rejected=2), reject_codes={"missing": 2}, reasons=((2, "no such"),))
    other = job(counts=Counts(3, created=2, rejected=1), reject_codes={"bad": 1}, reasons=((1, "bad"),))
    whole = with_part(with_part(job(counts=Counts(read=5)), one), other)
    whole = judged_again(whole, [row(2), row(4, "bad", "bad")])
    assert whole.counts == Counts(read=5, created=2, unchanged=2, rejected=1)
    assert (whole.held_back, whole.reject_codes, whole.reasons) == (2, {"missing": 1}, ((1, "no such"),))


def test_each_result_with_rejected_rows_names_their_file():
    """That of the run over all parts, too; one without any, or of another job beside it, names none."""

    class Sink:
        def end(self, job):
            return f"{job}.csv"

    so_far = JobsSoFar()
    so_far.add(job())
    its = so_far.begin("partners", "res.partner")
    its.become(job(counts=Counts(rejected=1)))
    with rejects_of_all(Sink(), its, so_far):
        for one in (JobResult("tags", "m", counts=Counts(rejected=2)), job(), job(counts=Counts(rejected=2))):
            so_far.add(one)
    assert [one.rejects_file for one in so_far.results()] == ["", "partners.csv", "", "", "partners.csv"]
