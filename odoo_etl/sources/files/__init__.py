"""Files that hold tables: which ones a job means, that they stay the same, their text, header and blanks."""

from odoo_etl.sources.copies import elsewhere
from odoo_etl.sources.files.by_lines import can_be_cut, line_stretches
from odoo_etl.sources.files.delivered import delivered, is_there, listed
from odoo_etl.sources.files.fill_down import filled_down, is_blank
from odoo_etl.sources.files.find import FoundFiles, fetched_copies, files_here, find_files, found_before
from odoo_etl.sources.files.header import Header, ambiguous_names, header_of, part_lines
from odoo_etl.sources.files.moving import Here, free_names, move_file
from odoo_etl.sources.files.table_files import TableFiles, check_same_columns
from odoo_etl.sources.files.text import (
    WHOLE,
    Stretch,
    fingerprint,
    is_packed,
    line_breaks,
    line_end,
    open_bytes,
    physical_lines,
    read_blocks,
)
from odoo_etl.sources.files.unchanged import FileMark, check_unchanged, mark_of, unchanged
from odoo_etl.sources.source_file import AT_PATH, MOST_RATIO, MOST_UNPACKED_BYTES, HasChanged, Move, Place, SourceFile

__all__ = [
    "AT_PATH",
    "MOST_RATIO",
    "MOST_UNPACKED_BYTES",
    "WHOLE",
    "FileMark",
    "FoundFiles",
    "HasChanged",
    "Header",
    "Here",
    "Move",
    "Place",
    "SourceFile",
    "Stretch",
    "TableFiles",
    "ambiguous_names",
    "can_be_cut",
    "check_same_columns",
    "check_unchanged",
    "delivered",
    "elsewhere",
    "fetched_copies",
    "files_here",
    "filled_down",
    "find_files",
    "fingerprint",
    "found_before",
    "free_names",
    "header_of",
    "is_blank",
    "is_packed",
    "is_there",
    "line_breaks",
    "line_end",
    "line_stretches",
    "listed",
    "mark_of",
    "move_file",
    "open_bytes",
    "part_lines",
    "physical_lines",
    "read_blocks",
    "unchanged",
]
