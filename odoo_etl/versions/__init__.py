"""Names of models, fields and values in Odoo 14 to 19."""

from odoo_etl.versions.changes import NameChange, all_changes
from odoo_etl.versions.hints import choice_hint, field_hint, model_hint, value_hint

__all__ = ["NameChange", "all_changes", "choice_hint", "field_hint", "model_hint", "value_hint"]
