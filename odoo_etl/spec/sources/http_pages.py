"""How the pages of a source follow each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import Whole

AnswerPath = Annotated[str, Field(min_length=1)]
_Name = Annotated[str, Field(min_length=1)]


class _Pages(SpecModel):
    """The keys of all ways."""

    total: AnswerPath | None = Field(
        default=None, description="Where an answer says how many records there are: fewer at the end are an error."
    )


class _Sent(_Pages):
    """The keys of ways in which each request says which page it wants."""

    param: _Name | None = Field(default=None, description="The parameter of the address that says which page.")
    body: AnswerPath | None = Field(
        default=None, description="Or the key in the body that does, for example variables.after; for method POST."
    )
    more: AnswerPath | None = Field(default=None, description="Where an answer says (true, false) whether more follow.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A request says it in one place."""
        yield from super().issues(data)
        yield from place_issues(data)


class LinkPages(_Pages):
    """The header `Link: <...>; rel="next"` (RFC 8288) has the address of the next page."""

    type: Literal["link"]


class UrlPages(_Pages):
    """Each answer has the address of the next page; the last one has none."""

    type: Literal["url"]
    at: AnswerPath = Field(description="Where it stands in an answer, for example links.next.")


class CursorPages(_Sent):
    """Each answer has a cursor, which the request for the next page sends; the last one has none."""

    type: Literal["cursor"]
    at: AnswerPath | None = Field(default=None, description="Where it stands in an answer: meta.next_cursor.")
    of_last: AnswerPath | None = Field(
        default=None, description="Or what of the last record is the cursor, for example id; until a page is empty."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The cursor stands in one place."""
        yield from super().issues(data)
        if (data.get("at") is None) == (data.get("of_last") is None):
            yield Issue("a cursor needs either `at` or `of_last`", (), "`at: meta.next_cursor`, or `of_last: id`")


class NumberPages(_Sent):
    """Requests count pages, until one is empty."""

    type: Literal["page"]
    first: Whole = Field(default=1, ge=0, description="The number of the first page.")
    count: AnswerPath | None = Field(default=None, description="Where an answer says how many pages there are.")


class OffsetPages(_Sent):
    """Requests count the records before their page, until one is empty."""

    type: Literal["offset"]
    first: Whole = Field(default=0, ge=0, description="What the first request says.")


PagesSpec = Annotated[LinkPages | UrlPages | CursorPages | NumberPages | OffsetPages, Field(discriminator="type")]


def place_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """A page is asked for in the address or in the body."""
    if (data.get("param") is None) == (data.get("body") is None):
        hint = "the name of a parameter of the address, or a key in the body"
        yield Issue("a request says it either in `param` or in `body`", (), hint)
