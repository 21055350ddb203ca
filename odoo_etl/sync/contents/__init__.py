"""Contents of files: looked at before a plan is made, read when it is carried out."""

from odoo_etl.sync.contents.contents import (
    MOST_BYTES,
    Contents,
    bytes_in,
    check_roots,
    portions,
)
from odoo_etl.sync.contents.downloads import Downloads, downloads_of
from odoo_etl.sync.contents.elsewhere import Elsewhere
from odoo_etl.sync.contents.files import Files
from odoo_etl.sync.contents.filling import ContentChanged, filled

__all__ = [
    "MOST_BYTES",
    "ContentChanged",
    "Contents",
    "Downloads",
    "Elsewhere",
    "Files",
    "bytes_in",
    "check_roots",
    "downloads_of",
    "filled",
    "portions",
]
