"""Every change in Odoo, and what becomes of calls that are refused or get no answer. Start with `writer`."""

from odoo_etl.sync.writing.adoptions import ADOPT, DISOWN, Adoptions, NoAdoptions
from odoo_etl.sync.writing.bisection import LikelyRefusals, RefusalRate, isolate
from odoo_etl.sync.writing.call_size import CallSize
from odoo_etl.sync.writing.changed_groups import ChangedGroups
from odoo_etl.sync.writing.creates import Creates, Imports
from odoo_etl.sync.writing.groups import GroupCalls, GroupWriter
from odoo_etl.sync.writing.line_contents import updates_of
from odoo_etl.sync.writing.lines_trial import LinesTrial
from odoo_etl.sync.writing.new_groups import ImportedGroups, NewGroups
from odoo_etl.sync.writing.own_records import holds, made_by_one_call
from odoo_etl.sync.writing.recorder import Recorder, Rights
from odoo_etl.sync.writing.removals import ORPHANS, Removal, Remover, pages
from odoo_etl.sync.writing.settler import Settler
from odoo_etl.sync.writing.updates import Updates
from odoo_etl.sync.writing.writer import Writer

__all__ = [
    "ADOPT",
    "DISOWN",
    "ORPHANS",
    "Adoptions",
    "CallSize",
    "ChangedGroups",
    "Creates",
    "GroupCalls",
    "GroupWriter",
    "ImportedGroups",
    "Imports",
    "LikelyRefusals",
    "LinesTrial",
    "NewGroups",
    "NoAdoptions",
    "Recorder",
    "RefusalRate",
    "Removal",
    "Remover",
    "Rights",
    "Settler",
    "Updates",
    "Writer",
    "holds",
    "isolate",
    "made_by_one_call",
    "pages",
    "updates_of",
]
