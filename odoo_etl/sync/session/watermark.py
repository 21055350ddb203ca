"""Watermark and files that the next run need not read again, moved only over rows that Odoo has confirmed.

What was read is known only as it was read then: a job that reads its rows in another way reads all of them again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import key_columns, named_columns
from odoo_etl.results import AFTER, RejectedRow, RowIdentity, row_identity
from odoo_etl.sources import Chunk, Source, SourceMemory, open_rows
from odoo_etl.spec import FileKeys, HttpSource, IncrementalSpec, JobSpec, QueryFile, SourceSpec, SqlSource
from odoo_etl.sync.session.history import Past, spec_identity
from odoo_etl.sync.staging import Gathered

# What says only which rows come, or how many: each run reads those anew.
_OF_RUNS: dict[str, Any] = {
    "path": True,
    "done": True,
    "min_rows": True,
    "only_new": True,
    "split_by": True,
    "query": True,
    "incremental": {"lag", "upper"},
    "join": {"__all__": {"source": {"done", "max_size", "member", "min_rows", "path", "storage_options", "timeout"}}},
    **dict.fromkeys(("auth", "ca_file", "headers", "insecure_http", "max_bytes", "max_pages", "rate"), True),
    **dict.fromkeys(("max_size", "member", "record_id", "retry", "storage_options", "timeout"), True),
}
_FIELD = "field "


class RejectedLines:
    """Where the rejected rows of a run stand, and those that were left alone; may be told from several lanes.

    Attributes:
        lines: their lines, of whichever file.
        files: their files; "" stands for the only one.
    """

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self.files: set[str] = set()
        self._rows: set[RowIdentity] = set()
        self._unseen: set[tuple[int, str]] = set()
        self._landed: set[RowIdentity] = set()
        self._lock = threading.Lock()

    def has(self, line: int, file: str, cells: Sequence[Any]) -> bool:
        """Whether this row of the source was rejected."""
        return line in self.lines and any(row_identity(one, line, cells) in self._rows for one in (file, ""))

    def lacks(self, line: int, file: str, cells: Sequence[Any]) -> bool:
        """Whether this row was rejected, and did not land before."""
        if not self.has(line, file, cells):
            return False
        return all(row_identity(one, line, cells) not in self._landed for one in (file, ""))

    def note(self, rows: Iterable[RejectedRow]) -> None:
        """These rows were rejected; of those that had landed, Odoo has the records."""
        with self._lock:
            for row in rows:
                self.lines.add(row.line)
                self.files.add(row.file)
                self._rows.add(row.identity)
                if row.stage == AFTER:
                    self._landed.add(row.identity)
                else:
                    self._unseen.add((row.line, row.file))

    def note_skipped(self, rows: Iterable[RejectedRow]) -> None:
        """These rows were left alone before Odoo was asked for their records: they have their outcome."""
        with self._lock:
            self._unseen.update((row.line, row.file) for row in rows)

    @property
    def any_unseen(self) -> bool:
        """Whether Odoo may not have been asked for the record of some row."""
        return bool(self._unseen)

    def is_unseen(self, line: int, file: str) -> bool:
        """Whether Odoo may not have been asked for the record of a row there."""
        return not self._unseen.isdisjoint(((line, file), (line, "")))


class Coverage:
    """Moves the watermark, or the list of files, of one job.

    Args:
        past: None where nothing is remembered: everything is read then.

    Attributes:
        leaves_out: the source was opened without what earlier runs have confirmed.
    """

    def __init__(self, spec: JobSpec, past: Past | None) -> None:
        self._spec, self._past = spec, past
        self._source: Source | None = None
        self._incremental = _incremental(spec.source) if past else None
        self._only_new = _only_new(spec.source) and past is not None
        self.leaves_out = False

    def open(self) -> Source:
        """The source without what it is to leave out."""
        memory = SourceMemory()
        if self._past is not None and not self._past.full_refresh:
            mark = self._past.marks.watermark() if self._incremental else None
            known = self._past.marks.files()[0] if self._only_new else {}
            memory = SourceMemory(None if mark is None else mark.value, known)
        self.leaves_out = memory != SourceMemory()
        self._source = open_rows(self._spec, key_columns(self._spec), named_columns(self._spec), memory)
        return self._source

    @property
    def mark(self) -> str:
        """The watermark, or the files, that are left out because earlier runs have confirmed them; "" for nothing."""
        past = self._past
        if past is None or not (self._incremental or self._only_new):
            return ""
        if self._incremental:
            known = past.marks.watermark()
            return "" if known is None else f"the watermark {known.value}"
        files = past.marks.files()[0]
        return f"{len(files)} files ({spec_identity(repr(sorted(files.items())))})" if files else ""

    def tell(self, note: Callable[[str], object]) -> None:
        """Say what of the job has changed since rows were read that are not read again."""
        past = self._past
        if past is None or past.full_refresh:
            return
        if self._incremental and (mark := past.marks.watermark()):
            _tell(f"rows up to the watermark {mark.value}", mark.definition, past.spec, note)
        if self._only_new:
            known, covered = past.marks.files()
            _tell(f"{len(known)} files", covered if known else {}, past.spec, note)

    def begin(self, note: Callable[[str], object]) -> None:
        """Before the first write: a file that has changed is no longer one that was read.

        Else, a run that fails half-way and a file that is put back as it was would leave Odoo with half of it.
        """
        if not self._only_new or self._past is None or self._source is None:
            return
        if not self._source.fingerprints:
            note("no file is new or changed since the last run (only_new)")
        known, _ = self._past.marks.files()
        if changed := known.keys() & self._source.fingerprints.keys():
            left = {path: mark for path, mark in known.items() if path not in changed}
            self._past.set_files(left)

    def confirm(self, gathered: Gathered, rejected: RejectedLines) -> None:
        """Every row of the whole source has its outcome: the next run may begin behind those that landed."""
        if self._past is None or self._source is None:
            return
        if self._incremental:
            cursor = self._source.cursor or self._incremental.cursor
            value = confirmed_prefix(gathered.chunks(), cursor, rejected.lines)
            self._confirm_watermark(value, self._past, by_lag=bool(self._incremental.lag))
        if self._only_new and "" not in rejected.files:
            read = self._source.fingerprints.items()
            whole = {path: mark for path, mark in read if not _has_rows_of(path, rejected.files)}
            if whole:
                self._confirm_files(whole, self._past)

    def _confirm_watermark(self, value: Any, past: Past, *, by_lag: bool) -> None:
        """A full refresh begins anew, as the first run did; else the watermark only moves on."""
        before, today = past.marks.watermark(), definition_of(past.spec)
        if past.full_refresh or before is None:
            if value is not None or before is not None:
                past.set_watermark(value, today, anew=True)
        elif _moves_on(before.value, value, by_lag=by_lag):
            past.set_watermark(value, common(before.definition, today))

    def _confirm_files(self, whole: dict[str, str], past: Past) -> None:
        known, covered = past.marks.files()
        today = definition_of(past.spec)
        anew = past.full_refresh or not known
        past.set_files({**known, **whole}, today if anew else common(covered, today))


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


def _has_rows_of(path: str, files: Iterable[str]) -> bool:
    """Whether rows of a file, or of a sheet of it, are among those of the given ones."""
    return any(file == path or file.startswith(f"{path}#") for file in files)


def _tell(what: str, covered: Mapping[str, str], spec: JobSpec, note: Callable[[str], object]) -> None:
    if changed := changes(covered, definition_of(spec)):
        note(
            f"the job has changed ({changed}): {what} were read before that and are not read again now;"
            f" `odoo-etl run {spec.job} --full-refresh` reads everything"
        )


def _moves_on(old: Any, new: Any, *, by_lag: bool) -> bool:
    """Whether a new watermark is above the old one, which every row was, unless a lag made the run begin below."""
    if new is None or new == old:
        return False
    if not by_lag:
        return True
    try:
        return bool(new > old)
    except TypeError:  # the cursor has another type now: the source compared them
        return True


def _incremental(spec: SourceSpec) -> IncrementalSpec | None:
    return getattr(spec, "incremental", None)


def _only_new(spec: SourceSpec) -> bool:
    return isinstance(spec, FileKeys) and spec.only_new


def definition_of(spec: JobSpec) -> dict[str, str]:
    """Hash each thing that decides how a row becomes a record; settings that later releases bring do not count."""
    source, target = spec.source, spec.target
    pieces: dict[str, Any] = {
        "source": source.model_dump(mode="json", exclude_defaults=True, exclude=_OF_RUNS),
        "target": target.model_dump(mode="json", exclude_defaults=True, exclude={"connection", "vanish"}),
    }
    if isinstance(source, SqlSource):
        pieces["query"] = _query(source)
    if isinstance(source, HttpSource):
        pieces["address"] = source.address
    for name, one in spec.fields.items():
        pieces[_FIELD + name] = one.model_dump(mode="json", exclude_defaults=True)
    return {name: spec_identity(json.dumps(piece, sort_keys=True, default=str)) for name, piece in pieces.items()}


def changes(covered: Mapping[str, str], today: Mapping[str, str]) -> str:
    """The parts of today's definition that not all rows were read under: `the query, field phone (new)`; "" for none.

    Args:
        covered: empty when nobody knows.
    """
    if not covered:
        return ""
    return ", ".join(
        f"{name} (new)" if name not in covered and name.startswith(_FIELD) else _worded(name)
        for name, value in today.items()
        if covered.get(name) != value
    )


def common(covered: Mapping[str, str], today: Mapping[str, str]) -> dict[str, str]:
    """The parts that rows of before and rows of today were read alike under."""
    if not covered:
        return dict(today)
    return {name: value for name, value in covered.items() if today.get(name) == value}


def _worded(name: str) -> str:
    return name if name.startswith(_FIELD) else f"the {name}"


def _query(source: SqlSource) -> str:
    """Its text, which may stand in a file."""
    if not isinstance(source.query, QueryFile):
        return source.query
    return source.query.text() if source.query.file.is_file() else ""
