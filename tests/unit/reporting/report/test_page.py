"""The text of `report.html`: each thing that a run can have to say has its place, and what others wrote is text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from odoo_etl.private_files import FILE
from odoo_etl.reporting.events import JobStarted, Progress, RunStarted, in_line
from odoo_etl.reporting.events.log import EVENTS_FILE
from odoo_etl.reporting.report import write_report
from odoo_etl.reporting.run_folder import PAGE_FILE
from odoo_etl.results import (
    Change,
    Counts,
    Destination,
    Discrepancies,
    Discrepancy,
    Expectation,
    JobResult,
    LeftRecord,
    RejectedRow,
    RejectGroup,
    Rewritten,
    RunResult,
    StepResult,
    UndoneRecords,
    UsedFile,
    VanishedRecords,
)

ONE = Discrepancy("K-1", 7, "street", "Main <1>", "Side 2")
ROWS = [
    RejectedRow(number, "", ("C-1", None, "x" * 99), "email", "map", "bad_email", f"'{number}' is none")
    for number in (4, 5)
]
JOB = JobResult(
    "partners",
    "res.partner",
    counts=Counts(9, created=6, rejected=3),
    duplicates=1,
    reject_groups=(
        RejectGroup("email", "bad_email", "… is none", 2, 4, "", "'4' is none"),
        RejectGroup("", "ragged", "odd", 1),
    ),
    rejects_file="/p/.odoo_etl/runs/r1/rejects/partners.csv",
    discrepancies=Discrepancies({"phone": Rewritten(12, ONE)}, 30, (ONE,)),
    steps=(StepResult("action_confirm", 6),),
    vanished=VanishedRecords("archive", 2, first=("A", "B"), removed=2),
    expectations=(Expectation("odoo[0]", "sum of amount", "error", "failed", "is 3, not 4"),),
    notes=("a note",),
    calls={"res.partner.create": 2},
    destination=Destination("main", "https://erp.example.com", "prod", "etl", "Odoo 19.0"),
    server="19.0",
    wrote=True,
    elapsed_s=4.0,
)
VERSIONS = {"odoo-etl": "9.9", "python": "3.11"}
FILES = (UsedFile("partners", "source", "data/p.csv", 1234, "2026-11-29T06:00:00+00:00", "ab" * 32),)


def run(folder, *jobs, **more):
    """A run in a folder."""
    known = {"started_at": "2026-11-29T06:27:39+00:00", "versions": VERSIONS, "folder": folder, "files": FILES}
    return RunResult(**{"run_id": "r1", "command": "run", "jobs": jobs, **known, **more})


def text(folder, result, first=None, columns=None):
    """The page without its tags and styles, in one line."""
    page = write_report(result, first or {}, columns or {}).read_text("utf-8")
    assert folder / PAGE_FILE == result.folder / PAGE_FILE
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_all_that_a_job_has_to_say_is_there(tmp_path):
    """In its words, with its numbers."""
    said = text(tmp_path, run(tmp_path, JOB, exit_code=3), {"partners": ROWS}, {"partners": ["ref", "name", "note"]})
    for expected in (
        "Done, but 3 rows were rejected and 30 values were not kept by Odoo",
        "https://erp.example.com, database prod, user etl, Odoo 19.0",
        "rows read 9 created 6",
        "1 row had the key of an earlier row",
        "after: action_confirm done for 6 records",
        "vanished from the source: 2 (A, B): 2 archived",
        "a note",
        "2 rows: email , bad_email &#39;4&#39; is none",
        "4 &#39;4&#39; is none ref C-1 · note xxxx",
        "The first 1 Record Id Field Sent Kept K-1 7 street Main &lt;1&gt; Side 2",
        "phone 12 Main &lt;1&gt; Side 2",
        "odoo[0] sum of amount failed is 3, not 4",
        "res.partner.create 2",
        "odoo-etl 9.9 · python 3.11 · Odoo 19.0",
        "data/p.csv partners, its source 1.2 kB",
        "rejects/partners.csv",
    ):
        assert expected in said, said


CHANGES = (Change("update", "K", 1, 2, {"name": ("old", "new")}),)
LEFT = UndoneRecords(3, left=(LeftRecord(5, "Ann", "changed since"),))
BROKEN = (JobResult("j", "m", "failed", error="boom"), JobResult("k", "m", "skipped", error="skipped because"))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"command": "plan", "jobs": (replace(JOB, changed_fields={"name": 4}),)}, "Field Records name 4"),
        ({"command": "plan", "jobs": (replace(JOB, changes=CHANGES),)}, "K update, line 2 name old → new"),
        ({"command": "plan", "jobs": (JOB,)}, "to create 6"),
        ({"command": "reconcile", "jobs": (JOB,), "exit_code": 4}, "missing in Odoo 6"),
        ({"command": "undo", "parent": "r0", "jobs": (JobResult("j", "m", undone=LEFT),)}, "Ann 5 changed since"),
        ({"error": "no such job <b>"}, "no such job &lt;b&gt;"),
        ({"jobs": BROKEN, "exit_code": 1}, "j : boom"),
        ({"notes": ("events.jsonl could not be written",)}, "events.jsonl could not be written"),
        ({}, "No job began."),
    ],
)
def test_each_kind_of_run_has_a_page(tmp_path, result, expected):
    """Whatever became of it."""
    assert expected in text(tmp_path, run(tmp_path, **result))


def test_the_page_is_its_owners(tmp_path):
    """It may hold cells of rows."""
    write_report(run(tmp_path, JOB), {}, {})
    assert (tmp_path / PAGE_FILE).stat().st_mode & 0o777 == FILE


def test_a_run_that_took_a_while_has_its_course(tmp_path):
    """As pictures, and as numbers."""
    story = [
        (0.0, RunStarted("r1", "run")),
        (1.0, JobStarted("partners", 9)),
        (5.0, Progress("partners", Counts(9, created=6))),
    ]
    (tmp_path / EVENTS_FILE).write_bytes(b"".join(in_line("t", at, event) for at, event in story))
    page = write_report(run(tmp_path, JOB), {}, {}).read_text("utf-8")
    assert page.count("<svg xmlns") == 2
    assert "Rows a second over time" in page
