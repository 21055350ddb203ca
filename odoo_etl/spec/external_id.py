"""The template of an external id: `legacy.partner_{ref}`."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import invalid

# A module, a dot, then letters, digits, _ - and at least one column in braces.
_TEMPLATE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_-]*(?:\{[^{}]+\}[A-Za-z0-9_-]*)+")
_COLUMN = re.compile(r"\{([^{}]+)\}")


def _template(text: str) -> str:
    if not _TEMPLATE.fullmatch(text):
        raise invalid("must be module.name_{column} with at least one column", 'for example "legacy.partner_{ref}"')
    return text


class ExternalIdSpec(SpecModel):
    """How an external id is made."""

    template: Annotated[
        str, AfterValidator(_template), WithJsonSchema({"type": "string", "pattern": f"^{_TEMPLATE.pattern}$"})
    ] = Field(description="module.name_{column}, with at least one column.")
    empty: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Stands for each column that is empty; without it such rows are rejects.",
    )

    @property
    def module(self) -> str:
        """The name before the dot."""
        return self.template.partition(".")[0]


def _short(given: Any) -> Any:
    """A template alone as what it is short for."""
    return ExternalIdSpec(template=_template(given)) if isinstance(given, str) else given


class _AlsoShort:
    """Lets JSON Schema take the template alone."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "pattern": f"^{_TEMPLATE.pattern}$"}, handler(core)]}


ExternalIdTemplate = Annotated[ExternalIdSpec, BeforeValidator(_short), _AlsoShort()]


def template_columns(template: str) -> list[str]:
    """The columns that a template reads, in its order."""
    return _COLUMN.findall(template)
