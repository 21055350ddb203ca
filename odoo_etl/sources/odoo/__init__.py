"""The records of another Odoo database: paged by id, relations read in bulk."""

from odoo_etl.sources.odoo.reach import reached
from odoo_etl.sources.odoo.records import OdooRecords
from odoo_etl.sources.odoo.wanted_contents import WantedContents, wanted_contents

__all__ = ["OdooRecords", "WantedContents", "reached", "wanted_contents"]
