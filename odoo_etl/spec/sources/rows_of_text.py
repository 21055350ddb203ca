"""The keys of files whose rows are cells of text: what stands above and among them, short rows, what is null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.file_keys import FileKeys
from odoo_etl.spec.value_kinds import Whole, one_or_many

_Names = Annotated[tuple[str, ...], BeforeValidator(one_or_many)]


class RowsOfText(FileKeys):
    """A file of rows as people make them."""

    skip: Whole = Field(default=0, ge=0, description="So many lines at the start of the file are left out.")
    comment: str = Field(
        default="", description="Lines that begin with this are left out, wherever they stand, quoted cells aside."
    )
    ragged: Literal["reject", "pad"] = Field(
        default="reject",
        description="pad: cells that a row lacks at its end are empty, and empty ones beyond the header are left out.",
    )
    fill_down: _Names = Field(
        default=(), description="Columns in which an empty cell stands for the last one above it that is not."
    )
    null_values: tuple[str, ...] = Field(
        default=("",), description="Cells that mean null, exactly as written; nothing else becomes null."
    )

    @field_validator("fill_down")
    @classmethod
    def _bare(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Compare them as the names of a header."""
        return tuple(name.strip() for name in names)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A comment can be seen, and a cell is no list."""
        yield from super().issues(data)
        explode = data.get("explode")
        if isinstance(explode, Mapping) and not explode.get("split"):
            hint = 'the text between the values of a cell, for example split: ";"'
            yield Issue("`explode` needs `split`, since no cell of a table is a list", ("explode",), hint)
        comment = data.get("comment")
        if isinstance(comment, str) and comment and (not comment.strip() or "\n" in comment or "\r" in comment):
            yield Issue("`comment` must be visible characters of one line", ("comment",), 'for example "#"')
