"""Files of nested records."""

from __future__ import annotations

from pydantic import Field

from odoo_etl.spec.sources.file_keys import FileKeys
from odoo_etl.spec.sources.nested_keys import NestedKeys
from odoo_etl.spec.value_kinds import Flag


class NestedFile(NestedKeys, FileKeys):
    """Files whose records are nested."""

    only_new: Flag = Field(default=False, description="Leave out files that an earlier run has read as they are.")
