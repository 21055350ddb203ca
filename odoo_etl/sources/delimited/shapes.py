"""The shape of a text: which line breaks and delimiters part its records and cells, and where quotes are malformed."""

from __future__ import annotations

from typing import NamedTuple

from odoo_etl.sources.delimited.dialect import BREAK, Dialect
from odoo_etl.sources.delimited.malformed import Known, MoreText, record_end
from odoo_etl.sources.files import line_breaks, line_end

# Stand-ins, lone surrogates like BREAK.
QUOTED = "\udc22"
MALFORMED = "\udc3f"
TOO_LONG = "\udc3e"  # the whole shape of a record that is not looked at


class Shape(NamedTuple):
    """A text with each quoted part replaced by QUOTED and one BREAK per line break in it.

    So every line of the shape is one record, and its delimiters are those between cells. In a record whose quotes are
    malformed, all from the quote at fault to its end is MALFORMED.

    Attributes:
        open: where in the shape a quote opens of which the text does not tell where its record ends, or None.
        malformed: whether there is any malformed record.
        covers: how much of the text this is; None for all. It ends behind a quote that is never closed, for which a lot
            of text may have been waited for.
    """

    text: str
    open: int | None = None
    malformed: bool = False
    covers: int | None = None


def shape_of(text: str, dialect: Dialect, known: Known) -> Shape:
    """The shape of `text`, which starts with a record."""
    plain = dialect.masked(text)
    if not dialect.quote or dialect.quote not in plain:
        return Shape(plain)
    shape = _well_quoted(plain, dialect)
    opened = dialect.opening.search(shape) if dialect.quote in shape else None
    if opened is None:
        return Shape(shape)
    if dialect.lenient or _only_begun(shape[opened.start() :], plain, dialect, known):
        return Shape(shape, opened.start())
    return _piecewise(plain, dialect, known)


def _only_begun(tail: str, text: str, dialect: Dialect, known: Known) -> bool:
    """Whether the text just ends inside a quoted cell, with which the tail of its shape begins: as most blocks do."""
    return not known.enough and QUOTED not in tail and not dialect.closed.match(text, len(text) - len(tail))


def _well_quoted(text: str, dialect: Dialect) -> str:
    shape = dialect.quoted.sub(QUOTED, text)
    if _breaks(shape) == _breaks(text):
        return shape
    return dialect.quoted.sub(lambda quoted: QUOTED + BREAK * _breaks(quoted[0]), text)


def _piecewise(text: str, dialect: Dialect, known: Known) -> Shape:
    """The shape of a text in which quotes are malformed or one is not closed, from one such quote to the next."""
    pieces, at, malformed = list[str](), 0, False
    while True:
        opened = dialect.sound.match(text, at).end()  # type: ignore[union-attr] # it may match nothing
        piece = _well_quoted(text[at:opened], dialect)
        pieces.append(piece)
        if opened == len(text):
            return Shape("".join(pieces), None, malformed)
        cells = piece.count(dialect.delimiter, max(piece.rfind("\n"), piece.rfind("\r")) + 1)
        try:
            at = record_end(text, opened, cells, dialect, known)
        except MoreText:
            return Shape("".join(pieces) + text[opened:], sum(map(len, pieces)), malformed)
        pieces.append(MALFORMED + BREAK * _breaks(text[opened:at]))
        malformed = True
        if not dialect.closed.match(text, opened):
            covers = line_end(text, at) or len(text)
            return Shape("".join(pieces) + text[at:covers], None, malformed, covers)


def _breaks(text: str) -> int:
    return line_breaks(text) + text.count(BREAK)
