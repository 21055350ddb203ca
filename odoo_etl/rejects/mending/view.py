"""An open rejects file with its index, both of one moment."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from odoo_etl.errors import SourceError
from odoo_etl.rejects.mending.build import TellShare, build
from odoo_etl.rejects.mending.index import Entry, Index, opened
from odoo_etl.rejects.mending.indexed import Indexed
from odoo_etl.rejects.mending.judging import Judge
from odoo_etl.rejects.mending.kept_rows import KeptRows
from odoo_etl.rejects.mending.model import MendedMeanwhile, MendedRow
from odoo_etl.rejects.mending.records import Writing, digest_of
from odoo_etl.rejects.mending.splice import mark_of_stat

_AGAIN: Final = 10


class View:
    """A file that is read by its index.

    Attributes:
        file: whose bytes the index knows; of a file that is not as we write it, the copy.
        is_copy: so it is.
        read_only: why no cell can be changed; "" where they can.
    """

    def __init__(self, indexed: Indexed, index: Index, file: BinaryIO, kept: KeptRows) -> None:
        self.indexed, self.index, self.file = indexed, index, file
        self.writing = Writing(*json.loads(index.known("writing")))
        self.judge = Judge(json.loads(index.known("header")), indexed.form, kept)
        self.is_copy, self.read_only = bool(index.known("copy")), index.known("read_only")

    @property
    def version(self) -> str:
        """By what the file is known to be the one that was seen."""
        return digest_of(self.index.known("file").encode()).hex()

    def data(self, entry: Entry) -> bytes:
        """A record as it stands in the file."""
        self.file.seek(entry.begin)
        return self.file.read(entry.length)

    def record(self, entry: Entry) -> list[str]:
        """The cells of a record, as they stand in the file."""
        return self.writing.cells(self.data(entry))

    def rows(self, numbers: Iterable[int]) -> list[MendedRow]:
        """Some rows for a person."""
        return [self._shown(entry) for entry in self.index.entries(list(numbers))]

    def entry(self, number: int, version: str) -> Entry:
        """A row that was seen. Raises MendedMeanwhile: it is another one now, or gone."""
        found = self.index.entries([number])
        if not found or digest_of(self.data(found[0])).hex() != version:
            raise MendedMeanwhile(
                "the row is another one by now: somebody else, a spreadsheet or a retry has changed it, or the file;"
                " nothing was written: look at it as it is now, then change it"
            )
        return found[0]

    def _shown(self, entry: Entry) -> MendedRow:
        data = self.data(entry)
        return self.judge.shown(entry.n, digest_of(data).hex(), self.writing.cells(data))


@contextmanager
def viewed(indexed: Indexed, *, to_write: bool = False) -> Iterator[View]:
    """Open a file with its index; nobody else changes it by its index meanwhile where that is `to_write`.

    Raises:
        SourceError: it cannot be read or changed, or its index cannot be made.
        MendedMeanwhile: it is gone, or something else changes it again and again.
    """
    with errors_told(indexed), ExitStack() as stack:
        yield _view(stack, indexed) if to_write else _view_to_read(stack, indexed)


def is_ready(indexed: Indexed) -> bool:
    """Whether the index is that of the file; raises as `viewed` does."""
    with errors_told(indexed), opened(indexed.index, to_write=False) as index:
        return indexed.is_that_of(index)


def prepare(indexed: Indexed, tell: TellShare) -> None:
    """Make the index where it is not that of the file; raises as `viewed` does."""
    with errors_told(indexed), opened(indexed.index, to_write=True) as index:
        build(index, indexed, tell)


@contextmanager
def locked(indexed: Indexed) -> Iterator[None]:
    """Nobody else changes the file by its index meanwhile; raises as `viewed` does."""
    with errors_told(indexed), opened(indexed.index, to_write=True):
        yield


@contextmanager
def errors_told(indexed: Indexed) -> Iterator[None]:
    """Errors of files as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise SourceError(f"{indexed.index}: cannot be used: {error}; delete it: it is made anew") from error
    except OSError as error:
        if not indexed.path.exists():
            raise MendedMeanwhile(_gone(indexed)) from error
        why = error.strerror or error
        raise SourceError(f"{indexed.path}: cannot be read or changed: {why}; nothing was written") from error


def _gone(indexed: Indexed) -> str:
    if indexed.path != indexed.originals:
        return "another file was uploaded meanwhile, which waits now: upload this one again"
    return f"{indexed.path.name} is there no more: all of its rows have landed"


def _view(stack: ExitStack, indexed: Indexed) -> View:
    """The file, until whoever holds the stack is done; nobody else changes it by its index meanwhile."""
    index = stack.enter_context(opened(indexed.index, to_write=True))
    build(index, indexed)
    if found := _opened(stack, indexed, index):
        return found
    raise changed_meanwhile(indexed.path)


def _view_to_read(stack: ExitStack, indexed: Indexed) -> View:
    """The file beside which others may change it: they see to it that file and index are of one moment again."""
    for _ in range(_AGAIN):
        with ExitStack() as trying:
            index = trying.enter_context(opened(indexed.index, to_write=False))
            if found := _opened(trying, indexed, index):
                stack.push(trying.pop_all())
                return found
        with opened(indexed.index, to_write=True) as index:  # waits for whoever changes it just now
            build(index, indexed)
    raise changed_meanwhile(indexed.path)


def _opened(stack: ExitStack, indexed: Indexed, index: Index) -> View | None:
    """The file with its index; None where that is of another file."""
    if not indexed.is_that_of(index):
        return None
    path = indexed.copy if index.known("copy") else indexed.path
    file = stack.enter_context(path.open("rb"))
    kept = stack.enter_context(KeptRows(index.db, indexed.originals))
    is_same = bool(index.known("copy")) or mark_of_stat(os.fstat(file.fileno())) == index.known("file")
    return View(indexed, index, file, kept) if is_same else None


def changed_meanwhile(path: Path) -> MendedMeanwhile:
    """The error of a file that changes while it is looked at."""
    return MendedMeanwhile(f"{path.name}: is changed at this moment by something else; look again")
