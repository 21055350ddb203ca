"""Files that have arrived: which are new to a schedule, and whether they are whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from odoo_etl.errors import OdooEtlError
from odoo_etl.sources.files import listed
from odoo_etl.spec import FileKeys

Listing = Mapping[str, str]  # name of a file to its size and time
_KEY_BYTES = 12


@dataclass(frozen=True, slots=True)
class Arrived:
    """New files, all of them whole.

    Attributes:
        files: the names of the new ones.
        keys: of all that lie there: what the schedule has seen once it has run for the new ones.
    """

    files: Sequence[str]
    keys: frozenset[str]


def key_of(name: str, mark: str) -> str:
    """A file as it is: another one once it is written to."""
    return hashlib.sha256(f"{name}\0{mark}".encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _KEY_BYTES]


def listing_of(sources: Iterable[FileKeys]) -> dict[str, str]:
    """The files that lie there for some sources. Raises SourceError."""
    return {name: mark for source in sources for name, mark in listed(source).items()}


class Inbox:
    """The files of one schedule.

    As long as one of the new files is still written to, none of them counts: a run would read that one, too.

    Args:
        seen: the keys of files that it has run for.
        settle_s: a file that is as it was for so long is whole.
        clock: seconds, from any beginning on.

    Attributes:
        seen: the keys of files that it has run for and that lie there still.
    """

    def __init__(self, seen: Iterable[str], settle_s: float, clock: Callable[[], float]) -> None:
        self.seen, self.settle_s = set(seen), settle_s
        self._clock = clock
        self._since: dict[str, float] = {}  # key of a new file to when we saw it first so

    @property
    def is_settling(self) -> bool:
        """Whether there are new files that are not known to be whole."""
        return bool(self._since)

    def look(self, listing: Listing) -> Arrived | None:
        """Judge the files that lie there now; None where there is no new one, or one of those is not whole."""
        now = self._clock()
        keys = {key_of(name, mark): name for name, mark in listing.items()}
        new = keys.keys() - self.seen
        self._since = {key: self._since.get(key, now) for key in new}
        if not new or any(now - since < self.settle_s for since in self._since.values()):
            return None
        return Arrived(sorted(keys[key] for key in new), frozenset(keys))

    def gone(self, listing: Listing) -> set[str]:
        """The keys of files that it has run for and that lie there no more: should one come back, it is new."""
        return self.seen - {key_of(name, mark) for name, mark in listing.items()}

    def saw(self, keys: Iterable[str]) -> None:
        """It has run for these, and knows of no others."""
        self.seen = set(keys)
        self._since = {}


def why_not(found: object) -> str:
    """Why files could not be looked for, in one line; "" where they could."""
    if isinstance(found, OdooEtlError):
        return str(found)
    return f"{type(found).__name__}: {found}" if isinstance(found, Exception) else ""
