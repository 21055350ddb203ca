"""The header of a table in a file: which columns can be read by their names, and where their cells stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from odoo_etl.errors import SourceError
from odoo_etl.sources.files.text import line_end

# Blanks are what `str.strip` takes for such, no-break ones among them; these have no width at all.
_NO_WIDTH = "\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that have a name, each with one of its own, and the places of their cells.

    Attributes:
        names: in the order of the file, without outer blanks.
        places: where the cells of each stand in a row, from 0.
        width: how many columns the header has, those without a name among them.
        named: how many it has up to the last one with a name.
        ambiguous: names of several columns to where they stand, in words; these columns are not read.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    named: int
    ambiguous: Mapping[str, str]

    @property
    def is_plain(self) -> bool:
        """Whether each column has a name of its own."""
        return len(self.names) == self.width

    def cells(self, row: Sequence[str]) -> tuple[str, ...]:
        """The cells of the named columns, as far as there are, then those beyond the header."""
        if self.is_plain:
            return tuple(row)
        return (*(row[place] for place in self.places if place < len(row)), *row[self.width :])


def header_of(names: Sequence[str], place: str, *, bare: bool = True) -> Header:
    """The header of columns with these names, "" where one has none.

    Args:
        bare: the names go without their outer blanks; else as they are.

    Raises:
        SourceError: no column has a name of its own; `place` is where the header stands.
    """
    known = _distinct(names) if bare else [name if name.strip() else "" for name in names]
    ambiguous = ambiguous_names(known)
    found = [(name, at) for at, name in enumerate(known) if name and name not in ambiguous]
    if not found:
        why = f"names more than one column {', '.join(map(repr, ambiguous))}" if ambiguous else "has no name"
        remedy = " (say them in the job: header: [...])" if bare else ""
        raise SourceError(f"{place} {why}; no column has a name of its own{remedy}")
    named = max(at for at, name in enumerate(known, 1) if name)
    return Header(tuple(name for name, _ in found), tuple(at for _, at in found), len(known), named, ambiguous)


def ambiguous_names(names: Sequence[str]) -> dict[str, str]:
    """Names that several columns have, to where these stand, in words."""
    twice = [name for name, count in Counter(names).items() if count > 1 and name.strip()]
    places = {name: [str(at) for at, one in enumerate(names, 1) if one == name] for name in twice}
    return {name: f"columns {' and '.join(at)}" for name, at in places.items()}


def _distinct(names: Sequence[str]) -> list[str]:
    """The names without outer blanks; as they stand where only these tell one from another."""
    bare = [name.strip().strip(_NO_WIDTH).strip() for name in names]
    count, exact = Counter(bare), Counter(names)
    return [
        name if short and count[short] > 1 and exact[name] == 1 else short
        for name, short in zip(names, bare, strict=True)
    ]


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
