"""Rows with fewer or more cells than the header: which of them are rows all the same, and what they hold then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from odoo_etl.sources.dialect import Dialect

_BLANKS = (" ", "\N{NO-BREAK SPACE}")


@dataclass(frozen=True, slots=True)
class Widths:
    """How many cells a row has.

    Attributes:
        width: as the header, and as every row in the end.
        least: cells that a row lacks at its end are empty, as long as it has so many.
        beyond: whether empty cells beyond the header are left out.
    """

    width: int
    least: int
    beyond: bool = False

    def fitted(self, record: str, count: int, dialect: Dialect) -> str | None:
        """A record of `count` cells without escapes as one of `width` cells; None where it is no row."""
        if count == self.width:
            return record
        cells = record.rstrip("\r\n")
        if count < self.width:
            return cells + dialect.delimiter * (self.width - count) + "\n" if count >= self.least else None
        empty = _empty_end(dialect.delimiter, dialect.quote, count - self.width).search(cells) if self.beyond else None
        return cells[: empty.start()] + "\n" if empty else None


@cache
def _empty_end(delimiter: str, quote: str, count: int) -> re.Pattern[str]:
    """So many empty cells at the end of a record. A quoted cell has an odd number of quotes after each delimiter."""
    nothing = [re.escape(blank) for blank in _BLANKS if blank != delimiter]
    nothing += [re.escape(quote * 2)] * bool(quote)
    return re.compile(rf"(?:{re.escape(delimiter)}(?:{'|'.join(nothing)})*+){{{count}}}\Z")
