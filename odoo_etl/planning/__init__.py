"""Records and what Odoo holds, to a plan of Create / Update / Unchanged / Reject. Pure."""

from odoo_etl.planning.batches import EqualWrites, ManyWrites, batches
from odoo_etl.planning.changes import (
    ADOPTED,
    Create,
    Existing,
    LineChanges,
    NoChange,
    Pair,
    Place,
    Plan,
    Update,
    VariantChanges,
    completing,
    reject_all,
    variants_among,
)
from odoo_etl.planning.dependents import Dependents
from odoo_etl.planning.fit import Misfit, inverse_misfits, misfits, unusable_key
from odoo_etl.planning.images import DATED, LINES, FieldTree, Image, after, after_create, before, image_of, is_field
from odoo_etl.planning.left_alone import REPEATED, why_skipped
from odoo_etl.planning.loadable import LoadedUpdate, Loader, LoadGroup, LoadRow, MixedRows, UpdateGroup
from odoo_etl.planning.lost_lines import lines_lost
from odoo_etl.planning.new_lines import completing_lines, with_new_lines
from odoo_etl.planning.online_checks import (
    ATTRIBUTES,
    Fields,
    ServerModels,
    check_job,
    check_rights,
    models_of,
    needed_rights,
    next_models,
)
from odoo_etl.planning.online_lines import check_new_lines, line_rights, with_lines
from odoo_etl.planning.online_required import check_filled, required_fields, unmapped_in_lookups
from odoo_etl.planning.online_warnings import check_warnings
from odoo_etl.planning.pairing import FRESH, HIDDEN, KNOWN, OTHERS
from odoo_etl.planning.paths import REMOVED, LineRemoval, PathChange, paths_of, paths_of_new, shown, shown_row
from odoo_etl.planning.plan import Planner, kept_along, lines_along, sent_along, spared
from odoo_etl.planning.refused_lines import field_refused
from odoo_etl.planning.rules import Currencies, LineRules, RecordRules, Rest, difference, field_of_line, have_variants
from odoo_etl.planning.untangle import untangled
from odoo_etl.planning.vanish import (
    ACTIVE,
    check_removals,
    check_shrink,
    policy_faults,
    policy_fields,
    policy_name,
    policy_values,
)

__all__ = [
    "ACTIVE",
    "ADOPTED",
    "ATTRIBUTES",
    "DATED",
    "FRESH",
    "HIDDEN",
    "KNOWN",
    "LINES",
    "OTHERS",
    "REMOVED",
    "REPEATED",
    "Create",
    "Currencies",
    "Dependents",
    "EqualWrites",
    "Existing",
    "FieldTree",
    "Fields",
    "Image",
    "LineChanges",
    "LineRemoval",
    "LineRules",
    "LoadGroup",
    "LoadRow",
    "LoadedUpdate",
    "Loader",
    "ManyWrites",
    "Misfit",
    "MixedRows",
    "NoChange",
    "Pair",
    "PathChange",
    "Place",
    "Plan",
    "Planner",
    "RecordRules",
    "Rest",
    "ServerModels",
    "Update",
    "UpdateGroup",
    "VariantChanges",
    "after",
    "after_create",
    "batches",
    "before",
    "check_filled",
    "check_job",
    "check_new_lines",
    "check_removals",
    "check_rights",
    "check_shrink",
    "check_warnings",
    "completing",
    "completing_lines",
    "difference",
    "field_of_line",
    "field_refused",
    "have_variants",
    "image_of",
    "inverse_misfits",
    "is_field",
    "kept_along",
    "line_rights",
    "lines_along",
    "lines_lost",
    "misfits",
    "models_of",
    "needed_rights",
    "next_models",
    "paths_of",
    "paths_of_new",
    "policy_faults",
    "policy_fields",
    "policy_name",
    "policy_values",
    "reject_all",
    "required_fields",
    "sent_along",
    "shown",
    "shown_row",
    "spared",
    "unmapped_in_lookups",
    "untangled",
    "unusable_key",
    "variants_among",
    "why_skipped",
    "with_lines",
    "with_new_lines",
]
