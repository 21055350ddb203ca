"""Keys that a job may have: one field or two, how unique it is in the file, and how many of it Odoo has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from odoo_etl.errors import OdooError
from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.held import Records
from odoo_etl.guessing.words import known_words

_MOST_ASKED: Final = 500
_NEARLY: Final = 0.97
_MOST_SHOWN: Final = 5
_NUMBERS: Final = frozenset({"ref", "default_code", "client_order_ref", "code", "acc_number"})  # people give them out
_MOST_BLANK: Final = 0.2
_LEAST_OWN: Final = 0.8  # of the rows that have a number


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """One way to identify records.

    Attributes:
        fields: of the model.
        columns: that hold them.
        distinct: how many different keys the rows have.
        blank: how many rows lack it; `blank_lines` are those of the first few.
        twice: a key that several rows have, to their lines; the first few.
        rows: how many rows there are.
        existing: how many of the keys Odoo has; None where it was not asked.
    """

    fields: tuple[str, ...]
    columns: tuple[str, ...]
    distinct: int
    blank: int
    twice: Mapping[str, Sequence[int]]
    rows: int
    existing: int | None = None
    asked: int = 0
    blank_lines: Sequence[int] = ()

    @property
    def uniqueness(self) -> float:
        """The share of rows with a key of their own."""
        return self.distinct / max(1, self.rows)

    @property
    def said(self) -> str:
        """In words."""
        parts = [f"{self.distinct:,} different in {self.rows:,} rows"]
        if self.blank:
            parts.append(f"{self.blank:,} without")
        if self.existing is not None:
            parts.append(f"{self.existing:,} of {self.asked:,} are in Odoo already")
        return ", ".join(parts)


def key_candidates(mapped: Mapping[str, Column], lines: Sequence[int], *, by_group: bool) -> list[KeyCandidate]:
    """The ways that identify the most rows, the best first.

    Args:
        mapped: field to column, of those that a record can be found by.
        lines: where each row stands.
        by_group: whether the rows of a record share its key.
    """
    order = known_words().keys
    single = [_candidate((name,), mapped, lines) for name in mapped]
    telling = [one for one in single if one.fields[0] in order] or single
    pairs = []
    if not any(one.uniqueness >= _NEARLY and not one.blank for one in telling) and not by_group:
        alone = {one.fields[0]: one.distinct for one in single}
        every = [_candidate(names, mapped, lines) for names in combinations(mapped, 2)]
        pairs = [one for one in every if one.distinct > max(alone[name] for name in one.fields)]
    rank = {name: at for at, name in enumerate(order)}
    return sorted(
        [one for one in (*telling, *pairs) if one.distinct],
        key=lambda one: _worth(one, rank, by_group=by_group),
    )


def _worth(one: KeyCandidate, rank: Mapping[str, int], *, by_group: bool) -> tuple[Any, ...]:
    """Identifiers that nearly all rows have come first, then names, then pairs."""
    known = max(rank.get(name, len(rank)) for name in one.fields)
    is_good = (one.uniqueness >= _NEARLY - 0.07 or by_group) and one.blank <= 0.1 * one.rows
    is_good = is_good or (one.fields[0] in _NUMBERS and len(one.fields) == 1 and _has_few_broken(one))
    return (not is_good, len(one.fields) if is_good else 0, known if is_good else -one.uniqueness, known)


def _has_few_broken(one: KeyCandidate) -> bool:
    """Whether most rows have one of their own: numbers are made to tell records apart; the other rows are broken."""
    own = max(_LEAST_OWN * (one.rows - one.blank) - 1, 2)  # in a short file one row is a large share
    return one.blank <= _MOST_BLANK * one.rows and one.distinct >= own


def _candidate(names: tuple[str, ...], mapped: Mapping[str, Column], lines: Sequence[int]) -> KeyCandidate:
    cells = list(zip(*(mapped[name].cells for name in names), strict=True))
    places: dict[Any, list[int]] = {}
    blank: list[int] = []
    for line, key in zip(lines, cells, strict=True):
        if key[0] is None or (len(key) > 1 and all(part is None for part in key)):
            blank.append(line)
        else:
            places.setdefault(key, []).append(line)
    twice = {", ".join(str(part) for part in key): at for key, at in places.items() if len(at) > 1}
    columns = tuple(mapped[name].name for name in names)
    shown = tuple(blank[: _MOST_SHOWN + 1])
    return KeyCandidate(names, columns, len(places), len(blank), twice, len(cells), blank_lines=shown)


def counted(candidate: KeyCandidate, model: str, column: Column, records: Records) -> KeyCandidate:
    """The candidate with how many of its keys Odoo has; of one field, and of the first keys."""
    values = list(column.distinct[:_MOST_ASKED])
    try:
        domain = [[candidate.fields[0], "in", values]]
        rows = records.search_read(
            model, domain, [candidate.fields[0]], limit=2 * _MOST_ASKED, context={"active_test": False}
        )
    except OdooError:
        return candidate
    found = {str(row[candidate.fields[0]]) for row in rows}
    parts = {name: getattr(candidate, name) for name in candidate.__slots__}
    return KeyCandidate(**{**parts, "existing": len(found), "asked": len(values)})


def told_twice(candidate: KeyCandidate) -> list[str]:
    """Sentences on keys that several rows have, with the lines of these."""
    shown = list(candidate.twice.items())[:_MOST_SHOWN]
    more = len(candidate.twice) - len(shown)
    said = [f"the key {key!r} stands in lines {_lines(at)}" for key, at in shown]
    return [*said, f"and {more} more keys that several rows have"] if more > 0 else said


def told_blank(candidate: KeyCandidate) -> list[str]:
    """A sentence on the rows that lack the key, with the lines of the first."""
    if not candidate.blank:
        return []
    word = "line" if candidate.blank == 1 else "lines"
    return [f"{word} {_lines(candidate.blank_lines)} without a key: {' and '.join(candidate.columns)} is empty"]


def _lines(at: Sequence[int]) -> str:
    shown = ", ".join(map(str, at[:_MOST_SHOWN]))
    return f"{shown}, ..." if len(at) > _MOST_SHOWN else shown
