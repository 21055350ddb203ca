"""One reading of all pages, each asked for once: from the first request to records that wait in a file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from difflib import get_close_matches
from typing import IO, Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.client import Answer, Client
from odoo_etl.sources.http.cursors import CursorOf
from odoo_etl.sources.http.documents import NoJson, Page, Record, RecordFinder, parsed, value_at
from odoo_etl.sources.http.failures import TryAgain, is_html
from odoo_etl.sources.http.paging import Answered, Paging, number_at
from odoo_etl.sources.http.requests import PageRequest
from odoo_etl.sources.http.spool import Spool, key_of, packed
from odoo_etl.sources.http.trail import Trail
from odoo_etl.sources.nested import keys_of
from odoo_etl.spec import HttpSource

_log = logging.getLogger("odoo_etl.sources.http")
_MOST_LINE: Final = 32 * 1024 * 1024
_SAID_BYTES: Final = 4096
_AT_URL, _AT_ID = ("source", "url"), ("source", "record_id")


class _Kept:
    """How many records a page had, and the last one."""

    def __init__(self) -> None:
        self.count = 0
        self.last: Record | None = None
        self._digest = hashlib.blake2b(digest_size=16)

    def add(self, record: Record, content: bytes) -> None:
        """Count a record."""
        self.count += 1
        self.last = record
        self._digest.update(content)

    @property
    def content(self) -> bytes:
        """Equal for equal records; empty for none."""
        return self._digest.digest() if self.count else b""


class Reading:
    """Reads all pages of a source into a spool.

    Args:
        since: where an incremental reading begins; None for everything.
    """

    def __init__(self, spec: HttpSource, client: Client, paging: Paging, since: Any = None) -> None:
        self._spec, self._client, self._paging = spec, client, paging
        self._finder = RecordFinder(spec.records)
        self._ids = [keys_of(name) for name in spec.record_id or ()]
        self._unseen = dict(zip(spec.record_id or (), self._ids, strict=True))  # names that no record has had yet
        self._cursor = CursorOf(spec.incremental.cursor, since) if spec.incremental else None
        self._some: Record = {}
        self._size = 0

    def into(self, spool: Spool) -> None:
        """Ask for one page after the other, and keep their records.

        Raises:
            SourceError: a page cannot be had, is none, or was there before; or there are too many of them.
        """
        request: PageRequest | None = self._paging.first
        trail, read = Trail(self._spec.max_pages), 0
        while request is not None:
            trail.enter(request)
            answer, page = self._page(request)
            with closing(answer.body):
                kept = self._keep(page, spool)
            trail.leave(request, kept.content)
            read += kept.count
            answered = Answered(request, answer.headers, page, kept.count, kept.last, trail.number, read)
            request = self._paging.next_page(answered)
        spool.ready()
        self._check(page, spool, read)
        _log.info("%s: %d pages, %d records", self._paging.first.shown, trail.number, spool.records)

    def _page(self, request: PageRequest) -> tuple[Answer, Page]:
        left = self._spec.max_bytes - self._size
        take = self._document if self._spec.format == "json" else self._lines
        answer, page = self._client.answer(request, left, lambda answer: (answer, take(request, answer)))
        self._size += answer.size
        return answer, page

    def _document(self, request: PageRequest, answer: Answer) -> Page:
        """The page that a JSON document is."""
        with closing(answer.body):
            content = answer.body.read()
        if not content.strip():  # 204, say
            return Page([])
        try:
            document = parsed(content)
        except NoJson as error:
            kind = answer.headers.get("Content-Type", "")
            if error.is_cut and not is_html(content, kind):
                raise TryAgain(f"{request.shown}: the answer breaks off: {error}") from None
            raise self._no_json(request, content, kind, str(error)) from None
        try:
            return self._finder.page(document)
        except SourceError as error:
            raise SourceError(f"{request.shown}: {error}", error.at) from None

    def _lines(self, request: PageRequest, answer: Answer) -> Page:
        """The page whose lines are records."""
        kind = answer.headers.get("Content-Type", "")
        start = answer.body.read(_SAID_BYTES)
        answer.body.seek(0)
        if is_html(start, kind):
            raise self._no_json(request, start, kind, "it is HTML")
        return Page(self._records(request, answer.body, kind))

    def _records(self, request: PageRequest, body: IO[bytes], kind: str) -> Iterator[Record]:
        for number, line in enumerate(iter(lambda: body.readline(_MOST_LINE), b""), 1):
            if not line.strip():
                continue
            try:
                record = parsed(line)
            except NoJson as error:
                raise self._no_json(request, line, kind, f"line {number}: {error}") from None
            if not isinstance(record, dict):
                raise self._no_json(request, line, kind, f"line {number} is no object")
            yield record

    def _no_json(self, request: PageRequest, content: bytes, kind: str, reason: str) -> SourceError:
        said = self._client.said(content, kind)
        hint = "check url: and auth:; JSON in lines is format: jsonl"
        return SourceError(f"{request.shown}: the answer is no JSON ({reason}): {said} ({hint})", _AT_URL)

    def _keep(self, page: Page, spool: Spool) -> _Kept:
        kept = _Kept()
        spool.put(self._rows(page.records, kept))
        self._some = kept.last or self._some
        return kept

    def _rows(self, records: Iterable[Record], kept: _Kept) -> Iterator[tuple[bytes | None, str | None, bytes]]:
        """The records as the spool takes them; the page is counted meanwhile."""
        for record in records:
            content = packed(record)
            kept.add(record, content)
            at = self._cursor.at(record) if self._cursor else None
            if self._cursor is None or not self._cursor.leaves_out(at):
                yield self._id(record), at, content

    def _id(self, record: Record) -> bytes | None:
        if not self._ids:
            return None
        if self._unseen:
            self._unseen = {name: keys for name, keys in self._unseen.items() if value_at(record, keys) is None}
        return key_of([value_at(record, keys) for keys in self._ids])

    def _check(self, last: Page, spool: Spool, read: int) -> None:
        """Refuse what lacks records, and records that lack what the job says of them."""
        total = self._spec.pages.total if self._spec.pages else None
        if total is not None and read - spool.repeats < (promised := number_at(last, total, "records")):
            raise SourceError(
                f"{self._paging.first.shown}: {read - spool.repeats:,} records came of the {promised:,} that {total}"
                " promises: some have moved while pages were read, or check pages:; run again",
                ("source", "pages", "total"),
            )
        if self._cursor is not None and self._some and not self._cursor.is_known:
            self._lacks(self._cursor.name, ("source", "incremental", "cursor"))
        for name in self._unseen if spool.puts else ():
            self._lacks(name, _AT_ID)

    def _lacks(self, name: str, at: tuple[str, ...]) -> None:
        names = list(self._some)
        near = get_close_matches(name, names, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else f"; they have {', '.join(map(repr, names))}"
        raise SourceError(f"{self._paging.first.shown}: the records have no {name!r}{hint}", at)
