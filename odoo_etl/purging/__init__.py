"""Forgetting: what `purge` takes out of run folders, and which records a key means."""

from odoo_etl.purging.folders import RunFolders
from odoo_etl.purging.forgotten import Forgotten
from odoo_etl.purging.in_ledger import forget_in_ledger
from odoo_etl.purging.wanted import WantedKeys

__all__ = ["Forgotten", "RunFolders", "WantedKeys", "forget_in_ledger"]
