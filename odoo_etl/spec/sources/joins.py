"""Rows of another source beside those of a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import invalid, one_or_many

if TYPE_CHECKING:
    from odoo_etl.spec.sources import SourceSpec  # the union of all kinds, each of which may have joins

_COLUMN: Final[dict[str, Any]] = {"type": "string", "minLength": 1}


def _on(value: Any) -> dict[str, str]:
    """Column of the source to column of the joined one."""
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        names = one_or_many(value)
        pairs = [(name, name) for name in names] if isinstance(names, list | tuple) else []
    if not pairs or not all(isinstance(name, str) and name for pair in pairs for name in pair):
        message = "must be a column, a list of columns, or a mapping of columns to those of the joined source"
        raise invalid(message, "for example order_no, or {order_no: order}")
    return dict(pairs)


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, Mapping | JoinSpec) else value


def _one_too(schema: dict[str, Any]) -> None:
    """A single join needs no list."""
    listed = {key: schema.pop(key) for key in ("type", "items") if key in schema}
    schema["anyOf"] = [listed["items"], listed]


On = Annotated[
    dict[str, str],
    BeforeValidator(_on),
    WithJsonSchema(
        {
            "anyOf": [
                _COLUMN,
                {"type": "array", "items": _COLUMN, "minItems": 1},
                {"type": "object", "additionalProperties": _COLUMN, "minProperties": 1},
            ]
        }
    ),
]


class JoinSpec(SpecModel):
    """The rows of another source, found by the values of columns, whose columns come beside those of the source."""

    source: SourceSpec = Field(description="The joined source: of any kind, with a shape and joins of its own.")
    on: On = Field(
        description="The column, or columns, that rows of both have the same values in; {column: column of the joined"
        " source} where these have other names."
    )
    how: Literal["left", "inner"] = Field(
        default="left",
        description="What becomes of a row that the joined source has no row for: left keeps it, with empty columns;"
        " inner leaves it out.",
    )
    several: Literal["rows", "first", "reject"] = Field(
        default="rows",
        description="What becomes of a row that the joined source has several rows for: one row for each of them, one"
        " with the first of them, or a reject.",
    )

    @property
    def name(self) -> str:
        """The joined source as messages call it."""
        path = getattr(self.source, "path", "")
        return PurePath(path.partition("?")[0] if "://" in path else path).name or f"the {self.source.type} source"

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The joined source is read as a whole."""
        yield from super().issues(data)
        yield from whole_issues(data.get("source"), ("source",), "a joined source is read as a whole")


Joins = Annotated[
    tuple[JoinSpec, ...],
    BeforeValidator(_one_or_many),
    Field(json_schema_extra=_one_too),
]


def with_joined(source: SourceSpec) -> list[tuple[Path, SourceSpec]]:
    """A source and those that are joined to it, at any depth, each with its place below the first."""
    found: list[tuple[Path, SourceSpec]] = [((), source)]
    for number, one in enumerate(source.join):
        found += [(("join", number, "source", *at), inner) for at, inner in with_joined(one.source)]
    return found


def changed(source: SourceSpec, change: Callable[[SourceSpec], SourceSpec]) -> SourceSpec:
    """A source, changed, and so are those that are joined to it."""
    joins = tuple(one.model_copy(update={"source": changed(one.source, change)}) for one in source.join)
    return change(source.model_copy(update={"join": joins}) if joins else source)


def whole_issues(source: Any, at: Path, why: str) -> Iterator[Issue]:
    """Keys that leave out rows, or divide them, do not go with a source that is read as a whole.

    Args:
        source: as written.
        why: it is.
    """
    for name in ("incremental", "only_new"):
        if isinstance(source, Mapping) and source.get(name) not in (None, False, "false"):
            yield Issue(f"{why}, so it cannot have `{name}`", (*at, name), "remove it")
    if isinstance(source, Mapping) and source.get("split_by"):
        yield Issue(f"{why}, so that `split_by` does nothing", (*at, "split_by"), "remove it")
