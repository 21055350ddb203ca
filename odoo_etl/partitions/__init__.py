"""A job whose rows several processes share, by a hash of their keys. Start with `director`; which rows are whose says
`sync.staging.partition`.
"""

from odoo_etl.partitions.director import Division, Executor, PartLost, run_divided, why_whole
from odoo_etl.partitions.news import Tell
from odoo_etl.partitions.scheduled import Ending, ScheduledParts
from odoo_etl.partitions.worker import PartResult, PartTask, WorkerSetup, run_part, scatter_range

__all__ = [
    "Division",
    "Ending",
    "Executor",
    "PartLost",
    "PartResult",
    "PartTask",
    "ScheduledParts",
    "Tell",
    "WorkerSetup",
    "run_divided",
    "run_part",
    "scatter_range",
    "why_whole",
]
