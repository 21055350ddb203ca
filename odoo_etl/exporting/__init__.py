"""Records of Odoo as files and tables: what is read of each, how it is written, how a broken export goes on."""

from odoo_etl.exporting.carry_out import Format, Reading, Told, Writing, Written, carry_out
from odoo_etl.exporting.content_files import ContentFiles
from odoo_etl.exporting.forms import Lists
from odoo_etl.exporting.job_file import BackJob, check_key, target_of
from odoo_etl.exporting.job_layout import JobColumns, JobLayout
from odoo_etl.exporting.layout import SOURCE_ID, Kind, Layout, OutColumn
from odoo_etl.exporting.limits import too_many
from odoo_etl.exporting.model_layout import ModelLayout, default_fields, layout_of
from odoo_etl.exporting.models import ID, ExportedModels
from odoo_etl.exporting.options import ExportOptions
from odoo_etl.exporting.part import CannotWrite, Position
from odoo_etl.exporting.relations import Relations, Ways, are_distinct
from odoo_etl.exporting.targets import FORMATS, FileTarget, file_target

__all__ = [
    "FORMATS",
    "ID",
    "SOURCE_ID",
    "BackJob",
    "CannotWrite",
    "ContentFiles",
    "ExportOptions",
    "ExportedModels",
    "FileTarget",
    "Format",
    "JobColumns",
    "JobLayout",
    "Kind",
    "Layout",
    "Lists",
    "ModelLayout",
    "OutColumn",
    "Position",
    "Reading",
    "Relations",
    "Told",
    "Ways",
    "Writing",
    "Written",
    "are_distinct",
    "carry_out",
    "check_key",
    "default_fields",
    "file_target",
    "layout_of",
    "target_of",
    "too_many",
]
