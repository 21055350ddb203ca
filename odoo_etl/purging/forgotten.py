"""Texts and JSON without what is to be forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

PURGED: Final = "(purged)"
_WHOLES: Final = ("counts", "jobs")  # what has one of these is a job or a run, and not about one record


class Forgotten:
    """Takes some texts out of values.

    Args:
        texts: as whole words: `C-1` is not meant where `C-10` stands.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        longest_first = sorted({text for text in texts if text}, key=len, reverse=True)
        every = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<![\w]){'(?:' + every + ')'}(?![\w])") if every else None

    def says(self, value: Any) -> bool:
        """Whether any of them stands in a value, or in what it holds."""
        if isinstance(value, str):
            return self._pattern is not None and self._pattern.search(value) is not None
        if isinstance(value, Mapping):
            return any(self.says(one) for pair in value.items() for one in pair)
        if isinstance(value, list | tuple):
            return any(map(self.says, value))
        return isinstance(value, int | float) and not isinstance(value, bool) and self.says(str(value))

    def without(self, value: Any) -> Any:
        """The value without what is about one of them.

        An entry of a list that is about a record goes whole, since its other values are of the same record; in
        anything else the text itself is replaced.
        """
        if not self.says(value):
            return value
        if isinstance(value, list | tuple):
            return [self.without(one) for one in value if not (self.says(one) and _is_about_one(one))]
        if isinstance(value, Mapping):
            if _is_about_one(value):
                return {name: PURGED if isinstance(one, str) else None for name, one in value.items()}
            return {name: self.without(one) for name, one in value.items()}
        return PURGED if not isinstance(value, str) or self._pattern is None else self._pattern.sub(PURGED, value)


def _is_about_one(value: Any) -> bool:
    """Whether a value is about one record or row: a list, or an object that has no jobs, counts or lists of objects."""
    if isinstance(value, list | tuple):
        return not any(isinstance(one, Mapping) for one in value)
    if not isinstance(value, Mapping):
        return False
    inner = [one for one in value.values() if isinstance(one, list) and any(isinstance(each, Mapping) for each in one)]
    return not inner and not any(name in value for name in _WHOLES) and _names_one(value)


def _names_one(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in ("key", "id", "line", "row", "cells", "name", "reason"))
