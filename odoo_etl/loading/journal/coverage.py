"""What the next run need not read again: a watermark and files, moved only over rows that Odoo has confirmed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from typing import Any

from odoo_etl.loading.journal.past import Past
from odoo_etl.loading.rows.gather import Gathered
from odoo_etl.results import RejectedRow
from odoo_etl.sources import Chunk, Source, SourceMemory, open_source
from odoo_etl.spec import CsvSource, SourceSpec, SqlSource
from odoo_etl.spec.incremental import IncrementalSpec


class RejectedPlaces:
    """Where the rejected rows of a run stand; may be told from several lanes.

    Attributes:
        lines: their lines, of whichever file.
        files: their files; "" stands for the only one.
    """

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self.files: set[str] = set()
        self._lock = threading.Lock()

    def note(self, rows: Iterable[RejectedRow]) -> None:
        """These rows were rejected."""
        with self._lock:
            for row in rows:
                self.lines.add(row.line)
                self.files.add(row.file)


class Coverage:
    """Moves the watermark, or the list of files, of one job.

    Args:
        past: None where nothing is remembered: everything is read then.
    """

    def __init__(self, spec: SourceSpec, past: Past | None) -> None:
        self._spec, self._past = spec, past
        self._source: Source | None = None
        self._incremental = _incremental(spec) if past else None
        self._only_new = _only_new(spec) and past is not None

    def open(self) -> Source:
        """The source without what it is to leave out."""
        memory = SourceMemory()
        if self._past is not None:
            watermark = self._past.watermark() if self._incremental else None
            memory = SourceMemory(watermark, self._past.files() if self._only_new else {})
        self._source = open_source(self._spec, memory)
        return self._source

    def begin(self, note: Callable[[str], None]) -> None:
        """Before the first write: a file that has changed is no longer one that was read.

        Else, a run that fails half-way and a file that is put back as it was would leave Odoo with half of it.
        """
        if not self._only_new or self._past is None or self._source is None:
            return
        if not self._source.fingerprints:
            note("no file is new or changed since the last run (only_new)")
        known = self._past.files()
        if changed := known.keys() & self._source.fingerprints.keys():
            self._past.set_files({path: mark for path, mark in known.items() if path not in changed})

    def confirm(self, gathered: Gathered, rejected: RejectedPlaces) -> None:
        """Every row of the whole source has its outcome: the next run may begin behind those that landed."""
        if self._past is None or self._source is None:
            return
        if self._incremental:
            value = confirmed_prefix(gathered.chunks(), self._incremental.cursor, rejected.lines)
            if _moves_on(self._past.watermark(), value, by_lag=bool(self._incremental.lag)):
                self._past.set_watermark(value)
        if self._only_new and "" not in rejected.files:
            whole = {path: mark for path, mark in self._source.fingerprints.items() if path not in rejected.files}
            if whole:
                self._past.set_files({**self._past.files(), **whole})


def covers_rows(spec: SourceSpec) -> bool:
    """Whether later runs leave out what earlier ones have confirmed."""
    return _incremental(spec) is not None or _only_new(spec)


def confirmed_prefix(chunks: Iterable[Chunk], cursor: str, rejected: Collection[int]) -> Any:
    """The last cursor before the first rejected row whose cursor is another than that row's; None without one.

    The rows come sorted by the cursor, as the source sorts. Rows without a cursor come each time, and do not count.
    """
    last = before = None
    for chunk in chunks:
        for line, value in zip(chunk.lines, chunk.columns[cursor], strict=True):
            if value is None:
                continue
            if value != last:
                before, last = last, value
            if line in rejected:
                return before
    return last


def _moves_on(old: Any, new: Any, *, by_lag: bool) -> bool:
    """Whether a new watermark is above the old one, which every row was, unless a lag made the run begin below."""
    if new is None or new == old:
        return False
    if old is None or not by_lag:
        return True
    try:
        return bool(new > old)
    except TypeError:  # the cursor has another type now: the source compared them
        return True


def _incremental(spec: SourceSpec) -> IncrementalSpec | None:
    return spec.incremental if isinstance(spec, SqlSource) else None


def _only_new(spec: SourceSpec) -> bool:
    return isinstance(spec, CsvSource) and spec.only_new
