"""Transforms that take pieces of a text away, put others in their place, or fill it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from odoo_etl.spec.transforms.base import Arguments, Change
from odoo_etl.spec.value_kinds import Texts, Whole, invalid

Piece = Annotated[str, Field(min_length=1)]


class Remove(Arguments):
    """Drops every occurrence of one or several texts."""

    example: ClassVar[str] = "{remove: [EUR, '-']}"
    short: ClassVar[str] = "texts"

    texts: Texts = Field(description="The text to drop, or a list of them.")

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for these texts; the longest of them go first, so that none hides another."""
        del cells
        texts = sorted(self.texts, key=len, reverse=True)

        def removed(text: str) -> str:
            for piece in texts:
                text = text.replace(piece, "")
            return text

        return removed


class Replace(Arguments):
    """Puts a text in the place of each occurrence of another."""

    example: ClassVar[str] = "{replace: {from: x, to: y}}"

    from_: Piece = Field(alias="from", description="The text to look for.")
    to: str = Field(description="What stands in its place.")

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for these texts."""
        del cells
        return lambda text: text.replace(self.from_, self.to)


def _place(value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise invalid("must be a whole number, or null for the end")
    return value


_PLACES: dict[str, Any] = {"type": "array", "items": {"type": ["integer", "null"]}, "minItems": 1, "maxItems": 2}
Place = Annotated[int | None, BeforeValidator(_place)]


def _leaving_something(places: tuple[int | None, ...]) -> tuple[int | None, ...]:
    if not 1 <= len(places) <= 2:
        raise invalid("must be one place or two", "for example [0, 5], [2, null], [-4]")
    start, end = (*places, None)[:2]
    if start is not None and end is not None and end <= start and (start < 0) == (end < 0):
        raise invalid("nothing is left between these places", "for example [0, 5], [2, null], [-4]")
    return places


class Slice(Arguments):
    """Keeps the characters from a place on, up to another; negative places count from the end."""

    example: ClassVar[str] = "{slice: [0, 5]}"
    short: ClassVar[str] = "places"

    places: Annotated[tuple[Place, ...], AfterValidator(_leaving_something), WithJsonSchema(_PLACES)] = Field(
        description="The first character, counted from 0, and the one before which it ends (null: at the end)."
    )

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for these places."""
        del cells
        start, end = (*self.places, None)[:2]
        return lambda text: text[start:end]


def _one_character(value: Any) -> Any:
    if isinstance(value, str) and len(value) != 1:
        raise invalid("must be one character")
    return value


class Pad(Arguments):
    """Fills a text up to a width."""

    example: ClassVar[str] = "{pad: 5}"
    short: ClassVar[str] = "width"

    width: Whole = Field(ge=1, le=10_000, description="The fewest characters that the text has then.")
    with_: Annotated[
        str, BeforeValidator(_one_character), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 1})
    ] = Field(default="0", alias="with", description="The character that fills it up.")
    side: Literal["left", "right"] = Field(default="left", description="Where it is put.")

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for this width."""
        del cells
        if self.side == "right":
            return lambda text: text.ljust(self.width, self.with_)
        return lambda text: text.rjust(self.width, self.with_)
