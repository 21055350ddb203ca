"""The lines of a record: the one2many fields that are written together with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.field import FieldSpec
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import FieldName, FieldNames

# What fields of records have and fields of lines have not.
_NOT_OF_LINES: Final = ("translations", "companies", "write", "labels")
_CONTENTS: Final = ("file", "url")


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
        """The key's fields are mapped to single values, and lines have no options of whole records."""
        fields = data.get("fields")
        for name, one in fields.items() if isinstance(fields, Mapping) else ():
            yield from _field_issues(str(name), one)
        key = data.get("key")
        for index, name in enumerate((key,) if isinstance(key, str) else key or ()):
            at: Path = ("key",) if isinstance(key, str) else ("key", index)
            if isinstance(fields, Mapping) and name not in fields:
                yield Issue(f"the key field `{name}` is not in `fields`", at, f"add `{name}: column` to `fields`")
        yield from twice_issues(fields, data.get("lines"))

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


def _field_issues(name: str, one: Any) -> Iterator[Issue]:
    """A line lives and dies with its record: what looks at a record by itself has no place there."""
    if not isinstance(one, Mapping):
        return
    for key in _NOT_OF_LINES:
        if one.get(key) not in (None, "always"):
            yield Issue(f"`{key}` has no place in a line", ("fields", name, key), "remove it")
    if one.get("type") in _CONTENTS:
        yield Issue(f"`type: {one['type']}` has no place in a line", ("fields", name, "type"), "`type: base64`")
    lookup = one.get("lookup")
    last = lookup[-1] if isinstance(lookup, (list, tuple)) and lookup else lookup
    if isinstance(last, Mapping) and last.get("on_missing") in {"create", "defer"}:
        message = f"`on_missing: {last['on_missing']}` has no place in a line: it is written with its record"
        yield Issue(message, ("fields", name, "lookup"), "a job before this one that creates the records")
