"""Names of models, fields and values in Odoo 14 to 19."""

from odoo_etl.versions.changes import NameChange, all_changes
from odoo_etl.versions.hints import field_hint, model_hint, value_hint

__all__ = ["NameChange", "all_changes", "field_hint", "model_hint", "value_hint"]
