"""Lines at the start of a file that are no part of its table: a title, the date of the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from odoo_etl.sources.text import line_end


def part_lines(blocks: Iterable[str], count: int) -> tuple[str, Iterator[str]]:
    """The text of the first `count` lines, as far as there are so many, and the blocks after them."""
    later, before, left = iter(blocks), list[str](), count
    while left and (block := next(later, "")):
        at = 0
        while left and (end := line_end(block, at)):
            at, left = end, left - 1
        if left:
            before.append(block)
            continue
        before.append(block[:at])
        return "".join(before), chain(filter(None, [block[at:]]), later)
    return "".join(before), later
