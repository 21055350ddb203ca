"""Who directs the parts of a job: the last word on a row is that of the run over all of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from odoo_etl.partitions import Division, why_whole
from odoo_etl.partitions.director import run_divided
from odoo_etl.partitions.worker import PartResult, WorkerSetup
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.results import Counts, JobResult, RefusedRecord, RejectedRow, VanishedRecords
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import ConnectionSpec, Job, SecretUrl
from odoo_etl.state import open_ledger
from odoo_etl.sync.session import Booking
from odoo_etl.sync.staging import Scattered
from tests.builders import PATIENT, Heard, job_spec
from tests.memory_odoo import MemoryOdoo

PARENT = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref"}}


class Canned:
    """An executor whose parts have ended before: the first one did not find what the second one made."""

    workers = 2

    def __init__(self, *results):
        self.results = results

    def scatter(self, _setup, ranges, of):
        """The ranges, whose pieces nobody looks at."""
        return [(Scattered([], 3, "f"), [None] * of), *((Scattered([], 0, "f"), [None] * of) for _ in ranges[1:])]

    def run(self, tasks, _hear):
        """What became of the parts."""
        for (task, _), (counts, rejects, vanished) in zip(tasks, self.results, strict=True):
            codes = dict(Counter(one.code for one in rejects))
            yield PartResult(
                task.part,
                JobResult("partners", "m", counts=counts, reject_codes=codes, vanished=vanished),
                list(rejects),
            )


def divided(tmp_path, executor):
    """Run a job of three rows in two parts; its results, and the lines of its rejects file."""
    path, odoo, so_far = tmp_path / "rows.csv", MemoryOdoo(), JobsSoFar()
    odoo.db = "db"
    path.write_text("ref,name,parent\nc,C,p\nx,X,nowhere\np,P,\n")
    odoo.add("res.partner", {"ref": "p", "name": "P"})
    job = Job(job_spec({"ref": "ref", "name": "name", "parent_id": PARENT}, path=path), Path("partners.yaml"))
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        ledger.start_run("r1", "run")
        booking = Booking(ledger, "r1", "db", PATIENT, lambda _: None)
        setup = WorkerSetup(job.spec, ConnectionSpec(url="https://odoo"), SecretUrl(""), tmp_path, "r1")
        division = Division(executor, setup, {}, RejectsFolder(tmp_path))
        run_divided(job, odoo, Heard(), so_far, booking, division)
    results = so_far.results()
    files = {one.rejects_file for one in results if one.rejects_file}
    return results, [line.split(",")[3] for each in files for line in Path(each).read_text().splitlines()[1:]]


def test_rows_that_a_part_rejected_and_that_land_after_all_are_no_rejects(tmp_path):
    """Counts, codes and the rejects file say the same."""
    rows = {2: ("c", "C", "p"), 3: ("x", "X", "nowhere")}
    rejects = [
        RejectedRow(n, "", cells, "parent_id", "lookup", "lookup_missing", "no such") for n, cells in rows.items()
    ]
    back = VanishedRecords(returned=1, refused=(RefusedRecord(7, "no"),))
    parts = (Counts(2, rejected=2), rejects, back), (Counts(1, created=1), [], VanishedRecords(returned=2))
    (whole, closing), lines = divided(tmp_path, Canned(*parts))
    assert (whole.error, whole.counts) == ("", Counts(read=3, created=1, unchanged=1, rejected=1))
    assert (closing.counts, closing.reject_codes) == (Counts(3, created=1, unchanged=1, rejected=1), whole.reject_codes)
    assert lines == ["3"]
    assert whole.rejects_file == closing.rejects_file
    assert whole.vanished == VanishedRecords(returned=3)
    assert exit_code([whole, closing], writes=True) == 3


@pytest.mark.parametrize(("lookup", "whole"), [({"module": "legacy"}, True), ({}, False)])
def test_one_process_knows_all_values_that_become_external_ids_of_new_records(lookup, whole):
    """Two that become one id may stand in different parts."""
    lookup = {"model": "res.country", "by": "external_id", **lookup, "on_missing": "create", "create": {"name": "N"}}
    spec = job_spec({"ref": "ref", "country_id": {"column": "country", "lookup": lookup}})
    assert ("done by one process" in why_whole(spec)) is whole


@pytest.mark.parametrize(("on_missing", "whole"), [("defer", True), ("reject", False)])
def test_one_process_knows_what_lines_wait_for(on_missing, whole):
    """Their records land as a whole, in the order in which they wait for each other."""
    lookup = {"model": "mrp.bom", "by": "code", "on_missing": on_missing}
    lines = {"line_ids": {"fields": {"other_bom_id": {"column": "other", "lookup": lookup}}}}
    spec = job_spec({"code": "code"}, model="mrp.bom", key="code", lines=lines)
    assert ("done by one process" in why_whole(spec)) is whole
