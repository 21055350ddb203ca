"""The first rows of a job as a run would take them: watched while they are planned, or mapped without a server."""

from odoo_etl.previewing.offline import preview_offline
from odoo_etl.previewing.online import Planning, preview_online
from odoo_etl.previewing.picked import picked

__all__ = [
    "Planning",
    "picked",
    "preview_offline",
    "preview_online",
]
