"""Fixed width as a source: lines whose cells stand at the same places."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from odoo_etl.sources.files import (
    WHOLE,
    SourceFile,
    TableFiles,
    header_of,
    line_stretches,
    mark_of,
    part_lines,
    physical_lines,
    read_blocks,
    unchanged,
)
from odoo_etl.sources.model import BadLine, Chunk, SourceMemory
from odoo_etl.spec import FixedSource

MAX_LINE_CHARS: Final = 1 << 22
_KEPT_CHARS: Final = 1_000  # of a line that is too long
_DOS_END: Final = "\x1a"


class FixedWidthFiles(TableFiles[FixedSource]):
    """The rows of one file, or of all files that a glob names, one after the other in sorted order."""

    def __init__(self, spec: FixedSource, memory: SourceMemory) -> None:
        super().__init__(spec, memory, _FixedFile)


class _FixedFile:
    """One file, or some whole lines of it."""

    def __init__(self, file: SourceFile, spec: FixedSource, fingerprint: str = "") -> None:
        self.file, self.mark, self.stretch = file, mark_of(file), WHOLE
        self.header = header_of(list(spec.columns), "columns: of the source", bare=False)
        self._spec, self._fingerprint = spec, fingerprint

    def parts(self, most_bytes: int) -> Iterator[_FixedFile]:
        """The file in stretches of about so many bytes."""
        for stretch in line_stretches(self.file, self._spec.encoding, most_bytes):
            part = copy.copy(self)
            part.stretch = stretch
            yield part

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of this file, or of its stretch. Raises SourceError."""
        with unchanged(self.file, self.mark):
            rows = _Rows(self._spec, self.file.name)
            for numbered in self._lines():
                rows.add(numbered)
                yield from rows.chunks(chunk_rows)
            yield from rows.chunks(0)

    def _lines(self) -> Iterator[list[tuple[int, str]]]:
        """The lines with their numbers, without their ends, some at a time; of one that is too long the beginning."""
        spec, number = self._spec, self.stretch.first_line
        blocks = read_blocks(self.file, spec.encoding, self._fingerprint, self.stretch, "a file of fixed width")
        if spec.skip and not self.stretch.start:
            blocks, number = part_lines(blocks, spec.skip)[1], number + spec.skip
        for lines in _whole_lines(blocks):
            yield list(enumerate(lines, number))
            number += len(lines)


def _whole_lines(blocks: Iterable[str]) -> Iterator[list[str]]:
    held = ""
    for block in blocks:
        lines = physical_lines(held + block)
        held = "" if lines[-1].endswith(("\n", "\r")) else lines.pop()[: MAX_LINE_CHARS + 1]
        if lines:
            yield [line.rstrip("\r\n") for line in lines]
    if held and held != _DOS_END:
        yield [held]


@dataclass
class _Rows:
    """Rows, and lines that are none, that wait for a chunk."""

    spec: FixedSource
    name: str
    lines: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The places of cells."""
        self._places = self.spec.places
        self._width = max(end for _, end in self._places)
        self._least = max(start for start, _ in self._places) + 1 if self.spec.ragged == "reject" else 1
        self._nulls = frozenset(self.spec.null_values)

    def add(self, numbered: Iterable[tuple[int, str]]) -> None:
        """Tell rows from what is none."""
        comment = self.spec.comment
        for line, text in numbered:
            if not text.strip() or (comment and text.startswith(comment)):
                continue
            if self._is_row(text):
                self.lines.append(line)
                self.texts.append(text)
            else:
                self.bad.append(self._bad(line, text))

    def _is_row(self, text: str) -> bool:
        fits = len(text) <= self._width or not text[self._width :].strip()
        return fits and len(text) >= self._least and "\0" not in text

    def _bad(self, line: int, text: str) -> BadLine:
        if len(text) > MAX_LINE_CHARS:
            return BadLine(line, "too_long", f"over {MAX_LINE_CHARS:,} characters in one line", (text[:_KEPT_CHARS],))
        behind = [rest] if (rest := text[self._width :].rstrip()) else []
        cells = [*(text[start:end].rstrip() for start, end in self._places), *behind]
        if "\0" in text:
            shown = tuple(cell.replace("\0", "\N{SYMBOL FOR NULL}") for cell in cells)
            return BadLine(line, "nul_character", "the line holds a NUL character", shown)
        reason = f"too long: {len(text.rstrip())} characters where the columns have {self._width}"
        if len(text) < self._least:
            begins = f"the last column begins at {self._least}"
            reason = f"too short: {len(text)} characters, and {begins} (ragged: pad fills such lines with blanks)"
        return BadLine(line, "ragged_line", reason, tuple(cells))

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The chunks that are full; all that waits where none is to be."""
        while len(self.lines) >= max(chunk_rows, 1) or len(self.bad) >= max(chunk_rows, 1):
            count = chunk_rows or len(self.lines)
            texts, lines, bad = self.texts[:count], self.lines[:count], tuple(self.bad)
            self.texts, self.lines, self.bad = self.texts[count:], self.lines[count:], []
            columns = {
                name: self._cells([text[start:end].rstrip() for text in texts])
                for name, (start, end) in zip(self.spec.columns, self._places, strict=True)
            }
            yield Chunk(columns, lines, self.name, bad)

    def _cells(self, texts: Sequence[str]) -> list[str | None]:
        nulls = self._nulls
        return list(texts) if nulls.isdisjoint(texts) else [None if text in nulls else text for text in texts]
