"""Where a file can be cut that has one record a line, so that several processes read it."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Final

from odoo_etl.sources.files.text import WHOLE, Stretch, is_packed
from odoo_etl.sources.source_file import SourceFile

_AT_ONCE: Final = 1 << 20
# Encodings in which every character has the same bytes wherever it stands.
_STATELESS: Final = ("utf-8", "ascii", "iso8859", "cp125", "koi8", "mac-")


def can_be_cut(file: SourceFile, encoding: str, most_bytes: int) -> bool:
    """Whether the file has more bytes than that, and can be read from any of its characters on. Raises SourceError."""
    if file.path.stat().st_size <= most_bytes or not codecs.lookup(encoding).name.startswith(_STATELESS):
        return False
    return not is_packed(file)


def line_stretches(file: SourceFile, encoding: str, most_bytes: int) -> Sequence[Stretch]:
    r"""Stretches of about `most_bytes` that are the whole file; one where it cannot be cut, or its lines end in `\r`.

    The file is read through once, since only that tells the numbers of the lines. Raises SourceError.
    """
    if not can_be_cut(file, encoding, most_bytes):
        return [WHOLE]
    found, start, first_line, at, line = list[Stretch](), 0, 1, 0, 1
    with file.path.open("rb") as stored:
        while block := stored.read(_AT_ONCE):
            if block.count(b"\r") != block.count(b"\r\n") + block.endswith(b"\r"):
                return [WHOLE]
            end = block.rfind(b"\n") + 1
            if end and at + end - start >= most_bytes:
                cut, lines = at + end, line + block.count(b"\n", 0, end)
                found.append(Stretch(start, cut, first_line))
                start, first_line = cut, lines
            at, line = at + len(block), line + block.count(b"\n")
    return [*found, Stretch(start, WHOLE.end, first_line)]
