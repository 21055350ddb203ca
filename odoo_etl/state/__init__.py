"""The run ledger, watermarks, before-images and locks: what makes a run safe to break off and to repeat."""

from odoo_etl.state.alerts import LONGEST_WAIT_S, AlertEvent, Alerts, AlertSend, AlertState, Claim, Judged
from odoo_etl.state.alive import BEAT_S
from odoo_etl.state.approvals import Approval, Approvals
from odoo_etl.state.deliveries import Deliveries, Delivery
from odoo_etl.state.destinations import APART
from odoo_etl.state.entries import (
    CREATING,
    CallEntry,
    CallState,
    ChunkEntry,
    CreatedRecords,
    JobEntry,
    JobStatus,
    RunEntry,
    WritesSince,
    step_kind,
    step_of,
)
from odoo_etl.state.history import Done, LaterWrites
from odoo_etl.state.jobs import JobLedger
from odoo_etl.state.known import KeptValue, KeptValues, KnownRecord, KnownRecords, value_digest
from odoo_etl.state.ledger import Ledger, open_ledger
from odoo_etl.state.locks import ALL, CLOSING, LEASE_S, JobPart, Lock
from odoo_etl.state.locks import POLL_S as LOCK_POLL_S
from odoo_etl.state.marks import Marks, TakenBack, Watermark
from odoo_etl.state.past import Outcome, PastRuns, WantedRuns
from odoo_etl.state.purges import Found, Purges, Writer
from odoo_etl.state.slots import SET_BACK_S, Attempt, MetSchedule, Slot, SlotKind, Slots
from odoo_etl.state.source_ids import CameFrom, IdMap
from odoo_etl.state.steps import StepRecords, StepState
from odoo_etl.state.tallies import LastRun, Tallies
from odoo_etl.state.written import WrittenRecords

__all__ = [
    "ALL",
    "APART",
    "BEAT_S",
    "CLOSING",
    "CREATING",
    "LEASE_S",
    "LOCK_POLL_S",
    "LONGEST_WAIT_S",
    "SET_BACK_S",
    "AlertEvent",
    "AlertSend",
    "AlertState",
    "Alerts",
    "Approval",
    "Approvals",
    "Attempt",
    "CallEntry",
    "CallState",
    "CameFrom",
    "ChunkEntry",
    "Claim",
    "CreatedRecords",
    "Deliveries",
    "Delivery",
    "Done",
    "Found",
    "IdMap",
    "JobEntry",
    "JobLedger",
    "JobPart",
    "JobStatus",
    "Judged",
    "KeptValue",
    "KeptValues",
    "KnownRecord",
    "KnownRecords",
    "LastRun",
    "LaterWrites",
    "Ledger",
    "Lock",
    "Marks",
    "MetSchedule",
    "Outcome",
    "PastRuns",
    "Purges",
    "RunEntry",
    "Slot",
    "SlotKind",
    "Slots",
    "StepRecords",
    "StepState",
    "TakenBack",
    "Tallies",
    "WantedRuns",
    "Watermark",
    "Writer",
    "WritesSince",
    "WrittenRecords",
    "open_ledger",
    "step_kind",
    "step_of",
    "value_digest",
]
