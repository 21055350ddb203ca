"""Planned changes by number, action, field and key, without the file that has them being read each time.

The file is read once; a million changes take some ten megabytes here, and a page of them is read where it stands.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson

from odoo_etl.reporting.changes_file import change_of
from odoo_etl.results import Change

KEPT_INDEXES: Final = 16  # files
_BRACKETS: Final = re.compile(r"\[.*?\]")


@dataclass(frozen=True, slots=True)
class WantedChanges:
    """The changes that somebody wants to see; "" for any.

    Attributes:
        job: its name.
        action: such as `update`.
        field: its path without the marks of lines: `name`, `order_line.price_unit`.
        key: a part of what the record is found by, or called; letters in upper and lower case are the same.
    """

    job: str = ""
    action: str = ""
    field: str = ""
    key: str = ""

    @property
    def is_every(self) -> bool:
        """Whether every change of a job is wanted."""
        return not (self.action or self.field or self.key)


class ChangesIndex:
    """The changes of one file, by number from 0 on.

    Raises:
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._starts, self._actions, self._sets = path, array("Q"), array("B"), array("L")
        self._known_actions: dict[str, int] = {}
        self._known_sets: dict[frozenset[str], int] = {}
        keys = list[str]()
        with path.open("rb") as file:
            start = 0
            for line in file:
                keys.append(self._note(start, _loaded(line)))
                start += len(line)
        self._keys = "\n".join(keys)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._starts)

    def numbers(self, wanted: WantedChanges) -> Sequence[int]:
        """The numbers of the changes that are wanted, in the order of the file."""
        if wanted.is_every:
            return range(len(self))
        action = self._known_actions.get(wanted.action, -1)
        sets = {number for fields, number in self._known_sets.items() if wanted.field in fields}
        found: Iterable[int] = range(len(self))
        if wanted.action:
            found = (one for one in found if self._actions[one] == action)
        if wanted.field:
            found = (one for one in found if self._sets[one] in sets)
        if wanted.key:
            text, keys = _folded(wanted.key), self._keys.split("\n")
            found = (one for one in found if text in keys[one])
        return array("L", found)

    def changes(self, numbers: Iterable[int]) -> Iterator[Change]:
        """The changes of these numbers. Raises OSError: the file is gone."""
        with self._path.open("rb") as file:
            for number in numbers:
                file.seek(self._starts[number])
                yield change_of(file.readline())

    def _note(self, start: int, kept: Mapping[str, Any]) -> str:
        fields = frozenset(_BRACKETS.sub("", path) if "[" in path else path for path in kept["changes"])
        self._starts.append(start)
        self._actions.append(self._known_actions.setdefault(kept["action"], len(self._known_actions)))
        self._sets.append(self._known_sets.setdefault(fields, len(self._known_sets)))
        return _folded(str(kept["key"]))


def index_of(path: Path) -> ChangesIndex:
    """The index of a file, made anew where it has changed. Raises OSError."""
    known = path.stat()
    return _index(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=KEPT_INDEXES)
def _index(path: Path, _modified_ns: int, _size: int) -> ChangesIndex:
    return ChangesIndex(path)


def _folded(text: str) -> str:
    return text.casefold().replace("\n", " ")


def _loaded(line: bytes) -> Mapping[str, Any]:
    try:
        known: Mapping[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError:  # half a character, which JSON of Python may have
        known = json.loads(line)
    return known
