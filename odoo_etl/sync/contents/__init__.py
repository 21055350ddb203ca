"""Contents of files: looked at before a plan is made, read when it is carried out."""

from odoo_etl.sync.contents.contents import Contents, check_roots
from odoo_etl.sync.contents.downloads import Downloads, downloads_of
from odoo_etl.sync.contents.files import Files
from odoo_etl.sync.contents.filling import ContentChanged, filled, filled_value
from odoo_etl.sync.contents.portions import MOST_BYTES, bytes_in, portions

__all__ = [
    "MOST_BYTES",
    "ContentChanged",
    "Contents",
    "Downloads",
    "Files",
    "bytes_in",
    "check_roots",
    "downloads_of",
    "filled",
    "filled_value",
    "portions",
]
