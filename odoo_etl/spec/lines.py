"""The lines of a record: the one2many fields that are written together with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.field import FieldSpec
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

    def without(self, is_left_out: Callable[[FieldSpec], bool]) -> LinesSpec:
        """The same without some fields, at any depth."""
        fields = {name: one for name, one in self.fields.items() if not is_left_out(one)}
        lines = {name: one.without(is_left_out) for name, one in self.lines.items()}
        return self.model_copy(update={"fields": fields, "lines": lines})

    @property
    def every_field(self) -> Mapping[str, FieldSpec]:
        """The fields of a line and of its lines, by their path."""
        inner = {f"{name}.{path}": one for name, lines in self.lines.items() for path, one in lines.every_field.items()}
        return {**self.fields, **inner}


def twice_issues(fields: Any, lines: Any) -> Iterator[Issue]:
    """A field is mapped as one or as lines."""
    for name in lines if isinstance(lines, Mapping) else ():
        if isinstance(fields, Mapping) and name in fields:
            yield Issue(f"`{name}` is in `fields`, too", ("lines", name), "remove one of them")
