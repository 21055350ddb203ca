"""Files of nested records."""

from __future__ import annotations

from odoo_etl.spec.sources.file_keys import FileKeys
from odoo_etl.spec.sources.nested_keys import NestedKeys


class NestedFile(NestedKeys, FileKeys):
    """Files whose records are nested."""
