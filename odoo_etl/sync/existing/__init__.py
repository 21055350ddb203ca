"""Records of Odoo: those of a batch as they are now, and the ids of those that they refer to."""

from odoo_etl.spec import EXTERNAL_ID
from odoo_etl.sync.existing.adopting import AdoptingFinder, named_in, rows_naming
from odoo_etl.sync.existing.attachments import AttachmentFinder, content_fields, made_of_contents
from odoo_etl.sync.existing.companies import (
    ALLOWED,
    Companies,
    company_misfits,
    find_companies,
    own_context,
    undivided_misfits,
)
from odoo_etl.sync.existing.external_ids import DATA, ExternalNames
from odoo_etl.sync.existing.finder_around import GuardedFinder, VariantFinder
from odoo_etl.sync.existing.finders import ExistingRecords, ExternalIdFinder, Finder, KeyFinder, Named
from odoo_etl.sync.existing.known_equal import WRITE_DATE, LedgerFinder, by_ledger
from odoo_etl.sync.existing.line_contents import LineContents, LineContentsFinder, hold_contents
from odoo_etl.sync.existing.lines import LinesFinder, fields_of_lines, line_rules
from odoo_etl.sync.existing.lookups import Lookups
from odoo_etl.sync.existing.lost_keys import LostKeys, NotFoundAgain, index_created
from odoo_etl.sync.existing.own_lines import OwnLines, remember_lines
from odoo_etl.sync.existing.reads import ARCHIVED_TOO, DeepReader, links_among, read_whole, read_written
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.existing.sought import IN_ANY_CASE, alike, in_any_case, one_of
from odoo_etl.sync.existing.source_ids import NoIds, NotesIds, Place, PlannedIds, SourceIds

__all__ = [
    "ALLOWED",
    "ARCHIVED_TOO",
    "DATA",
    "EXTERNAL_ID",
    "IN_ANY_CASE",
    "WRITE_DATE",
    "AdoptingFinder",
    "AttachmentFinder",
    "Companies",
    "DeepReader",
    "ExistingRecords",
    "ExternalIdFinder",
    "ExternalNames",
    "Finder",
    "GuardedFinder",
    "KeyFinder",
    "LedgerFinder",
    "LineContents",
    "LineContentsFinder",
    "LinesFinder",
    "Lookups",
    "LostKeys",
    "Named",
    "NoIds",
    "NotFoundAgain",
    "NotesIds",
    "OwnLines",
    "Place",
    "PlannedIds",
    "Schema",
    "SourceIds",
    "VariantFinder",
    "alike",
    "by_ledger",
    "company_misfits",
    "content_fields",
    "fields_of_lines",
    "find_companies",
    "hold_contents",
    "in_any_case",
    "index_created",
    "line_rules",
    "links_among",
    "made_of_contents",
    "named_in",
    "one_of",
    "own_context",
    "read_whole",
    "read_written",
    "remember_lines",
    "rows_naming",
    "undivided_misfits",
]
