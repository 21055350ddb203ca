"""Text of fixed width as a source."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from odoo_etl.spec.sources.rows import Name
from odoo_etl.spec.sources.rows_of_text import RowsOfText
from odoo_etl.spec.sources.text_keys import TextKeys
from odoo_etl.spec.value_kinds import invalid

_HINT = "for example `name: 30`, or `name: [11, 40]` for the characters 11 to 40, counted from 1"


def _place(value: Any) -> Any:
    """A width, or the first and the last character, from 1."""
    ends = value if isinstance(value, list | tuple) else (1, value)
    whole = len(ends) == 2 and all(isinstance(one, int) and not isinstance(one, bool) for one in ends)
    if not whole or ends[0] < 1 or ends[1] < ends[0]:
        raise invalid("must be a width, or the first and the last character", _HINT)
    return tuple(value) if isinstance(value, list | tuple) else value


_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 1}
Place = Annotated[
    int | tuple[int, int],
    BeforeValidator(_place),
    WithJsonSchema({"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}]}),
]


class FixedSource(RowsOfText, TextKeys):
    """Lines whose cells stand at the same places. Every cell is text without the blanks at its end."""

    type: Literal["fixed"]
    columns: dict[Name, Place] = Field(
        min_length=1,
        description="Name to width, one column behind the other, or to the first and the last character, from 1.",
    )

    @property
    def places(self) -> Sequence[tuple[int, int]]:
        """Where the cells of each column begin and end in a line, from 0, the end not included."""
        found = list[tuple[int, int]]()
        for place in self.columns.values():
            start = found[-1][1] if found else 0
            found.append((start, start + place) if isinstance(place, int) else (place[0] - 1, place[1]))
        return found

    @field_validator("columns")
    @classmethod
    def _apart(cls, columns: dict[str, Any]) -> dict[str, Any]:
        """Refuse columns that share a character."""
        places = cls.model_construct(columns=columns).places
        for (one, name), (other, next_name) in pairwise(sorted(zip(places, columns, strict=True))):
            if other[0] < one[1]:
                raise ValueError(f"the columns {name!r} and {next_name!r} share the character {other[0] + 1}")
        return columns
