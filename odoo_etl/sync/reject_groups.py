"""Rejected rows by field and reason: every flaw of each is counted, also where a row has several. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from odoo_etl.results import RejectedRow, RejectGroup
from odoo_etl.text import general

MOST_GROUPS: Final = 10_000  # told apart
KEPT_GROUPS: Final = 100
OTHER: Final = RejectGroup("", "", "other reasons", 0)

_Key = tuple[str, str, str]


class RejectGroups:
    """Counts flaws as rows are rejected; for use by one thread at a time."""

    def __init__(self) -> None:
        self._groups: dict[_Key, RejectGroup] = {}

    def add(self, row: RejectedRow) -> None:
        """A row is rejected."""
        for group in _groups_of(row):
            _put(self._groups, group)

    def most_first(self) -> tuple[RejectGroup, ...]:
        """The groups with most rows; what there is besides is one group in the end."""
        return _first(self._groups)


def added(groups: Iterable[RejectGroup]) -> tuple[RejectGroup, ...]:
    """The groups of several parts of a job, added up."""
    found: dict[_Key, RejectGroup] = {}
    for group in groups:
        _put(found, group)
    return _first(found)


def without(groups: Iterable[RejectGroup], landed: Iterable[RejectedRow]) -> tuple[RejectGroup, ...]:
    """The groups without rows that landed after all."""
    found = {_key(group): group for group in groups}
    for one in (one for row in landed for one in _groups_of(row)):
        if (known := found.get(_key(one))) is not None:
            found[_key(one)] = replace(known, rows=known.rows - 1)
    return _first({key: group for key, group in found.items() if group.rows > 0})


def _groups_of(row: RejectedRow) -> Iterator[RejectGroup]:
    for field, code, reason in row.flaws or ((row.field, row.code, row.reason),):
        yield RejectGroup(field, code, general(reason), 1, row.line, row.name or row.file, reason)


def _key(group: RejectGroup) -> _Key:
    return group.field, group.code, group.reason


def _put(groups: dict[_Key, RejectGroup], group: RejectGroup) -> None:
    """Count a group; its example is that of the first row, in whatever order rows come."""
    key = _key(group)
    if key not in groups and len(groups) >= MOST_GROUPS:
        key, group = _key(OTHER), replace(OTHER, rows=group.rows)
    known = groups.get(key)
    if known is None:
        groups[key] = group
        return
    first = min(known, group, key=lambda one: (one.file, one.line))
    groups[key] = replace(first, rows=known.rows + group.rows)


def _first(groups: dict[_Key, RejectGroup]) -> tuple[RejectGroup, ...]:
    other = groups.pop(_key(OTHER), OTHER)
    ordered = sorted(groups.values(), key=lambda one: (-one.rows, *_key(one)))
    rows = other.rows + sum(one.rows for one in ordered[KEPT_GROUPS:])
    return (*ordered[:KEPT_GROUPS], *([replace(OTHER, rows=rows)] if rows else []))
