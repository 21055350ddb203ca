"""Records whose rows vanished from the source, and those whose rows are there again."""

from odoo_etl.sync.mirror.inside_domain import MirrorOfDomain
from odoo_etl.sync.mirror.returned import ReturnedRecords, tell_strangers
from odoo_etl.sync.mirror.vanished import Mirror, NoMirror, RowFinder, Vanishing, check_shrinkage

__all__ = [
    "Mirror",
    "MirrorOfDomain",
    "NoMirror",
    "ReturnedRecords",
    "RowFinder",
    "Vanishing",
    "check_shrinkage",
    "tell_strangers",
]
