"""Nested records as they come: from files of JSON or XML, pages of an API, records of Odoo."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from odoo_etl.sources.model import BadLine

OWN: Final = "\0"  # the key of an object's own value, whose column is called like the object; no text has it


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive records, few enough to be held together.

    Attributes:
        records: dicts whose values are cells, dicts, or lists of any of these; None is null.
        lines: where each stands: a line of its file, or its number, from 1.
        file: as `Chunk.file`; a block has records of one.
        bad: what is no record, between these or after them.
        chars: about how much text they hold.
    """

    records: Sequence[dict[str, Any]]
    lines: Sequence[int]
    file: str = ""
    bad: tuple[BadLine, ...] = ()
    chars: int = 0


class NestedRecords(ABC):
    """Nested records from one place; each method starts from the beginning whenever it is called."""

    @property
    def cursor(self) -> str | None:
        """As that of a `Source`: the name of a column."""
        return None

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """As those of a `Source`."""
        return MappingProxyType({})

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """All records, read as they are consumed. Raises SourceError, possibly after some blocks."""

    def glances(self) -> Iterator[Block]:
        """The same keys and kinds of values, where these are found sooner than the values themselves."""
        return self.blocks()

    def ranges(self, count: int) -> Sequence[NestedRecords]:
        """About `count` parts that can be pickled and together give the same records. Raises SourceError."""
        del count
        return [self]
