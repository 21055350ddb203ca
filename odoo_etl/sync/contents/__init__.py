"""Contents of files: looked at before a plan is made, read when it is carried out."""

from odoo_etl.sync.contents.contents import (
    MOST_BYTES,
    ContentChanged,
    Contents,
    bytes_in,
    check_roots,
    filled,
    filled_value,
    portions,
)
from odoo_etl.sync.contents.downloads import Downloads, downloads_of
from odoo_etl.sync.contents.files import Files

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
