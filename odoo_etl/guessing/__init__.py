"""Guesses the job for a file: how it is read, which column is which field, what identifies a record."""

from odoo_etl.guessing.guess import guess
from odoo_etl.guessing.held import Records
from odoo_etl.guessing.job_file import JobFile, is_writable
from odoo_etl.guessing.keys import KeyCandidate
from odoo_etl.guessing.lookups import lookup_keys
from odoo_etl.guessing.models import Models
from odoo_etl.guessing.proposals import Guess, Proposal
from odoo_etl.guessing.tables import Table, read_table
from odoo_etl.guessing.yaml_text import block, inline, scalar

__all__ = [
    "Guess",
    "JobFile",
    "KeyCandidate",
    "Models",
    "Proposal",
    "Records",
    "Table",
    "block",
    "guess",
    "inline",
    "is_writable",
    "lookup_keys",
    "read_table",
    "scalar",
]
