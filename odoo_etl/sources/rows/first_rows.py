"""The first rows of a source, where somebody wants to see or try only some."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_etl.sources.model import Chunk


class FirstRows:
    """Cuts a source off behind so many rows.

    Args:
        limit: how many; lines that are no rows are not counted.
        by_line: all rows of a line count as one, and none of them is cut off: they are a record and its lines.
    """

    def __init__(self, limit: int, *, by_line: bool = False) -> None:
        self._left, self._by_line = limit, by_line
        self._last: tuple[str, int] | None = None  # where the last row that was taken stands

    @property
    def is_full(self) -> bool:
        """Whether no further chunk has any of these rows."""
        return self._left <= 0 and not self._by_line

    def of(self, chunk: Chunk) -> Chunk | None:
        """Those of the next chunk, with what stands between them; None behind the last one."""
        if self._left <= 0 and not self._goes_on(chunk):
            return None
        count = self._take(chunk)
        if count == len(chunk.lines):
            return chunk
        last = chunk.lines[count - 1] if count else 0
        return Chunk(
            {name: cells[:count] for name, cells in chunk.columns.items()},
            chunk.lines[:count],
            chunk.file,
            tuple(one for one in chunk.bad if one.line <= last),
            tuple(line for line in chunk.filtered if line <= last),
        )

    def _goes_on(self, chunk: Chunk) -> bool:
        """Whether the record that was taken last may have further rows in the chunk."""
        return self._by_line and self._last is not None and (chunk.file, *chunk.lines[:1]) == self._last

    def _take(self, chunk: Chunk) -> int:
        """How many rows of the chunk are among the first ones."""
        if not self._by_line:
            count = min(self._left, len(chunk.lines))
            self._left -= count
            return count
        return self._take_lines(chunk.file, chunk.lines)

    def _take_lines(self, file: str, lines: Sequence[int]) -> int:
        for number, line in enumerate(lines):
            if (file, line) != self._last:
                if self._left <= 0:
                    return number
                self._left -= 1
                self._last = (file, line)
        return len(lines)
