"""One job, from rows to writes. Start with `job`; everything that talks to Odoo for a job is here."""

from odoo_etl.sync.components import CONTEXT, Reading
from odoo_etl.sync.creating_jobs import supplied
from odoo_etl.sync.creating_misfits import creating_misfits
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.ending import ending_recorded, rejects_recorded, server_recorded, skipped_recorded
from odoo_etl.sync.expecting import assemble_expectations
from odoo_etl.sync.extent import AllRows, Extent, RowsOfPart, RowsOfWorker, SomeRows
from odoo_etl.sync.job import run_job
from odoo_etl.sync.planned_changes import EveryChange, FirstChanges, KeepChanges, PlannedChanges
from odoo_etl.sync.record_names import RecordNames
from odoo_etl.sync.reported_rows import NoSink, in_order
from odoo_etl.sync.request import JobRequest, Neighbours
from odoo_etl.sync.staging import check_columns, lacks, missing_columns
from odoo_etl.sync.wiring import assemble_mapper, assemble_reading
from odoo_etl.sync.witness import UNWITNESSED, Witness

__all__ = [
    "CONTEXT",
    "UNWITNESSED",
    "AllRows",
    "EveryChange",
    "Extent",
    "FirstChanges",
    "JobRequest",
    "KeepChanges",
    "Neighbours",
    "NoSink",
    "Planned",
    "PlannedChanges",
    "Reading",
    "RecordNames",
    "RowsOfPart",
    "RowsOfWorker",
    "SomeRows",
    "Witness",
    "assemble_expectations",
    "assemble_mapper",
    "assemble_reading",
    "check_columns",
    "creating_misfits",
    "ending_recorded",
    "in_order",
    "lacks",
    "missing_columns",
    "rejects_recorded",
    "run_job",
    "server_recorded",
    "skipped_recorded",
    "supplied",
]
