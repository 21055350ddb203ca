"""The news of a run while it goes on: a live picture on a terminal, lines in a log, JSON objects for machines."""

from odoo_etl.reporting.live.board import Board, JobState
from odoo_etl.reporting.live.choice import Display, display
from odoo_etl.reporting.live.objects import as_object
from odoo_etl.reporting.live.replay import Replay
from odoo_etl.reporting.live.words import doing, how_far, outcomes, waits_for

__all__ = [
    "Board",
    "Display",
    "JobState",
    "Replay",
    "as_object",
    "display",
    "doing",
    "how_far",
    "outcomes",
    "waits_for",
]
