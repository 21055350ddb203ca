"""The records of another Odoo database as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr

from odoo_etl.spec.base import Issue
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.server import Server
from odoo_etl.spec.sources.incremental import IncrementalSpec
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.odoo_fields import OdooColumns, OdooLines, column_names, lines_issues
from odoo_etl.spec.value_kinds import CompanyName, FieldName, Flag, ModelName


class OdooSource(SourceKeys):
    """The records of a model, read over Odoo's external API. Values keep their types."""

    type: Literal["odoo"]
    connection: str = Field(min_length=1, description="A connection of project.yaml: the database to read from.")
    model: ModelName = Field(description="The model whose records are read, for example res.partner.")
    domain: Domain = Field(default=[], description="Which of its records; an Odoo domain.")
    archived: Flag = Field(default=False, description="Read archived records as well, and such in relations.")
    company: CompanyName | None = Field(
        default=None, description="The company that every call means: its name, external id or id; default: the user's."
    )
    context: dict[str, Any] = Field(default={}, description="Goes with every call, for example {lang: en_US}.")
    fields: OdooColumns = Field(
        description="Column to field: a path such as country_id.code, or a list of which the first that fits the"
        " server's version counts. A list of paths names the columns after these."
    )
    lines: dict[FieldName, OdooLines] = Field(
        default={}, description="One2many field to its lines, which are rows behind that of their record."
    )
    incremental: IncrementalSpec | None = Field(
        default=None, description="Read only what changed since the last run; the cursor is a datetime field."
    )
    _server: Server | None = PrivateAttr(default=None)  # no key: whoever knows the project says it

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Each thing is said once."""
        yield from super().issues(data)
        yield from lines_issues(data)
        context = data.get("context")
        for key, name in (("company", "allowed_company_ids"), ("archived", "active_test")):
            if data.get(key) not in (None, False) and isinstance(context, Mapping) and name in context:
                yield Issue(f"`{key}` beside `context.{name}`: each says the same", (key,), "remove one")

    @property
    def server(self) -> Server | None:
        """The server behind its connection; None where nobody has said it."""
        return self._server

    def on(self, server: Server) -> Self:
        """The same source, read from this server."""
        bound = self.model_copy()
        bound.__pydantic_private__ = {"_server": server}
        return bound

    @property
    def columns(self) -> list[str]:
        """The names of its columns, those of lines among them."""
        return column_names(self.fields, self.lines)
