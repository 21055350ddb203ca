"""The records that changed since the last run, in the order in which they changed, as they stand when a run begins.

Only ids and cursors are kept, eight bytes a record. What is written while these records are read moves none of them: a
record that changes meanwhile comes once, in its old place and with its old cursor, and once more in the next run.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.odoo import OdooClient
from odoo_etl.sources.odoo.pages import PageSize, Wanted
from odoo_etl.sources.watermarks import begins_at
from odoo_etl.spec import IncrementalSpec

BLOCK: Final = 20_000  # records of one answer

_AT_CURSOR: Final = ("source", "incremental", "cursor")
_ID_BITS: Final = 31
_ID_MASK: Final = (1 << _ID_BITS) - 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_S: Final = 1 << 32  # in 2106


@dataclass(slots=True)
class Snapshot:
    """The ids of records, by the second of their cursor.

    Attributes:
        blocks: seconds and ids in one number each, every block in order.
        without: the ids of records without a cursor.
    """

    blocks: list[array[int]] = field(default_factory=list)
    without: array[int] = field(default_factory=lambda: array("q"))

    def add(self, ids: Sequence[int], cursors: Sequence[datetime | None]) -> None:
        """Take up records. Raises SourceError: a cursor is out of range."""
        block = []
        for one, cursor in zip(ids, cursors, strict=True):
            if cursor is None:
                self.without.append(one)
            else:
                block.append(_seconds(cursor) << _ID_BITS | one)
        self.blocks.append(array("q", sorted(block)))

    def pages(self, size: PageSize) -> Iterator[list[tuple[int, datetime | None]]]:
        """The records with their cursors, so many a page; those without one come last."""
        every = chain(
            ((one & _ID_MASK, _EPOCH + timedelta(seconds=one >> _ID_BITS)) for one in heapq.merge(*self.blocks)),
            ((one, None) for one in self.without),
        )
        while page := list(islice(every, size.rows)):
            yield page


def _seconds(cursor: datetime) -> int:
    """The seconds since 1970."""
    seconds = (cursor - _EPOCH) // timedelta(seconds=1)
    if not 0 <= seconds < _LATEST_S:
        raise SourceError(f"the cursor of a record is {cursor}: it must lie between 1970 and 2105", _AT_CURSOR)
    return seconds


@dataclass(frozen=True, slots=True)
class Cursor:
    """The field that says when a record changed.

    Attributes:
        typed: the moment of an answer.
        watermark: the highest one that earlier runs confirmed, or None.
    """

    spec: IncrementalSpec
    typed: Callable[[Any], datetime | None]
    watermark: Any


def snapshot_of(client: OdooClient, wanted: Wanted, cursor: Cursor) -> Snapshot:
    """The records that are wanted and changed since the watermark, less the lag.

    Raises:
        SourceError: `initial`, or the watermark of another source, is no moment.
    """
    found, last = Snapshot(), 0
    domain, name = [*_since(cursor.spec, cursor.watermark), *wanted.domain], cursor.spec.cursor
    while True:
        block = [["id", ">", last], *domain]
        rows = client.search_read(wanted.model, block, [name], limit=BLOCK, order="id", context=wanted.context)
        found.add([row["id"] for row in rows], [cursor.typed(row[name]) for row in rows])
        if len(rows) < BLOCK:
            return found
        last = rows[-1]["id"]


def _since(spec: IncrementalSpec, watermark: Any) -> list[Any]:
    """The condition of records that changed.

    At the watermark itself, too: Odoo answers seconds, and keeps parts of them.
    """
    begin = begins_at(spec, watermark)
    if begin is None:
        return []
    return ["|", [spec.cursor, "=", False], [spec.cursor, ">=", _written(begin, is_initial=watermark is None)]]


def _written(begin: Any, *, is_initial: bool) -> str:
    """A moment as Odoo takes it, in UTC."""
    try:
        moment = datetime.fromisoformat(begin) if isinstance(begin, str) else begin
    except ValueError:
        moment = None
    if isinstance(moment, datetime):
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
        return utc.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    if isinstance(moment, date):
        return datetime.combine(moment, time.min).isoformat(sep=" ")
    if is_initial:
        at = ("source", "incremental", "initial")
        raise SourceError(f"initial: {begin!r} is no date or time in ISO 8601, such as 2024-01-31", at)
    raise SourceError(
        f"the last watermark of this job is {begin!r}, no moment: --full-refresh reads everything", _AT_CURSOR
    )
