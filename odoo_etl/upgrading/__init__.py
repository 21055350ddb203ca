"""`upgrade`: files of an older format are rewritten to the newest one, their comments and their order kept."""

from odoo_etl.upgrading.edits import Edit, Text, edited
from odoo_etl.upgrading.files import FileUpgrade, UpgradedFiles, upgrade_project, write_upgrades
from odoo_etl.upgrading.versions import NEWEST, UPGRADES, Upgrade, upgraded

__all__ = [
    "NEWEST",
    "UPGRADES",
    "Edit",
    "FileUpgrade",
    "Text",
    "Upgrade",
    "UpgradedFiles",
    "edited",
    "upgrade_project",
    "upgraded",
    "write_upgrades",
]
