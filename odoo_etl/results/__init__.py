"""Results of a run: counts, rejected rows, results of jobs and of the run. Plain values, no behaviour.

The loader makes them, `reporting` prints and writes them.
"""

from odoo_etl.results.changes import Action, Change, ChangedField
from odoo_etl.results.counts import Counts, LineCounts
from odoo_etl.results.discrepancies import Discrepancies, Discrepancy, Rewritten
from odoo_etl.results.expectations import DifferingRecord, Expectation
from odoo_etl.results.job import Destination, JobResult, Status
from odoo_etl.results.records import CARRIED_OUT, LeftRecord, RefusedRecord, StepResult, UndoneRecords, VanishedRecords
from odoo_etl.results.rejected import (
    AFTER,
    STEP_UNKNOWN,
    RejectedRow,
    RejectGroup,
    RejectSink,
    RowIdentity,
    row_identity,
)
from odoo_etl.results.run import PLANS, UNDOABLE, AppliedPlan, RunResult, UsedFile
from odoo_etl.results.success import KeepSuccess, SuccessRow

__all__ = [
    "AFTER",
    "CARRIED_OUT",
    "PLANS",
    "STEP_UNKNOWN",
    "UNDOABLE",
    "Action",
    "AppliedPlan",
    "Change",
    "ChangedField",
    "Counts",
    "Destination",
    "DifferingRecord",
    "Discrepancies",
    "Discrepancy",
    "Expectation",
    "JobResult",
    "KeepSuccess",
    "LeftRecord",
    "LineCounts",
    "RefusedRecord",
    "RejectGroup",
    "RejectSink",
    "RejectedRow",
    "Rewritten",
    "RowIdentity",
    "RunResult",
    "Status",
    "StepResult",
    "SuccessRow",
    "UndoneRecords",
    "UsedFile",
    "VanishedRecords",
    "row_identity",
]
