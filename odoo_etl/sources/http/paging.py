"""From one page to the next: pure, each way to do it chosen once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.documents import Page, Record, value_at
from odoo_etl.sources.http.requests import PageRequest
from odoo_etl.sources.nested import keys_of
from odoo_etl.spec.sources import CursorPages, LinkPages, NumberPages, OffsetPages, PagesSpec, UrlPages

_AT = ("source", "pages")
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]*))?)*)')
_PARAM = re.compile(r';\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]*)))?')
_FALSE: Final = frozenset({"", "0", "false", "no", "null"})


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered.

    Attributes:
        headers: of the answer.
        count: how many records it has.
        last: the last one.
        number: how many pages have come, this one included.
        read: how many records have come, those of this page included.
    """

    request: PageRequest
    headers: Mapping[str, str]
    page: Page
    count: int
    last: Record | None
    number: int
    read: int


Next = Callable[[Answered], PageRequest | None]


@dataclass(frozen=True, slots=True)
class Paging:
    """The first request, and what follows an answer: the next request, or None after the last page.

    `next_page` raises SourceError: an answer does not say what it has to.
    """

    first: PageRequest
    next_page: Next


def paging(spec: PagesSpec | None, request: PageRequest) -> Paging:
    """How the pages of a source follow each other."""
    if spec is None:
        return Paging(request, lambda _: None)
    if isinstance(spec, LinkPages):
        return Paging(request, _by_link)
    if isinstance(spec, UrlPages):
        return Paging(request, partial(_by_url, spec))
    if isinstance(spec, CursorPages):
        return Paging(request, partial(_by_cursor, spec))
    first = _asking(spec, request, spec.first)
    if isinstance(spec, NumberPages):
        return Paging(first, partial(_by_number, spec, request))
    return Paging(first, partial(_by_offset, spec, request))


def _by_link(answered: Answered) -> PageRequest | None:
    link = next_link(answered.headers.get("Link", ""))
    return answered.request.at(link) if link is not None else None


def next_link(header: str) -> str | None:
    """The address with `rel="next"` of a header `Link`; None without one."""
    for target, params in _LINK.findall(header):
        for name, quoted, plain in _PARAM.findall(params):
            if name.lower() == "rel" and "next" in (quoted or plain).lower().split():
                return str(target)
    return None


def _by_url(spec: UrlPages, answered: Answered) -> PageRequest | None:
    link = answered.page.value(spec.at)
    if link is None or link is False or link == "":
        return None
    if not isinstance(link, str):
        raise SourceError(f"pages: {spec.at!r} is no address in the answer, but {_kind(link)}", _AT)
    return answered.request.at(link)


def _by_cursor(spec: CursorPages, answered: Answered) -> PageRequest | None:
    if _ended(spec, answered) or (spec.of_last and not answered.count):
        return None
    if spec.of_last:
        cursor, where = value_at(answered.last, keys_of(spec.of_last)), "the last record"
    else:
        cursor, where = answered.page.value(spec.at or ""), "the answer"
    if isinstance(cursor, dict | list | float) or cursor is True:
        raise SourceError(f"pages: {spec.of_last or spec.at!r} is no cursor in {where}, but {_kind(cursor)}", _AT)
    if cursor is None or cursor is False or cursor == "":
        if spec.of_last:
            raise SourceError(f"pages: the last record of a page has no {spec.of_last!r}, which is its cursor", _AT)
        return None
    return _asking(spec, answered.request, cursor)


def _by_number(spec: NumberPages, request: PageRequest, answered: Answered) -> PageRequest | None:
    if not answered.count or _ended(spec, answered):
        return None
    if spec.count and answered.number >= number_at(answered.page, spec.count, "pages"):
        return None
    return _asking(spec, request, spec.first + answered.number)


def _by_offset(spec: OffsetPages, request: PageRequest, answered: Answered) -> PageRequest | None:
    if not answered.count or _ended(spec, answered):
        return None
    return _asking(spec, request, spec.first + answered.read)


def _ended(spec: CursorPages | NumberPages | OffsetPages, answered: Answered) -> bool:
    """Whether an answer says that no page follows, or that all records have come."""
    if spec.more is not None:
        more = answered.page.value(spec.more)
        if more is None:
            raise SourceError(f"pages: the answer has no {spec.more!r}, which says whether more follow", _AT)
        return str(more).lower() in _FALSE
    is_counted = spec.total is not None and not isinstance(spec, CursorPages)
    return is_counted and answered.read >= number_at(answered.page, spec.total or "", "records")


def number_at(page: Page, path: str, of: str) -> int:
    """The number at a path of an answer. Raises SourceError: there is none."""
    found = page.value(path)
    if isinstance(found, str) and found.isdecimal() and len(found) < 19:
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int):
        what = "is missing" if found is None else f"is {_kind(found)}"
        raise SourceError(f"pages: {path!r}, the number of {of}, {what} in the answer", _AT)
    return found


def _asking(spec: CursorPages | NumberPages | OffsetPages, request: PageRequest, value: Any) -> PageRequest:
    if spec.body is not None:
        return request.with_key(keys_of(spec.body), value)
    return request.with_params({spec.param or "": _texts(value)})


def _texts(value: Any) -> Sequence[str]:
    return (value if isinstance(value, str) else str(value),)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), f"the number {value}")
