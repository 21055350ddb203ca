"""The codes of rejects and of skipped rows, by the stage that finds them: mypy knows no others.

`explained/` has a page for each. Beside these, a row that Odoo refuses has Odoo's own name of the error as its code
(`OdooCode`): `odoo.exceptions.ValidationError`, say.
"""

from __future__ import annotations

from typing import Final, Literal, NewType, get_args

LineCode = Literal[  # a line of the source is no row, or nobody can say whose it is
    "bad_joined",
    "bad_quote",
    "bad_record",
    "bad_where",
    "key_changed",
    "no_header",
    "nul_character",
    "ragged_line",
    "several_headers",
    "several_joined",
    "too_long",
    "unknown_above",
]
ValueCode = Literal[  # a cell, or several, cannot become a value of a field
    "ambiguous_country",
    "ambiguous_date",
    "ambiguous_label",
    "ambiguous_vat",
    "bad_binary",
    "bad_boolean",
    "bad_constant",
    "bad_date",
    "bad_datetime",
    "bad_email",
    "bad_expression",
    "bad_external_id",
    "bad_label",
    "bad_number",
    "bad_path",
    "bad_phone",
    "bad_properties",
    "bad_selection",
    "bad_slug",
    "bad_text",
    "bad_url",
    "bad_vat",
    "download_failed",
    "empty_key",
    "error_cell",
    "file_empty",
    "file_missing",
    "file_too_large",
    "file_unreadable",
    "incomplete_lookup",
    "no_match",
    "not_available",
    "not_in_map",
    "not_loadable",
    "out_of_range",
    "outside_root",
    "private_address",
    "python_refused",
    "required",
    "several_values",
    "too_long",
    "too_many_redirects",
    "unknown_country",
    "unknown_model",
]
RecordCode = Literal[  # a row is one by itself, and its record cannot be found, planned or written
    "absent",
    "ambiguous_key",
    "ambiguous_lookup",
    "exists",
    "external_id_collision",
    "external_id_of_other_model",
    "header_differs",
    "key_lost",
    "line_rejected",
    "lines_unclear",
    "lookup_missing",
    "opens_wizard",
    "refused",
    "rejected_in_plan",
    "repeated",
    "same_record",
    "step_unknown",
    "together_differs",
    "together_columns",
    "together_not_one_call",
    "together_rejected",
    "translation_alone",
    "two_records",
    "written_since",
]
RejectCode = LineCode | ValueCode | RecordCode
OdooCode = NewType("OdooCode", str)

REJECT_CODES: Final = frozenset[str]({*get_args(LineCode), *get_args(ValueCode), *get_args(RecordCode)})


def code_of(odoo_name: str) -> RejectCode | OdooCode:
    """The code of a row that Odoo refused: Odoo's name of the error, where its answer had one."""
    return OdooCode(odoo_name) if odoo_name else "refused"


def line_code(text: str) -> LineCode:
    """The code of a line that a file of rejects names; one that nobody knows is of a line that is no row."""
    return next((code for code in get_args(LineCode) if code == text), "ragged_line")
