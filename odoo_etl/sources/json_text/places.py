"""Where the records of a JSON document lie, where its job does not say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.json_text.text import MOST_DEPTH, JsonText
from odoo_etl.sources.nested import below

WHOLE_DOCUMENT: Final = "."  # as the place of records: the document is one
AT_RECORDS: Final = ("source", "records")


def place_of_records(text: JsonText) -> str:
    """The way to the list of records: "" for the document itself, `.` where that is one record.

    Raises SourceError: several may be meant, or the document is malformed.
    """
    mark = text.peek()
    if mark != "{":
        return ""
    lists = dict(_lists(text, "", 0))
    of_objects = [name for name, has_objects in lists.items() if has_objects]
    if len(of_objects) == 1:
        return of_objects[0]
    if not lists:
        return WHOLE_DOCUMENT
    names = ", ".join(of_objects or lists)
    what = f"lists of objects stand in {names}" if of_objects else f"nobody knows what the empty {names} would hold"
    first = next(iter(of_objects or lists))
    raise SourceError(
        f"{text.name}: {what}: say which list holds the records, `records: {first}`, or `records: {WHOLE_DOCUMENT}`"
        " where the whole document is one record",
        AT_RECORDS,
    )


def _lists(text: JsonText, name: str, depth: int) -> Iterator[tuple[str, bool]]:
    """The lists in the object that comes next that are empty, or begin with an object; those in lists aside."""
    for key in text.each_key():
        mark, own = text.peek(), below(name, key)
        if mark == "{" and depth < MOST_DEPTH:
            yield from _lists(text, own, depth + 1)
        elif mark == "[":
            first = ""
            for _ in text.each_item():
                first = first or text.peek()
                text.skip()
            if first in {"", "{"}:
                yield own, first == "{"
        else:
            text.skip()
