"""The lines of a record: the one2many fields that are written together with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.field import FieldSpec
from odoo_etl.spec.sources import SourceSpec, whole_issues
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import FieldName, FieldNames


class LinesSpec(SpecModel):
    """Which columns are the lines of a one2many field, and how a line is found among those that Odoo has."""

    key: FieldNames = Field(
        default=(),
        description="The field or fields that identify a line within its record. Without any, lines are compared in"
        " their order.",
    )
    rest: Literal["keep", "remove", "archive"] = Field(
        default="keep", description="What becomes of lines that Odoo has and the source lacks."
    )
    source: SourceSpec | None = Field(
        default=None, description="Where the lines come from; without it, from the rows of their record."
    )
    match: dict[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]] = Field(
        default={},
        description="Column of that source to column of the record's source: a line is of the record whose row has the"
        " same values there.",
    )
    fields: dict[FieldName, FieldSpec] = Field(
        min_length=1, description="Field of a line to source column, or to how its value is made."
    )
    lines: dict[FieldName, LinesSpec] = Field(default={}, description="The lines of each line.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The key's fields are mapped, and a field is mapped once."""
        fields, key = data.get("fields"), data.get("key")
        for index, name in enumerate((key,) if isinstance(key, str) else key or ()):
            at: Path = ("key",) if isinstance(key, str) else ("key", index)
            if isinstance(fields, Mapping) and name not in fields:
                yield Issue(f"the key field `{name}` is not in `fields`", at, f"add `{name}: column` to `fields`")
        yield from twice_issues(fields, data.get("lines"))
        yield from _match_issues(data)
        yield from _inner_source_issues(data.get("lines"))

    def without(self, is_left_out: Callable[[FieldSpec], bool]) -> LinesSpec:
        """The same without some fields, at any depth."""
        fields = {name: one for name, one in self.fields.items() if not is_left_out(one)}
        lines = {name: one.without(is_left_out) for name, one in self.lines.items()}
        return self.model_copy(update={"fields": fields, "lines": lines})

    @property
    def min_rows(self) -> int:
        """The rows that its own source has at least: one where lines go that it lacks, unless it says otherwise."""
        if self.source is None or "min_rows" in self.source.model_fields_set:
            return self.source.min_rows if self.source is not None else 0
        return 0 if self.rest == "keep" else 1

    @property
    def every_field(self) -> Mapping[str, FieldSpec]:
        """The fields of a line and of its lines, by their path."""
        inner = {f"{name}.{path}": one for name, lines in self.lines.items() for path, one in lines.every_field.items()}
        return {**self.fields, **inner}


def joined_name(field: str, column: str) -> str:
    """The name of a column of the source of a field's lines, beside those of their records: `order_line.sku`."""
    return f"{field}.{column}"


def twice_issues(fields: Any, lines: Any) -> Iterator[Issue]:
    """A field is mapped as one or as lines."""
    for name in lines if isinstance(lines, Mapping) else ():
        if isinstance(fields, Mapping) and name in fields:
            yield Issue(f"`{name}` is in `fields`, too", ("lines", name), "remove one of them")


def _match_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """A source of lines says whose they are, and is read as a whole, by one process."""
    source, match = data.get("source"), data.get("match")
    if source is None and match:
        yield Issue("`match` is for lines with a `source` of their own", ("match",), "remove it, or add `source`")
    if source is not None and not match:
        hint = "for example `match: {order: order_no}`: column of the lines, column of the record"
        yield Issue("lines with a `source` need `match`", ("source",), hint)
    yield from joined_source_issues(source, ("source",))


def joined_source_issues(source: Any, at: Path) -> Iterator[Issue]:
    """The rows of several sources are joined: each is read as a whole."""
    yield from whole_issues(source, at, "records and lines of two sources are read as a whole")


def _inner_source_issues(lines: Any) -> Iterator[Issue]:
    """Lines of lines stand in the rows of these."""
    for name, one in lines.items() if isinstance(lines, Mapping) else ():
        for key in ("source", "match") if isinstance(one, Mapping) else ():
            if one.get(key):
                message = f"lines of lines have no `{key}`: they come from the rows of their lines"
                yield Issue(message, ("lines", name, key), "remove it, and take the rows of both from one source")
