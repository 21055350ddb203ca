"""Conditions of searches: the domains that find records with one of some values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from odoo_etl.mapping import Key

IN_ANY_CASE = 100  # texts of one search that is to find them in any case: each is a condition of its own


def slices(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """The keys, so many at once."""
    every = iter(keys)
    while some := list(islice(every, size)):
        yield some


def condition(head: str, values: Mapping[Any, Any], *, any_case: bool) -> list[Any]:
    """The domain that finds records with one of the values."""
    every = listed(values)
    if not any_case or not all(isinstance(value, str) for value in every):
        return one_of(head, every)
    return in_any_case(head, every)


def one_of(name: str, values: Sequence[Any]) -> list[Any]:
    """The domain that finds records with one of the values. To Odoo 14, a 0 in a list is no value."""
    among = [name, "in", list(values)]
    has_zero = any(value == 0 and not isinstance(value, bool) for value in values)
    return ["|", [name, "=", 0], among] if has_zero else [among]


def in_any_case(head: str, texts: Sequence[Any]) -> list[Any]:
    """The domain that finds records with one of the texts, whatever their case; empty ones as they are."""
    terms = [[head, "=ilike", literal(one)] if one else [head, "=", one] for one in texts]
    return ["|"] * (len(terms) - 1) + terms


def literal(text: str) -> str:
    """A text as a pattern of `like` that means just this text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def listed(values: Mapping[Any, Any]) -> list[Any]:
    """The values in a stable order, so that equal questions look equal in a log."""
    try:
        return sorted(values)
    except TypeError:  # text beside False
        return sorted(values, key=lambda value: (str(type(value)), value))
