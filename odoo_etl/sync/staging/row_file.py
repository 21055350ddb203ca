"""Chunks of a source put aside as bytes in temporary files, and which keys occur in them more than once.

However many rows there are, only a part of them is in memory at any time.
"""

from __future__ import annotations

import hashlib
import math
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from typing import IO, Any

import numpy as np
import orjson

from odoo_etl.mapping import Key
from odoo_etl.private_files import unpickled
from odoo_etl.sources import Chunk

PART_ROWS = 100_000

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_TEXTS = frozenset({str, type(None)})


class RowFile:
    """The rows of a source, as they were read; one reader at a time.

    Args:
        part_rows: so many keys are compared at a time.

    Attributes:
        keys: of the rows.
    """

    def __init__(self, part_rows: int = PART_ROWS) -> None:
        self._content = hashlib.blake2b(digest_size=16)
        with ExitStack() as stack:
            self._chunks = stack.enter_context(_temporary())
            self.keys = stack.enter_context(closing(Hashes(part_rows)))
            self._files = stack.pop_all()

    @property
    def rows(self) -> int:
        """How many there are, bad lines not counted."""
        return self.keys.rows

    @property
    def fingerprint(self) -> str:
        """Equal for equal rows."""
        return self._content.hexdigest()

    def close(self) -> None:
        """Give the temporary files back."""
        self._files.close()

    def put(self, chunk: Chunk, keys: Sequence[Key | None]) -> None:
        """Keep a chunk, and the key of each of its rows; None for a row without one."""
        content = bytes_of(chunk)
        self._content.update(content)
        self._chunks.write(packed(chunk, content))
        self.keys.put(keys)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks that were stored, from the beginning."""
        self._chunks.seek(0)
        yield from unpacked(self._chunks)

    def repeated(self) -> tuple[dict[int, int], int]:
        """Hash of each repeated key to the number of its last row, and how many rows repeat one."""
        return self.keys.repeated()


class Hashes:
    """One hash for each row, in a temporary file.

    Args:
        part_rows: so many are compared at a time.

    Attributes:
        rows: how many there are.
    """

    def __init__(self, part_rows: int = PART_ROWS) -> None:
        self.rows = 0
        self._part_rows = part_rows
        self._hashes = _temporary()

    def close(self) -> None:
        """Give the temporary file back."""
        self._hashes.close()

    def put(self, values: Sequence[Key | None]) -> None:
        """Keep the hash of a value for each of the next rows; None for a row without one."""
        np.fromiter((0 if one is None else hash(one) for one in values), np.int64, len(values)).tofile(self._hashes)
        self.rows += len(values)

    def repeated(self) -> tuple[dict[int, int], int]:
        """Each hash that is repeated to the number of its last row, and how many rows repeat one."""
        last: dict[int, int] = {}
        count = 0
        parts = math.ceil(self.rows / self._part_rows)
        for part in range(parts):
            hashes, numbers = self._part(part, parts)
            order = np.argsort(hashes, kind="stable")
            ordered = hashes[order]
            again = np.flatnonzero((ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)) + 1  # 0 is "no key"
            last.update(zip(ordered[again].tolist(), numbers[order[again]].tolist(), strict=True))
            count += len(again)
        return last, count

    def _part(self, part: int, parts: int) -> tuple[Numbers, Numbers]:
        """The hashes that belong to a part, and the numbers of their rows."""
        self._hashes.seek(0)
        hashes, numbers = [], []
        for first in range(0, self.rows, self._part_rows):
            block = np.fromfile(self._hashes, np.int64, self._part_rows)
            (ours,) = np.nonzero(block % parts == part)
            hashes.append(block[ours])
            numbers.append(ours + first)
        return np.concatenate(hashes), np.concatenate(numbers)

    def torn(self, others: Hashes) -> set[int]:
        """The hashes whose rows do not all have the same hash among the others."""
        parts, torn = math.ceil(self.rows / self._part_rows), set[int]()
        for part in range(parts):
            hashes, numbers = self._part(part, parts)
            beside = others.at(numbers)
            order = np.lexsort((beside, hashes))
            hashes, beside = hashes[order], beside[order]
            twice = (hashes[1:] == hashes[:-1]) & (hashes[1:] != 0) & (beside[1:] != beside[:-1])
            torn.update(hashes[1:][twice].tolist())
        return torn

    def at(self, numbers: Numbers) -> Numbers:
        """The hashes of some rows, whose numbers rise."""
        self._hashes.seek(0)
        found = []
        for first in range(0, self.rows, self._part_rows):
            block = np.fromfile(self._hashes, np.int64, self._part_rows)
            low, high = np.searchsorted(numbers, (first, first + len(block)))
            found.append(block[numbers[low:high] - first])
        return np.concatenate(found)


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="odoo-etl-")


def bytes_of(chunk: Chunk) -> bytes:
    """The same bytes for the same cells: a JSON list where there is one."""
    content = [chunk.columns, chunk.lines, [line.cells for line in chunk.bad]]
    try:
        return orjson.dumps(content, default=repr)
    except orjson.JSONEncodeError:  # half a character, an integer of more than 64 bits
        return b"!" + repr(content).encode("utf-8", "backslashreplace")


def packed(chunk: Chunk, content: bytes) -> bytes:
    """The bytes that `unpacked` makes the chunk of; `content` is what `bytes_of` says of it."""
    # Texts come back from JSON as they were, in half the time of a pickle.
    exact = content.startswith(b"[") and all(_TEXTS.issuperset(map(type, cells)) for cells in chunk.columns.values())
    kept = (content, chunk.file, chunk.bad) if exact and not chunk.lost_beside else chunk
    return pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)


def unpacked(file: IO[bytes]) -> Iterator[Chunk]:
    """The chunks from where the file is to its end, each read when it is asked for."""
    while True:
        try:
            kept = unpickled(file)
        except EOFError:
            return
        yield kept if isinstance(kept, Chunk) else _from_json(*kept)


def _from_json(content: bytes, file: str, bad: tuple[Any, ...]) -> Chunk:
    columns, lines, _ = orjson.loads(content)
    return Chunk(columns, lines, file, bad)
