"""Delimiters of several characters, or of one that is not ASCII: one character stands for them while a text is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odoo_etl.errors import SourceError

# A lone surrogate, which no decoder gives: it can never be the file's own.
STAND_IN = "\udc1f"
# pandas takes one byte: a control character that the text does not have.
_BYTES = ("\x1f", "\x1e", "\x1d", "\x1c", *map(chr, range(1, 9)), *map(chr, range(14, 26)))


def is_long(delimiter: str) -> bool:
    """Whether a stand-in is needed."""
    return len(delimiter) != 1 or not delimiter.isascii()


def with_stand_in(blocks: Iterable[str], delimiter: str) -> Iterator[str]:
    """The text with STAND_IN for each delimiter, one that two blocks share among them; as it is for none ("")."""
    if not delimiter:
        yield from blocks
        return
    held = ""
    for block in blocks:
        text = (held + block).replace(delimiter, STAND_IN)
        held = _begun(text, delimiter)
        if text := text.removesuffix(held):
            yield text
    if held:
        yield held


def _begun(text: str, delimiter: str) -> str:
    """The end of a text with which a delimiter may begin."""
    starts = (delimiter[:size] for size in range(len(delimiter) - 1, 0, -1))
    return next((start for start in starts if text.endswith(start)), "")


def as_bytes(text: str) -> tuple[str, str]:
    """The text with a character of one byte for STAND_IN, and that character.

    Raises:
        SourceError: the text has all that could be taken.
    """
    mark = next((one for one in _BYTES if one not in text), None)
    if mark is None:
        raise SourceError(
            "a chunk of the file holds every control character: no text? (set delimiter: to one character)"
        )
    return text.replace(STAND_IN, mark), mark
