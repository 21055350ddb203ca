"""Contents by their web addresses: asked for again only where they may have changed, bounded in size and in time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from odoo_etl.fieldtypes import BadValue, Content, ContentRef, ContentRules, shown
from odoo_etl.sync.contents.files import NoSuchFile, check_size
from odoo_etl.web import Fetching, Gone, Kept, KeptDownloads, NotAvailable, NotToBeHad, Wanted, check_address, pools

PER_HOST = 8  # connections that are kept open
ATTEMPTS = 3
PAUSE_S = 1.0  # before the second attempt; the third waits longer
IN_A_ROW = 5  # addresses of one host that were not answered: it is not asked any more in this run


class Downloads:
    """Downloads what addresses stand for; may be used from several lanes.

    Args:
        kept: earlier downloads.
        sleep: waits so many seconds.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self,
        kept: KeptDownloads,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._sleep, self._clock = kept, sleep, clock
        self._fetching: dict[tuple[str, ...], Fetching] = {}
        self._silent: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._begun = False

    def content(self, ref: ContentRef) -> Content:
        """The content that an address stands for.

        Raises:
            NoSuchFile: the server has none.
            BadValue: the address is none that may be asked, or there is no content to be had.
        """
        try:
            host = check_address(ref.name)
        except NotToBeHad as error:
            raise BadValue(error.why, error.of(shown(ref.name))) from error
        self._check_silence(host, ref)
        try:
            self._begin()
            for attempt in range(ATTEMPTS):
                try:
                    kept = self._fetched(ref)
                except NotAvailable as error:
                    self._not_available(host, ref, error, last=attempt == ATTEMPTS - 1)
                    self._sleep(PAUSE_S * 3**attempt)
                except (NoSuchFile, BadValue):
                    self._answered(host)
                    raise
                else:
                    self._answered(host)
                    return Content(ref.name, kept.path, kept.size, kept.sha1)
        except OSError as error:
            raise BadValue("download_failed", f"{shown(ref.name)} cannot be kept: {error}") from error
        raise AssertionError  # the last attempt has raised

    def _begin(self) -> None:
        with self._lock:
            if not self._begun:
                self._kept.begin()
                self._begun = True

    def _answered(self, host: str) -> None:
        """Begin to count anew: the host has answered, be it with a refusal."""
        with self._lock:
            self._silent[host] = 0

    def _check_silence(self, host: str, ref: ContentRef) -> None:
        if self._silent[host] >= IN_A_ROW:
            why = f"{host} did not answer {IN_A_ROW} times in a row, and is not asked any more in this run"
            raise BadValue("not_available", f"{shown(ref.name)}: {why}; `odoo-etl retry` tries it again")

    def _not_available(self, host: str, ref: ContentRef, error: NotAvailable, *, last: bool) -> None:
        if last:
            with self._lock:
                self._silent[host] += 1
            raise BadValue("not_available", f"{shown(ref.name)}: {error}; `odoo-etl retry` tries it again") from error
        self._check_silence(host, ref)

    def _fetched(self, ref: ContentRef) -> Kept:
        wanted = Wanted(ref.name, ref.name, ref.rules.max_bytes, ref.rules.timeout_s)
        try:
            kept = self._of(ref.rules).fetched(wanted)
        except Gone as error:
            raise NoSuchFile from error
        except NotToBeHad as error:
            raise BadValue(error.why, error.of(shown(ref.name))) from error
        check_size(ref, kept.size)
        return kept

    def _of(self, rules: ContentRules) -> Fetching:
        """Asks servers for a field, of which some may be no public ones."""
        with self._lock:
            if rules.hosts not in self._fetching:
                self._fetching[rules.hosts] = Fetching(self._kept, pools(rules.hosts, PER_HOST), self._clock)
            return self._fetching[rules.hosts]


def downloads_of(folder: Path) -> Downloads:
    """Build the `Downloads` that keeps what it downloads in a folder."""
    return Downloads(KeptDownloads(folder))
