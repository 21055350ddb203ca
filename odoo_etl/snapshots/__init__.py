"""Snapshots: what a server says of the fields of models, kept beside the jobs, so that much can be checked offline."""

from odoo_etl.snapshots.described import SnapshotModels
from odoo_etl.snapshots.files import read_snapshots, write_snapshot
from odoo_etl.snapshots.pull import given_values, pull, pulled_for
from odoo_etl.snapshots.snapshot import Snapshot

__all__ = [
    "Snapshot",
    "SnapshotModels",
    "given_values",
    "pull",
    "pulled_for",
    "read_snapshots",
    "write_snapshot",
]
