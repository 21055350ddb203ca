"""The run ledger, watermarks, before-images and locks: what makes a run safe to break off and to repeat."""

from odoo_etl.state.alive import BEAT_S
from odoo_etl.state.entries import CallEntry, CallState, ChunkEntry, JobEntry, JobStatus, RunEntry
from odoo_etl.state.jobs import JobLedger
from odoo_etl.state.known import KnownRecord, KnownRecords
from odoo_etl.state.ledger import Ledger, open_ledger
from odoo_etl.state.locks import ALL, CLOSING, LEASE_S, Lock, Share

__all__ = [
    "ALL",
    "BEAT_S",
    "CLOSING",
    "LEASE_S",
    "CallEntry",
    "CallState",
    "ChunkEntry",
    "JobEntry",
    "JobLedger",
    "JobStatus",
    "KnownRecord",
    "KnownRecords",
    "Ledger",
    "Lock",
    "RunEntry",
    "Share",
    "open_ledger",
]
