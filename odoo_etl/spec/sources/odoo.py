"""The records of another Odoo database as a source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr

from odoo_etl.spec.base import Issue
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.server import Server
from odoo_etl.spec.sources.incremental import IncrementalSpec
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.odoo_fields import OdooColumns, OdooField, OdooLines, column_names, lines_issues, read_lines
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
        default=None, description="Read only what changed since the last run; the cursor is a field: write_date."
    )
    _server: Server | None = PrivateAttr(default=None)  # no key: whoever knows the project says it

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Each thing is said once."""
        yield from super().issues(data)
        yield from lines_issues(data)
        context = data.get("context")
        yield from _cursor_issues(data.get("incremental"), data.get("fields"))
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
    def cursor_column(self) -> str | None:
        """The column that holds the cursor of `incremental`."""
        if self.incremental is None:
            return None
        plain = (OdooField(field=self.incremental.cursor),)
        return next((name for name, ways in self.fields.items() if ways == plain), self.incremental.cursor)

    @property
    def read_fields(self) -> Mapping[str, tuple[OdooField, ...]]:
        """Column to field, with one for the cursor of `incremental`."""
        if self.incremental is None or self.cursor_column in self.fields:
            return self.fields
        return {**self.fields, self.incremental.cursor: (OdooField(field=self.incremental.cursor),)}

    @property
    def columns(self) -> list[str]:
        """The names of its columns, those of lines among them."""
        return column_names(self.read_fields, self.lines)

    @property
    def shares_lines(self) -> bool:
        """The row of a record and those of its lines stand in one line."""
        return bool(self.lines) or super().shares_lines

    def with_lines(self, columns: Collection[str]) -> Self:
        """The same without the lines none of whose columns are among these."""
        return self.model_copy(update={"lines": read_lines(self.lines, frozenset(columns))})


def _cursor_issues(incremental: Any, fields: Any) -> Iterator[Issue]:
    """The column that is called as the cursor holds it."""
    cursor = incremental.get("cursor") if isinstance(incremental, Mapping) else None
    if not isinstance(cursor, str) or not isinstance(fields, Mapping) or cursor in fields.values():
        return
    if fields.get(cursor) not in (None, {"field": cursor}):
        message = f"the column `{cursor}` is called as the cursor, and holds something else"
        yield Issue(message, ("fields", cursor), "give it another name")
