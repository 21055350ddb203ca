"""Rows that are equal in some columns, of which the first stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Context, Decimal
from itertools import compress
from typing import Any, Final

import numpy as np

from odoo_etl.sources.model import Chunk
from odoo_etl.sources.rows.where import only

HASH_BYTES = 16  # of two different rows in a thousand million, none have the same
RECENT = 100_000  # hashes held one by one, until they are sorted and packed

Hashes = np.ndarray[Any, np.dtype[np.bytes_]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS = frozenset({str, type(None)})
_AS_THEY_ARE = _TEXTS | {int}


class SeenRows:
    """Hashes of all rows so far, 16 bytes each.

    Args:
        recent: so many are held one by one.
    """

    def __init__(self, recent: int = RECENT) -> None:
        self._most, self._recent = recent, set[bytes]()
        self._sorted: list[Hashes] = []  # each longer than the next one

    def new(self, hashes: Sequence[bytes]) -> list[bool]:
        """Whether each one comes for the first time."""
        known = self._known(hashes)
        found = [not (old or one in self._recent) and self._add(one) for one, old in zip(hashes, known, strict=True)]
        if len(self._recent) >= self._most:
            self._pack()
        return found

    def _add(self, one: bytes) -> bool:
        self._recent.add(one)
        return True

    def _known(self, hashes: Sequence[bytes]) -> list[bool]:
        wanted = np.array(hashes, dtype=f"S{HASH_BYTES}")
        known = np.zeros(len(hashes), bool)
        for packed in self._sorted:
            places = np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)
            known |= packed[places] == wanted
        return known.tolist()

    def _pack(self) -> None:
        """Sort the recent ones, together with those of before that are no more than they are."""
        packed: Hashes = np.sort(np.array(list(self._recent), dtype=f"S{HASH_BYTES}"))
        self._recent.clear()
        while self._sorted and len(self._sorted[-1]) <= len(packed):
            packed = np.sort(np.concatenate([self._sorted.pop(), packed]), kind="stable")
        self._sorted.append(packed)


def distinct(chunks: Iterable[Chunk], names: Sequence[str] | None, seen: SeenRows | None = None) -> Iterator[Chunk]:
    """The chunks without rows that an earlier one is equal to in these columns; in all, without names.

    Args:
        seen: the earlier rows, to which these are added; without it there are none.
    """
    seen = seen or SeenRows()
    for chunk in chunks:
        columns = [chunk.columns[name] for name in (chunk.columns if names is None else names)]
        new = _first_ones(columns, seen)
        if all(new):
            yield chunk
            continue
        again = compress(chunk.lines, [not one for one in new])
        yield replace(only(chunk, new), filtered=(*chunk.filtered, *again))


def _first_ones(columns: Sequence[Sequence[Any]], seen: SeenRows) -> list[bool]:
    """Whether each row is the first one of those that are equal. Equal texts of a chunk are hashed once."""
    rows: list[Any] = list(zip(*map(_comparable, columns), strict=True))
    if all(_TEXTS.issuperset(map(type, cells)) for cells in columns):
        hashes = {cells: _hash(cells) for cells in dict.fromkeys(rows)}
    else:  # others may be equal and yet not the same, or have no hash of Python's
        rows = list(map(_hash, rows))
        hashes = {one: one for one in rows}
    new = dict(zip(hashes, seen.new(list(hashes.values())), strict=True))
    return [new.pop(row, False) for row in rows]


def _hash(cells: tuple[Any, ...]) -> bytes:
    return hashlib.blake2b(repr(cells).encode("utf-8", "backslashreplace"), digest_size=HASH_BYTES).digest()


def _comparable(cells: Sequence[Any]) -> Sequence[Any]:
    """The cells as values that are written alike where they are equal: 1, 1.0 and Decimal("1.00") are."""
    if _AS_THEY_ARE.issuperset(map(type, cells)):
        return cells
    return [_COMPARABLE.get(type(cell), _as_it_is)(cell) for cell in cells]


def _of_number(number: float | Decimal) -> Any:
    exact = Decimal(number)
    if not exact.is_finite():
        return (str(exact),)
    whole = abs(exact.adjusted()) < 64 and exact == exact.to_integral_value()
    return int(exact) if whole else (str(exact.normalize(Context(prec=max(len(exact.as_tuple().digits), 1)))),)


def _of_moment(moment: datetime) -> Any:
    return moment - _EPOCH if moment.tzinfo else moment


def _as_it_is(cell: Any) -> Any:
    return cell


# Others are compared by what Python writes for them, which says their type as well.
_COMPARABLE: Final[dict[type, Callable[[Any], Any]]] = {
    bool: int,
    float: _of_number,
    Decimal: _of_number,
    datetime: _of_moment,
}
