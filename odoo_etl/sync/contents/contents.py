"""References in records to contents: looked at when planned, put into calls of bounded size when sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from odoo_etl.errors import SourceError
from odoo_etl.fieldtypes import BadValue, Content, ContentRef, StoredContent, refers_to_content, shown
from odoo_etl.mapping import CLEAR, Flaw
from odoo_etl.spec import FieldSpec
from odoo_etl.sync.contents.files import Files, NoSuchFile

Found = Content | Flaw | bool
AT_ONCE = 8  # addresses that one job asks for at the same time
REMEMBERED = 100_000  # downloads of a run; many rows may name one, and some rows are looked at twice
Item = TypeVar("Item")

_PLAIN = frozenset({bool, int, float, type(None)})
MOST_BYTES = 16 * 1024 * 1024  # of contents in a call; in base64 a third more, where Odoo takes 128 MiB


class Finds(Protocol):
    """Finds contents by their names: `Files`, `Downloads`."""

    def content(self, ref: ContentRef) -> Content:
        """The content; raises NoSuchFile, or BadValue."""
        ...


class Contents:
    """Finds what the references of one job stand for; may be used from several lanes.

    Args:
        downloads: asks the web; None where nothing is kept, and nobody asks for addresses.
    """

    def __init__(self, downloads: Finds | None = None, files: Finds | None = None) -> None:
        self._downloads, self._files = downloads, files or Files()
        self._known: dict[ContentRef, Found] = {}
        self._lock = threading.Lock()

    def found(self, refs: Iterable[ContentRef]) -> dict[ContentRef, Found]:
        """Each reference to its content, to `CLEAR` where there is none and need not be, or to what is wrong."""
        distinct = list(dict.fromkeys(refs))
        found = {ref: self._one(self._files, ref) for ref in distinct if not ref.rules.on_the_web}
        addresses = [ref for ref in distinct if ref.rules.on_the_web]
        return {**found, **self._downloaded(addresses)} if addresses else found

    def _downloaded(self, refs: Sequence[ContentRef]) -> dict[ContentRef, Found]:
        if self._downloads is None:
            return {ref: Flaw("map", "not_available", f"{shown(ref.name)} was not asked for") for ref in refs}
        with self._lock:
            found = {ref: self._known[ref] for ref in refs if ref in self._known}
            threads = self._threads
        new = [ref for ref in refs if ref not in found]
        fresh = dict(zip(new, threads.map(partial(self._one, self._downloads), new), strict=True))
        with self._lock:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known |= {ref: one for ref, one in fresh.items() if not isinstance(one, Flaw)}
        return {**found, **fresh}

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, "download")

    def _one(self, finds: Finds, ref: ContentRef) -> Found:
        try:
            return finds.content(ref)
        except NoSuchFile:
            return self._missing(ref)
        except BadValue as error:
            return Flaw("map", error.code, error.reason)

    def _missing(self, ref: ContentRef) -> Found:
        if ref.rules.on_missing == "empty":
            return CLEAR
        if ref.rules.on_the_web:
            return Flaw("map", "file_missing", f"there is nothing at {shown(ref.name)} (404 or 410)")
        return Flaw("map", "file_missing", f"there is no file {shown(ref.name)} below {ref.rules.root}")


def check_roots(job: str, fields: Mapping[str, FieldSpec]) -> None:
    """Make sure that the folders of a job are there: else each file of it would be missing.

    Raises:
        SourceError: one is not.
    """
    for name, one in fields.items():
        if refers_to_content(one) and one.root is not None and not Path(one.root).is_dir():
            raise SourceError(
                f"job {job}: field {name}: there is no folder {one.root} (root); nothing was written: mount it, or mend"
                " the path, which is relative to the job's file"
            )


def bytes_in(values: Iterable[Any]) -> int:
    """How many bytes of contents some values bring, lines included, be they by reference or in base64."""
    total = 0
    for value in values:
        if type(value) is str:  # as most are
            total += len(value)
        elif type(value) in _PLAIN:
            continue
        elif isinstance(value, (Content, StoredContent)):
            total += value.size
        elif isinstance(value, list | tuple):
            total += bytes_in(value)
        elif isinstance(value, dict):
            total += bytes_in(value.values())
    return total


def portions(
    items: Sequence[Item], weigh: Callable[[Item], int] | None, most: int = MOST_BYTES
) -> Iterator[Sequence[Item]]:
    """The items in their order, in portions of at most so many bytes; one that is larger goes alone.

    Args:
        weigh: the bytes of an item; None where none has contents, so that all go together.
    """
    if weigh is None:
        if items:
            yield items
        return
    first = total = 0
    for number, item in enumerate(items):
        size = weigh(item)
        if total and total + size > most:
            yield items[first:number]
            first, total = number, 0
        total += size
    if first < len(items):
        yield items[first:]
