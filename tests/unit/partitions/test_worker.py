"""What a part brings back to who directs the parts."""

from __future__ import annotations

import pickle

from odoo_etl.partitions.news import PartReporter
from odoo_etl.partitions.worker import PartRejects, PartResult
from odoo_etl.results import Counts, RejectedRow
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.staging import Part

ROW = RejectedRow(2, "", ("a",), "name", "map", "required", "needs a value")


def test_notes_and_rejects_go_into_the_result():
    """It can be pickled; of progress nothing is kept."""
    so_far = JobSoFar.begun("partners", "res.partner", part="1/2")
    notes, rejects = PartReporter(so_far, None), PartRejects()
    notes.job_started("partners", 1)
    notes.note("partners", "waits")
    notes.progressed("partners", Counts())
    rejects.begin("partners", ["ref"])
    rejects.keep("partners", ROW)
    assert rejects.end("partners") == ""
    brought = pickle.loads(pickle.dumps(PartResult(Part(1, 2), so_far.result, rejects.kept)))
    assert (brought.result.notes, brought.rejects) == (("part 1/2: waits",), [ROW])
