"""Rejects mended in place: a page of them at a time, by an index beside the file. Start with `table`."""

from odoo_etl.rejects.beside import FOLDER, Beside
from odoo_etl.rejects.mending.model import (
    CannotMend,
    MendedMeanwhile,
    MendedRow,
    RejectCell,
    RejectGroupCount,
    RejectsEdit,
    RejectsFilter,
    RejectsPage,
    Replacement,
    ReplacementPreview,
    UploadedRejects,
)
from odoo_etl.rejects.mending.table import RejectsTable
from odoo_etl.rejects.mending.uploading import MOST_BYTES

__all__ = [
    "FOLDER",
    "MOST_BYTES",
    "Beside",
    "CannotMend",
    "MendedMeanwhile",
    "MendedRow",
    "RejectCell",
    "RejectGroupCount",
    "RejectsEdit",
    "RejectsFilter",
    "RejectsPage",
    "RejectsTable",
    "Replacement",
    "ReplacementPreview",
    "UploadedRejects",
]
