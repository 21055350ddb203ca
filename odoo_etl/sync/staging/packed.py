"""Chunks as bytes, one after the other: in a temporary file, or on their way to another process."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import IO, Any

import orjson

from odoo_etl.sources import Chunk

_TEXTS = frozenset({str, type(None)})


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
    return pickle.dumps((content, chunk.file, chunk.bad) if exact else chunk, pickle.HIGHEST_PROTOCOL)


def unpacked(file: IO[bytes]) -> Iterator[Chunk]:
    """The chunks from where the file is to its end, each read when it is asked for."""
    while True:
        try:
            kept: Any = pickle.load(file)  # noqa: S301 - made by `packed` in a file that others cannot reach
        except EOFError:
            return
        yield kept if isinstance(kept, Chunk) else _from_json(*kept)


def _from_json(content: bytes, file: str, bad: tuple[Any, ...]) -> Chunk:
    columns, lines, _ = orjson.loads(content)
    return Chunk(columns, lines, file, bad)
