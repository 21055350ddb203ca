"""The ids of the records of a source, in pages that stay what they are while people write.

Ids are asked for behind the last one, in blocks; no page begins at a number of records that somebody may have changed.
A record that is made meanwhile comes at the end, one that is deleted is not there when its page is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.odoo import OdooClient

FIRST_BLOCK: Final = 1_000  # ids; who looks at a few records only has asked for few
MOST_IDS: Final = 100_000  # ids of one answer
FIRST_PAGE: Final = 100  # records of one call
LARGEST_PAGE: Final = 1_000
MOST_CHARS: Final = 1 << 22  # about as much text as one page is to hold
SAMPLE: Final = 20  # records that are looked at, for how much text they hold


@dataclass(frozen=True, slots=True)
class Range:
    """Ids above `low`, up to `high`; None is open."""

    low: int | None = None
    high: int | None = None

    @property
    def domain(self) -> list[Any]:
        """The conditions of the range."""
        above = [["id", ">", self.low]] if self.low is not None else []
        return [*above, *([["id", "<=", self.high]] if self.high is not None else [])]


@dataclass(slots=True)
class PageSize:
    """How many records one call reads: few at first, then as many as are asked for, unless they hold much text.

    Attributes:
        most: never more than this.
        rows: of the next page.
    """

    most: int
    rows: int

    @classmethod
    def of(cls, chunk_rows: int) -> PageSize:
        """The size for chunks of so many rows."""
        return cls(min(max(chunk_rows, FIRST_PAGE), LARGEST_PAGE), FIRST_PAGE)

    def learn(self, records: Sequence[Any]) -> None:
        """Take the next page to be like this one: dicts, or tuples of cells."""
        if sample := records[:: max(1, len(records) // SAMPLE)]:
            chars = sum(len(str(one)) for one in sample) // len(sample)
            self.rows = min(self.most, max(1, MOST_CHARS // max(chars, 1)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records that are read: those of a model that match a domain, in the context that says what matches."""

    model: str
    domain: Sequence[Any]
    context: Mapping[str, Any]


def id_pages(client: OdooClient, wanted: Wanted, within: Range, size: PageSize) -> Iterator[Sequence[int]]:
    """The ids of the records, in order, so many a page.

    Args:
        within: the ids that are looked at.
    """
    block, limit = within, FIRST_BLOCK
    while True:
        domain = [*block.domain, *wanted.domain]
        ids = client.search(wanted.model, domain, limit=limit, order="id", context=wanted.context)
        at = 0
        while page := ids[at : at + size.rows]:
            yield page
            at += len(page)
        if len(ids) < limit:
            return
        block, limit = Range(ids[-1], within.high), MOST_IDS
