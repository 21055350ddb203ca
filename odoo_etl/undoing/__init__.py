"""Taking a run back. Start with `job`."""

from odoo_etl.undoing.job import UndoRequest, judge_job, undo_job

__all__ = [
    "UndoRequest",
    "judge_job",
    "undo_job",
]
