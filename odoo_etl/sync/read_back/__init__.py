"""Values that Odoo keeps otherwise than sent: read back after each write, remembered, reported. Start with `look`."""

from odoo_etl.sync.read_back.look import ReadBack
from odoo_etl.sync.read_back.memory import CarryOut, Known, Memory, is_dropped, is_known
from odoo_etl.sync.read_back.passing_on import PassingOn
from odoo_etl.sync.read_back.relatives import PARENT, Family, Standing, Ties, relations, ties_of
from odoo_etl.sync.read_back.report import ValueReport, all_discrepancies
from odoo_etl.sync.read_back.second_look import AfterWrites, NoWrites, SecondLook, of_own_making

__all__ = [
    "PARENT",
    "AfterWrites",
    "CarryOut",
    "Family",
    "Known",
    "Memory",
    "NoWrites",
    "PassingOn",
    "ReadBack",
    "SecondLook",
    "Standing",
    "Ties",
    "ValueReport",
    "all_discrepancies",
    "is_dropped",
    "is_known",
    "of_own_making",
    "relations",
    "ties_of",
]
