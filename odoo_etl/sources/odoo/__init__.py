"""The records of another Odoo database: paged by id, relations read in bulk."""

from odoo_etl.sources.odoo.reach import reached
from odoo_etl.sources.odoo.records import OdooRecords

__all__ = ["OdooRecords", "reached"]
