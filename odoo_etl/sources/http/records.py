"""The records of a web API, which wait in a file once they have been asked for."""

from __future__ import annotations

import os
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from odoo_etl.sources.http.client import Client
from odoo_etl.sources.http.paging import paging
from odoo_etl.sources.http.patience import Sleep
from odoo_etl.sources.http.reading import Reading
from odoo_etl.sources.http.requests import PageRequest
from odoo_etl.sources.http.spool import Spool
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.nested import Block, NestedRecords, keys_of
from odoo_etl.sources.watermarks import begins_at
from odoo_etl.spec import HttpSource
from odoo_etl.spec.sources import HttpIncremental
from odoo_etl.spool_folders import spool


class HttpRecords(NestedRecords):
    """The records of all pages of a source; asked for once, when the first is wanted.

    Args:
        sleep: waits so many seconds.
    """

    def __init__(self, spec: HttpSource, memory: SourceMemory, sleep: Sleep = time.sleep) -> None:
        self._spec, self._memory, self._sleep = spec, memory, sleep
        self._spool: Spool | None = None
        self._copy: Path | None = None

    @property
    def cursor(self) -> str | None:
        """The column whose last value is the next watermark."""
        return self._spec.incremental.cursor if self._spec.incremental else None

    def blocks(self) -> Iterator[Block]:
        """All records; with `incremental` sorted by their cursor, those without one first."""
        if self._spool is None:
            is_there = self._copy is not None and self._copy.is_file()
            self._spool = Spool(copy=self._copy) if is_there else self._filled()
        yield from self._spool.blocks()

    def __getstate__(self) -> Mapping[str, Any]:
        """With a file of what waits here, for other processes of this machine; those of others ask for themselves."""
        if self._spool is not None and self._copy is None:
            stack = ExitStack()
            folder = stack.enter_context(spool(Path(tempfile.gettempdir())))
            weakref.finalize(self, _leave, stack, os.getpid())
            self._spool.copied(folder / "records.db")
            self._copy = folder / "records.db"
        return {**vars(self), "_spool": None}

    def _filled(self) -> Spool:
        incremental, since = self._spec.incremental, None
        request = first_request(self._spec)
        if incremental is not None:
            since = begins_at(incremental, self._memory.watermark)
            request = asking_since(request, incremental, since)
        spool = Spool()
        with closing(Client(self._spec, self._sleep)) as client:
            Reading(self._spec, client, paging(self._spec.pages, request), since).into(spool)
        return spool


def _leave(stack: ExitStack, owner: int) -> None:
    """Leave what was entered, unless this is a fork of whoever has entered it."""
    if os.getpid() == owner:
        stack.close()


def first_request(spec: HttpSource) -> PageRequest:
    """The request for the first page, without what says which page it is."""
    return PageRequest(spec.method, spec.url.get_secret_value(), spec.json_body).with_params(spec.params)


def asking_since(request: PageRequest, spec: HttpIncremental, since: Any) -> PageRequest:
    """The request for what has changed; for everything where `since` is None."""
    if since is None:
        return request
    text = format(since, "f") if isinstance(since, Decimal) else str(since)
    said = spec.value.replace("{since}", text)
    if spec.body is None:
        return request.with_params({spec.param or "": (said,)})
    is_number = spec.value == "{since}" and isinstance(since, int | float)
    return request.with_key(keys_of(spec.body), since if is_number else said)
