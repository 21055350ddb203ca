"""Records in portions that one call can carry: so many bytes of contents, whatever the number of records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from odoo_etl.fieldtypes import Content, StoredContent

Item = TypeVar("Item")

_PLAIN = frozenset({bool, int, float, type(None)})
MOST_BYTES = 16 * 1024 * 1024  # of contents in a call; in base64 a third more, where Odoo takes 128 MiB


def bytes_in(values: Iterable[Any]) -> int:
    """How many bytes of contents some values bring, lines included, be they by reference or in base64."""
    total = 0
    for value in values:
        if type(value) is str:  # as most are
            total += len(value)
        elif type(value) in _PLAIN:
            continue
        elif isinstance(value, (Content, StoredContent)):
            total += value.size
        elif isinstance(value, list | tuple):
            total += bytes_in(value)
        elif isinstance(value, dict):
            total += bytes_in(value.values())
    return total


def portions(
    items: Sequence[Item], weigh: Callable[[Item], int] | None, most: int = MOST_BYTES
) -> Iterator[Sequence[Item]]:
    """The items in their order, in portions of at most so many bytes; one that is larger goes alone.

    Args:
        weigh: the bytes of an item; None where none has contents, so that all go together.
    """
    if weigh is None:
        if items:
            yield items
        return
    first = total = 0
    for number, item in enumerate(items):
        size = weigh(item)
        if total and total + size > most:
            yield items[first:number]
            first, total = number, 0
        total += size
    if first < len(items):
        yield items[first:]
