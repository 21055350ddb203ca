"""The expectations of a job: of its source, and of Odoo. Start with `judge`."""

from odoo_etl.sync.expectations.job_records import JobRecords
from odoo_etl.sync.expectations.judge import Expectations, Judge, NothingExpected
from odoo_etl.sync.expectations.misfits import expectation_misfits
from odoo_etl.sync.expectations.rows import Homes, RowReader
from odoo_etl.sync.expectations.terms import Terms

__all__ = [
    "Expectations",
    "Homes",
    "JobRecords",
    "Judge",
    "NothingExpected",
    "RowReader",
    "Terms",
    "expectation_misfits",
]
