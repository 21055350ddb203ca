"""Contents that another Odoo keeps: nobody is asked for one before it is to be written."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Protocol

from odoo_etl.sources import reach_contents
from odoo_etl.spec import OdooSource, SourceSpec
from odoo_etl.text import OdooContent


class ReadsContents(Protocol):
    """Reads contents of one database."""

    def read(self, cells: Iterable[OdooContent]) -> Mapping[OdooContent, str]:
        """The contents as base64; absent where there is none any more."""
        ...


class Elsewhere:
    """Reads contents of the databases that rows come from, each reached when it is first needed; for several lanes.

    Args:
        sources: of all rows of a job.
    """

    def __init__(self, sources: Iterable[SourceSpec]) -> None:
        self._sources = {one.connection: one for one in sources if isinstance(one, OdooSource)}
        self._reached: dict[str, ReadsContents] = {}
        self._open, self._lock = ExitStack(), threading.Lock()

    def read(self, cells: Iterable[OdooContent]) -> dict[OdooContent, str]:
        """The contents as base64; absent where there is none any more, or no source is of that connection.

        Raises:
            SourceError, SpecError, CannotStart, AccessRefused: a server gives none.
        """
        wanted: dict[str, list[OdooContent]] = defaultdict(list)
        for cell in cells:
            wanted[cell.connection].append(cell)
        found: dict[OdooContent, str] = {}
        for connection, some in wanted.items():
            if connection in self._sources:
                found |= self._reader(connection).read(some)
        return found

    def close(self) -> None:
        """Let the servers go."""
        self._open.close()

    def _reader(self, connection: str) -> ReadsContents:
        with self._lock:
            if connection not in self._reached:
                source = self._sources[connection]
                self._reached[connection] = self._open.enter_context(reach_contents(source))
            return self._reached[connection]
