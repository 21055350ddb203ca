"""A run's result as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.reporting.text import counts_line, job_lines, kept_lines, run_lines, vanished_lines
from odoo_etl.results import (
    Counts,
    Discrepancies,
    Discrepancy,
    JobResult,
    LeftRecord,
    LineCounts,
    RefusedRecord,
    Rewritten,
    RunResult,
    StepResult,
    UndoneRecords,
    VanishedRecords,
)


@pytest.mark.parametrize(
    ("counts", "planned", "line"),
    [
        (Counts(), False, "0 rows: nothing to do"),
        (Counts(2012, created=2000, updated=5, rejected=7), False, "2,012 rows: 2,000 created, 5 updated, 7 rejected"),
        (Counts(3, created=1, updated=1, unchanged=1), True, "3 rows: 1 to create, 1 to update, 1 unchanged"),
        (Counts(4, created=1, filtered=3), False, "4 rows: 1 created, 3 filtered"),
        (Counts(5, skipped=2, failed=3), False, "5 rows: 2 skipped, 3 failed"),
        (Counts(9, failed=9, not_attempted=7), False, "9 rows: 2 failed, 7 not attempted"),
        (Counts(9, created=2, failed=7, not_attempted=7), False, "9 rows: 2 created, 7 not attempted"),
    ],
)
def test_counts_in_one_line(counts, planned, line):
    """Zeros are left out; a plan says what is to come."""
    assert counts_line(counts, planned=planned) == line


@pytest.mark.parametrize(
    ("lines", "planned", "shown"),
    [
        (LineCounts(), False, []),
        (LineCounts(12_000, updated=5), False, ["  lines: 12,000 created, 5 updated"]),
        (LineCounts(unchanged=2, removed=1), True, ["  lines: 2 unchanged, 1 to remove"]),
    ],
)
def test_lines_stand_beside_the_counts_of_rows(lines, planned, shown):
    """Nothing where no record has any."""
    told = list(job_lines(JobResult("orders", "sale.order", lines=lines), planned=planned))
    assert told[1:-1] == shown


def test_steps_say_for_how_many_records():
    """Of a plan, at most."""
    steps = (StepResult("action_confirm", 1200, 2, 1), StepResult("write note", 1))
    done = list(job_lines(JobResult("orders", "sale.order", steps=steps)))
    assert done[-2:] == [
        "  after: action_confirm done for 1,200 records, refused for 2, no answer for 1",
        "  after: write note done for 1 record",
    ]
    planned = list(job_lines(JobResult("orders", "sale.order", steps=steps[1:]), planned=True))
    assert planned[-1] == "  after: write note for up to 1 record"


def test_a_job_tells_what_a_person_needs():
    """Counts, calls, repeated keys, reject codes with their file, and the error."""
    result = JobResult(
        "partners",
        "res.partner",
        status="failed",
        counts=Counts(3, created=1, rejected=1, failed=1),
        duplicates=1,
        reject_codes={"required": 1},
        rejects_file="r.csv",
        calls={"res.partner.create": 2},
        protocol="json2",
        elapsed_s=1.25,
        error="it broke",
    )
    text = "\n".join(job_lines(result))
    assert "partners → res.partner: 3 rows: 1 created, 1 rejected, 1 failed" in text
    assert "2 calls over json2" in text
    assert "1 row repeats the key" in text
    assert "rejected: 1 required; see r.csv" in text
    assert "FAILED: it broke" in text


VANISHED = VanishedRecords("archive", 2, first=("C1 (id 5)", "C2 (id 6)"))
REFUSED = tuple(RefusedRecord(number, "it is used") for number in range(7, 12))


@pytest.mark.parametrize(
    ("vanished", "planned", "line"),
    [
        (replace(VANISHED, removed=2), False, "2 (C1 (id 5), C2 (id 6)): 2 archived"),
        (replace(VANISHED, removed=0), False, "2 (C1 (id 5), C2 (id 6)): none removed"),
        (VANISHED, True, "2 (C1 (id 5), C2 (id 6)): to archive"),
        (replace(VANISHED, found=1234, removed=1234), False, "1,234 (C1 (id 5), C2 (id 6), …): 1,234 archived"),
        (
            replace(VANISHED, policy="unlink", removed=1, refused=REFUSED[:1]),
            False,
            "2 (C1 (id 5), C2 (id 6)): 1 unlinked; refused: id 7, it is used",
        ),
    ],
)
def test_what_vanished_is_told(vanished, planned, line):
    """How many, which first, and what became of them."""
    (told,) = vanished_lines(vanished, planned=planned)
    assert told == f"  vanished from the source: {line}"


def test_many_refusals_are_summed_up():
    """The report has them all."""
    (told,) = vanished_lines(replace(VANISHED, refused=REFUSED))
    assert told.endswith("refused: id 9, it is used; 2 more refused")


def test_what_came_back_is_told():
    """Also when nothing vanished; and nothing is said of jobs that are no mirrors."""
    assert list(vanished_lines(VanishedRecords(returned=2))) == ["  back in the source: 2 made active again"]
    assert list(vanished_lines(None)) == []


def test_notes_are_told():
    """A line each."""
    assert "  note: nothing was removed" in list(job_lines(JobResult("a", "b", notes=("nothing was removed",))))


def test_a_skipped_job_is_one_line():
    """With the reason."""
    result = JobResult("b", "res.partner", "skipped", error="skipped because a did not end well")
    assert list(job_lines(result)) == ["b: skipped because a did not end well"]


def test_the_run_ends_with_its_states():
    """Jobs by state, the time, the exit code."""
    jobs = (JobResult("a", "m"), JobResult("b", "m", "failed"), JobResult("c", "m", "skipped"))
    result = RunResult("id", "run", "t", elapsed_s=2.0, exit_code=1, jobs=jobs)
    assert list(run_lines(result)) == ["run id: 1 done, 1 failed, 1 skipped in 2.0 s, exit code 1"]
    assert "no job" in next(run_lines(RunResult("id", "run", "t")))


def test_an_undo_that_left_records_alone_is_not_called_done():
    """Neither where Odoo refused some of it, nor where it refused all."""
    left = (LeftRecord(7, "A", "Odoo says no"),)
    undone = (UndoneRecords(archived=2), UndoneRecords(archived=1, left=left), UndoneRecords(left=left))
    jobs = tuple(JobResult("a", "m", undone=one) for one in undone)
    result = RunResult("id", "undo", "t", elapsed_s=2.0, exit_code=3, jobs=jobs)
    assert list(run_lines(result)) == [
        "Undone: 3 archived, 2 left alone",
        "undo id: 1 done, 1 undone in part, 1 not undone in 2.0 s, exit code 3",
    ]
    assert list(run_lines(result, planned=True)) == ["undo id: 3 done in 2.0 s, exit code 3"]


def test_values_that_odoo_keeps_otherwise_are_told():
    """Forms of its own with an example; what it did not keep with record, field, sent, kept, and how many more."""
    vat = Discrepancy("C-1", 7, "vat", "be 0477", "BE0477")
    lost = [Discrepancy(f"P-{number}", number, "barcode", "590", None) for number in range(1, 13)]
    found = Discrepancies({"vat": Rewritten(2, vat)}, 1012, tuple(lost))
    lines = list(kept_lines(found))
    assert lines[:3] == [
        "  Odoo keeps vat in a form of its own: 2 records, for example be 0477 → BE0477 (id 7)",
        "  NOT KEPT: Odoo holds something else than was sent in 1,012 values",
        "    P-1 (id 1) barcode: sent 590, kept (empty)",
    ]
    assert (len(lines), lines[-1]) == (13, "    1,002 more, see run_results.json")
    assert list(kept_lines(Discrepancies())) == []


def test_a_run_with_rejects_says_once_where_codes_are_explained():
    """With the code that most rows have; a run without rejects says nothing of it."""
    jobs = (
        JobResult("one", "res.partner", reject_codes={"bad_date": 2, "required": 1}),
        JobResult("two", "res.partner", reject_codes={"bad_date": 1}),
    )
    lines = list(run_lines(RunResult("id", "run", "t", jobs=jobs)))
    assert lines[0] == "cause and cure of a code: `odoo-etl explain bad_date`"
    assert len(lines) == 2
