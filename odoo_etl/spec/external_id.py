"""The template of an external id: `legacy.partner_{ref}`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from odoo_etl.spec.value_kinds import invalid

# A module, a dot, then letters, digits, _ - and at least one column in braces.
_TEMPLATE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_-]*(?:\{[^{}]+\}[A-Za-z0-9_-]*)+")
_COLUMN = re.compile(r"\{([^{}]+)\}")


def _template(text: str) -> str:
    if not _TEMPLATE.fullmatch(text):
        raise invalid("must be module.name_{column} with at least one column", 'for example "legacy.partner_{ref}"')
    return text


ExternalIdTemplate = Annotated[
    str, AfterValidator(_template), WithJsonSchema({"type": "string", "pattern": f"^{_TEMPLATE.pattern}$"})
]


def template_columns(template: str) -> list[str]:
    """The columns that a template reads, in its order."""
    return _COLUMN.findall(template)
