"""The plan file: one SQLite database for its owner alone, so that any write of a large plan is found at once.

    facts     what the plan was made of and for: tool, time, person, destinations, options, files
    sources   each source: its job, what it held, what was left out of it
    writes    each planned write: the record, a digest of its values, the values
    others    rows that are rejects; records that steps are for, that a mirror removes, or that become active again

Secrets are not in it; values of records are: whoever may read the file may read these.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import orjson

from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.planfile.kept import Image, as_json, digest_of_file
from odoo_etl.private_files import FILE, close_to_others, opener

FORMAT: Final = 1
APPLICATION: Final = 0x0D00E71  # any number that others are unlikely to take
_TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (job TEXT NOT NULL, fingerprint TEXT NOT NULL, rows INTEGER NOT NULL, mark TEXT NOT NULL);
CREATE TABLE writes (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL, connection TEXT NOT NULL,
    record INTEGER, shown TEXT NOT NULL, place INTEGER NOT NULL, number INTEGER NOT NULL, line INTEGER NOT NULL,
    rows INTEGER NOT NULL, digest BLOB NOT NULL, image BLOB NOT NULL);
CREATE VIEW entries AS
    SELECT id, job, kind, model, record, shown, place, number, line, rows, digest FROM writes ORDER BY job, number, id;
CREATE TABLE others (job TEXT NOT NULL, kind TEXT NOT NULL, record INTEGER NOT NULL, shown TEXT NOT NULL);
"""
_INDEXES: Final = """
CREATE INDEX writes_by_record ON writes (record, job);
CREATE INDEX writes_by_place ON writes (place, job);
CREATE INDEX writes_by_number ON writes (number, job);
CREATE INDEX others_by_job ON others (job, kind, record);
"""
_FOUND: Final = {
    "record": "SELECT * FROM entries WHERE record IN (SELECT value FROM json_each(?)) AND job = ?",
    "place": "SELECT * FROM entries WHERE place IN (SELECT value FROM json_each(?)) AND job = ?",
    "number": "SELECT * FROM entries WHERE number IN (SELECT value FROM json_each(?)) AND job = ?",
}


class NotAPlanFile(UsageError):
    """The file is no plan file that this version of odoo-etl can read."""


class CannotKeep(OdooEtlError):
    """The plan file cannot be written."""


class Entry(NamedTuple):
    """One planned write, without its values.

    Attributes:
        id: of the write in the file.
        kind: create or update.
        record: the id in Odoo, None of a new one.
        shown: the key of the record, for people.
        place: a number for that key.
        number: of its oldest row in the source; `line` is where that stands.
        rows: how many make the record.
        digest: of its values.
    """

    id: int
    job: str
    kind: str
    model: str
    record: int | None
    shown: str
    place: int
    number: int
    line: int
    rows: int
    digest: bytes

    def __str__(self) -> str:
        """The record as messages name it."""
        record = f"{self.model} {self.record}" if self.record else f"new {self.model}"
        return f"{self.job}: {self.shown} ({record})"


class SourceRows(NamedTuple):
    """The rows of a source: equal ones have equal fingerprints; `mark` says what was left out as read before."""

    fingerprint: str
    rows: int
    mark: str


class PlanFileMaker:
    """Writes a plan file beside its place, and puts it there once it is whole; may be used from several lanes.

    Raises:
        CannotKeep: it cannot be written there, or another file is there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._lock = threading.Lock()
        _check_place(self.path)
        try:
            os.close(os.open(self._draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE))
            self._db = sqlite3.connect(self._draft, isolation_level=None, check_same_thread=False)
            self._db.executescript(
                f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA application_id={APPLICATION};"
                f"PRAGMA user_version={FORMAT}; {_TABLES} BEGIN"
            )
        except (OSError, sqlite3.Error) as error:
            self.give_up()
            raise CannotKeep(f"the plan file {path} cannot be written: {error}") from error

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Keep planned writes: the columns of `writes` but for the id."""
        with self._lock:
            self._db.executemany("INSERT INTO writes VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def replace(self, job: str, place: int, digest: bytes, image: bytes) -> None:
        """The new record of that place gets these values instead."""
        with self._lock:
            found = "UPDATE writes SET digest = ?, image = ? WHERE place = ? AND job = ? AND kind = 'create'"
            self._db.execute(found, (digest, image, place, job))

    def image(self, job: str, place: int) -> dict[str, list[Any]]:
        """The values of the new record of that place by now; none where there is none."""
        with self._lock:
            if not self._indexed:
                self._db.execute("CREATE INDEX writes_so_far ON writes (place, job)")
                self._indexed = True
            query = "SELECT image FROM writes WHERE place = ? AND job = ? AND kind = 'create'"
            row = self._db.execute(query, (place, job)).fetchone()
        return dict(orjson.loads(row[0])) if row else {}

    _indexed = False

    def others(self, job: str, kind: str, names: Mapping[int, str]) -> None:
        """Keep records that something else happens to."""
        with self._lock:
            self._db.executemany("INSERT INTO others VALUES (?, ?, ?, ?)", [(job, kind, *one) for one in names.items()])

    def source(self, job: str, fingerprint: str, rows: int, mark: str) -> None:
        """Keep what a source of a job held; a job that creates the branches of a tree has one for each level."""
        with self._lock:
            self._db.execute("INSERT INTO sources VALUES (?, ?, ?, ?)", (job, fingerprint, rows, mark))

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Keep what the plan was made of and for; the file is whole then, and in its place."""
        try:
            self._db.executemany(
                "INSERT INTO facts VALUES (?, ?)", [(name, as_json(one).decode()) for name, one in facts.items()]
            )
            self._db.execute("COMMIT")
            self._db.executescript(f"DROP INDEX IF EXISTS writes_so_far; {_INDEXES}")
            self._db.close()
            self._draft.replace(self.path)
        except (OSError, sqlite3.Error) as error:
            self.give_up()
            raise CannotKeep(f"the plan file {self.path} cannot be written: {error}") from error

    def give_up(self) -> None:
        """Leave no file behind, where it is not finished."""
        with suppress(AttributeError, sqlite3.Error):
            self._db.close()
        self._draft.unlink(missing_ok=True)


class PlanFile:
    """A plan file that is read; may be used from several lanes.

    Args:
        known_as: the file that a person knows, where this one is a copy of it.

    Raises:
        NotAPlanFile: it is not there, or no plan file of this version.
    """

    def __init__(self, path: Path, known_as: Path | None = None) -> None:
        self.path, self.known_as = path.absolute(), known_as or path
        self._lock = threading.Lock()
        if not self.path.is_file():
            raise NotAPlanFile(f"there is no plan file {path}: `odoo-etl plan --out FILE` makes one")
        self._db = _opened(self.path)
        found = _version(self._db)
        if found != FORMAT:
            self._db.close()
            what = f"is a plan file of format {found}" if found else "is no plan file"
            raise NotAPlanFile(f"{path} {what}; this version of odoo-etl reads format {FORMAT}: plan again with --out")
        self.facts: dict[str, Any] = _loaded(self._rows("SELECT name, value FROM facts"))
        self.sources: dict[str, list[SourceRows]] = {}
        for job, *rows in self._rows("SELECT job, fingerprint, rows, mark FROM sources ORDER BY rowid"):
            self.sources.setdefault(job, []).append(SourceRows(*rows))

    def __enter__(self) -> Self:
        """It is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def digest(self) -> str:
        """A hash of the whole file, by which the ledger knows it."""
        return digest_of_file(self.path)

    def by_record(self, job: str, ids: Collection[int]) -> dict[int, Entry]:
        """The updates of records, by id."""
        found = self._entries("record", job, ids)
        return {one.record: one for one in found if one.record is not None}

    def by_place(self, job: str, places: Collection[int]) -> dict[int, Entry]:
        """The writes of records, by the number of their keys."""
        return {one.place: one for one in self._entries("place", job, places)}

    def by_number(self, job: str, numbers: Collection[int]) -> dict[int, Entry]:
        """The writes of records, by the number of their oldest row."""
        return {one.number: one for one in self._entries("number", job, numbers)}

    def image(self, entry: Entry) -> Image:
        """The values of a planned write."""
        ((image,),) = self._rows("SELECT image FROM writes WHERE id = ?", (entry.id,))
        return dict(orjson.loads(image))

    def of_other_jobs(self, entry: Entry) -> list[Image]:
        """The values of what other jobs of the plan write to the record of an update."""
        query = (
            "SELECT image FROM writes WHERE record = ? AND job != ? AND model = ?"
            " AND connection = (SELECT connection FROM writes WHERE id = ?)"
        )
        found = self._rows(query, (entry.record, entry.job, entry.model, entry.id))
        return [dict(orjson.loads(image)) for (image,) in found]

    def all_entries(self) -> Iterator[Entry]:
        """Every planned write, in the order of the jobs and rows."""
        with closing(_opened(self.path)) as db:
            yield from map(Entry._make, db.execute("SELECT * FROM entries"))

    def others(self, job: str, kind: str) -> dict[int, str]:
        """The records that something else happens to, by id."""
        return dict(self._rows("SELECT record, shown FROM others WHERE job = ? AND kind = ?", (job, kind)))

    def rejected(self, job: str, numbers: Collection[int]) -> dict[int, str]:
        """Those of the rows that the plan rejects, by number, and why."""
        wanted = orjson.dumps(list(numbers)).decode()
        query = (
            "SELECT record, shown FROM others"
            " WHERE job = ? AND kind = 'reject' AND record IN (SELECT value FROM json_each(?))"
        )
        return dict(self._rows(query, (job, wanted)))

    def kinds(self) -> list[tuple[str, str]]:
        """Each job and kind of what else happens."""
        return self._rows("SELECT DISTINCT job, kind FROM others")

    def counts(self) -> dict[str, int]:
        """How many writes there are, by kind; what else happens counts by its kind, too."""
        found = self._rows("SELECT kind, count(*) FROM writes GROUP BY kind")
        others = self._rows("SELECT kind, count(*) FROM others WHERE kind != 'reject' GROUP BY kind")
        return dict([*found, *others])

    def _entries(self, column: str, job: str, values: Collection[int]) -> list[Entry]:
        wanted = orjson.dumps(list(values)).decode()
        return list(map(Entry._make, self._rows(_FOUND[column], (wanted, job))))

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


def copied(path: Path, to: Path) -> Path:
    """Copy a plan file, for its owner alone. Raises OSError."""
    with path.open("rb") as source, open(to, "xb", opener=opener) as target:
        shutil.copyfileobj(source, target)
    return to


def _loaded(rows: Iterable[Any]) -> dict[str, Any]:
    return {name: orjson.loads(value) for name, value in rows}


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _version(db: sqlite3.Connection) -> int:
    """The format of a plan file; 0 of another file."""
    try:
        ((application,),) = db.execute("PRAGMA application_id").fetchall()
        ((version,),) = db.execute("PRAGMA user_version").fetchall()
    except sqlite3.Error:
        return 0
    return version if application == APPLICATION else 0


def _check_place(path: Path) -> None:
    """Refuse to write over a file that is no plan file. Raises UsageError."""
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"--out {path}: give the name of a file in a folder that is there")
    if path.exists() and path.stat().st_size:
        with closing(_opened(path)) as db:
            if not _version(db):
                raise UsageError(f"--out {path}: a file is there that is no plan file; it was left as it is")
    if path.exists():
        close_to_others(path)
