"""A guessed job as lines of text: a table of its columns, its key, what is unsure, and the next command."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

from odoo_etl.guessing import Guess, Proposal
from odoo_etl.text import printable

NARROW: Final = 80  # columns where nobody knows how many there are
_WIDEST: Final = 150
_SHARES: Final = (0.24, 0.2, 0.27, 0.29)  # of the room that the columns of the table have
_SURE: Final = 5
_GAPS: Final = 2 * 4
_HEAD: Final = ("column", "example", "field", "how it was known")


def guessed_lines(guess: Guess, job: str, path: str, origin: str, width: int = NARROW) -> Iterator[str]:
    """The table, then what is to be said of it.

    Args:
        job: its name.
        path: its file, "" where none was written.
        origin: who described the model.
        width: in columns.
    """
    width = min(width, _WIDEST)
    rows = f"{guess.rows:,} rows" if guess.is_whole else f"the first {guess.rows:,} rows"
    yield from _wrapped("", f"{guess.model}, as {origin} has it; {rows} of the file", width)
    yield ""
    yield from _table(guess, width)
    yield ""
    yield from _keys(guess, width)
    for one in guess.unsure:
        why = "; ".join(one.against) or "little speaks for it"
        yield from _wrapped("unsure  ", f"{one.column} → {one.path}: {why}{_second(one)}", width)
    for one in guess.mapped:
        yield from (line for doubt in one.against for line in _wrapped("note    ", f"{one.column}: {doubt}", width))
    if guess.lacking:
        yield from _wrapped("lacks   ", f"new records need {', '.join(guess.lacking)}, too", width)
    for note in guess.notes:
        yield from _wrapped("file    ", note, width)
    yield ""
    yield from _ending(guess, job, path, width)


def _table(guess: Guess, width: int) -> Iterator[str]:
    room = max(40, width - _GAPS - _SURE)
    sizes = [int(room * share) for share in _SHARES]
    yield _row([*_HEAD, " sure"], sizes)
    for one in guess.proposals:
        field = _field(one, guess)
        sure = f"{one.sure:.0%}" if one.path or one.sure else ""
        yield _row([one.column, one.examples[0] if one.examples else "", field, one.how, f"{sure:>{_SURE}}"], sizes)


def _field(one: Proposal, guess: Guess) -> str:
    if f"{{{one.column}}}" in guess.external_id:
        return "external id"
    if not one.path:
        return "-"
    name = f"{one.path}@{one.variant}" if one.variant else one.path
    return name if one.active else f"? {name}"


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    fitted = [_fit(" ".join(printable(cell).split()), size) for cell, size in zip(cells, sizes, strict=False)]
    return "  ".join([*fitted, cells[-1]]).rstrip()


def _fit(text: str, size: int) -> str:
    """The text in so many columns of the terminal, where wide letters take two."""
    return set_cell_size(text, size) if cell_len(text) <= size else f"{set_cell_size(text, size - 1)}…"


def _keys(guess: Guess, width: int) -> Iterator[str]:
    if guess.external_id:
        yield from _wrapped(
            "key     ", f"external id {guess.external_id}: no field holds what tells the rows apart", width
        )
    for at, one in enumerate(guess.keys):
        word = "key     " if at == 0 and not guess.external_id else "or      "
        yield from _wrapped(word, f"{', '.join(one.fields)}: {one.said}", width)


def _second(one: Proposal) -> str:
    return f"; second: {one.runner_up}" if one.runner_up else ""


def _ending(guess: Guess, job: str, path: str, width: int) -> Iterator[str]:
    of = len(guess.proposals)
    mapped = len(guess.mapped) + bool(guess.external_id)
    left = of - mapped - len(guess.unsure)
    counts = f"of {of} columns {mapped} are mapped, {len(guess.unsure)} stand as comments, {left} are left out"
    if not path:
        yield from _wrapped("", f"Nothing was written: {counts}. Is {guess.model} the right model?", width)
        return
    yield from _wrapped("", f"{path}: {counts}.", width)
    yield f"Next: odoo-etl preview {job}"


def _wrapped(start: str, text: str, width: int) -> Iterator[str]:
    """Lines that are no wider, the later ones below the first."""
    lines = textwrap.wrap(" ".join(printable(text).split()), width - len(start), break_long_words=True)
    yield from (f"{start if at == 0 else ' ' * len(start)}{line}" for at, line in enumerate(lines))
