"""Nested records from files: which files a job means, that they stay the same, and how they are divided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from odoo_etl.sources.files import (
    WHOLE,
    FileMark,
    SourceFile,
    Stretch,
    find_files,
    fingerprint,
    mark_of,
    unchanged,
)
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.nested.model import Block, NestedRecords
from odoo_etl.spec import NestedFile

LEAST_RANGE_BYTES = 1 << 20  # less is read sooner than it is handed to another process


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or some whole lines of it.

    Attributes:
        fingerprint: what is read must have it; "" for any.
    """

    file: SourceFile
    mark: FileMark
    fingerprint: str = ""
    stretch: Stretch = WHOLE


@dataclass(frozen=True, slots=True)
class FileReader:
    """How the records of one kind of files are read; functions of a module, so that they can be pickled.

    Attributes:
        read: gives the records of a part.
        glance: gives the same keys and kinds of values sooner.
        cut: gives stretches of a part of about so many bytes, where files can be cut.
    """

    read: Callable[[Part, Any], Iterator[Block]]
    glance: Callable[[Part, Any], Iterator[Block]]
    cut: Callable[[Part, Any, int], Sequence[Stretch]] | None = None


class FileRecords(NestedRecords):
    """The records of one file, or of all files that a glob names, one after the other in sorted order."""

    def __init__(
        self, spec: NestedFile, memory: SourceMemory, reader: FileReader, parts: Sequence[Part] | None = None
    ) -> None:
        self._spec, self._memory, self._reader, self._given = spec, memory, reader, parts

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name to SHA-256 of the files that are read, in their order; empty unless `only_new`."""
        return {part.file.name: part.fingerprint for part in self._parts if part.fingerprint}

    def blocks(self) -> Iterator[Block]:
        """All records. Raises SourceError, possibly after some blocks."""
        return self._read(self._reader.read)

    def glances(self) -> Iterator[Block]:
        """The same keys and kinds of values."""
        return self._read(self._reader.glance)

    def ranges(self, count: int) -> Sequence[NestedRecords]:
        """Stretches of files whose records are lines; else the files."""
        parts = self._parts
        if (cut := self._reader.cut) is not None and not self._spec.only_new:
            most_bytes = max(LEAST_RANGE_BYTES, sum(part.mark.size for part in parts) // count)
            parts = [replace(part, stretch=one) for part in parts for one in cut(part, self._spec, most_bytes)]
        return [FileRecords(self._spec, self._memory, self._reader, [part]) for part in parts]

    def _read(self, read: Callable[[Part, Any], Iterator[Block]]) -> Iterator[Block]:
        for part in self._parts:
            with unchanged(part.file, part.mark):
                yield from read(part, self._spec)

    @cached_property
    def _parts(self) -> Sequence[Part]:
        """The files that are read, as they were when this was first asked."""
        if self._given is not None:
            return self._given
        found = [Part(file, mark_of(file)) for file in find_files(self._spec)]
        if not self._spec.only_new:
            return found
        marked = [replace(part, fingerprint=fingerprint(part.file)) for part in found]
        return [part for part in marked if self._memory.files.get(part.file.name) != part.fingerprint]
