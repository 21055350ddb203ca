"""`json` and `properties_definition`: values that Odoo keeps as documents."""

from __future__ import annotations

import json

from odoo_etl.fieldtypes.field_type import FieldType

JSON = FieldType(is_form=lambda _sent, _kept: True, cell=json.dumps, is_exact=False)
PROPERTIES_DEFINITION = FieldType(is_exact=False)
