"""The events of a run, written while it goes on: `events.jsonl`, one JSON object a line, and what they add up to."""

from odoo_etl.reporting.events.kinds import (
    EVENTS,
    EVENTS_VERSION,
    Called,
    Event,
    JobFinished,
    JobsChosen,
    JobStarted,
    Noted,
    PhaseBegan,
    Progress,
    Rejected,
    Resumed,
    RunFinished,
    RunStarted,
    Waited,
    in_line,
)
from odoo_etl.reporting.events.log import EVENTS_FILE, EventLog, is_alive
from odoo_etl.reporting.events.read import Calls, Events, JobEvents, read_events
from odoo_etl.reporting.events.rejected import FirstRejects

__all__ = [
    "EVENTS",
    "EVENTS_FILE",
    "EVENTS_VERSION",
    "Called",
    "Calls",
    "Event",
    "EventLog",
    "Events",
    "FirstRejects",
    "JobEvents",
    "JobFinished",
    "JobStarted",
    "JobsChosen",
    "Noted",
    "PhaseBegan",
    "Progress",
    "Rejected",
    "Resumed",
    "RunFinished",
    "RunStarted",
    "Waited",
    "in_line",
    "is_alive",
    "read_events",
]
