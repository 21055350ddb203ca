"""The part file of an export: rows as they come, and how far they go, so that a broken export can go on."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.private_files import make_folder, opener

SAVED_S: Final = 1.0  # between two notes of how far the file goes
VERSION: Final = 1


class CannotWrite(OdooEtlError):
    """The file or table of an export cannot be written; what was read is kept."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a part file goes; what is behind is of a moment before the program was killed.

    Attributes:
        last_id: of the record that ends there; 0 before the first.
        size: in bytes.
        records: that the file holds.
        rows: the same in rows.
    """

    last_id: int = 0
    size: int = 0
    records: int = 0
    rows: int = 0


class PartFile:
    """Rows that were read, in a file of their own until the export is whole. One program writes it at a time.

    Args:
        path: its own; the position is kept beside it.
        request: what is exported, and how: what goes on must be the same.
    """

    def __init__(self, path: Path, request: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self.path, self._clock = path, clock
        self._request = orjson.loads(orjson.dumps(dict(request)))  # as it is read again
        self.position = Position()
        self._saved_s = 0.0

    @property
    def kept_at(self) -> Path:
        """Where the position is kept."""
        return self.path.with_name(f"{self.path.name}.json")

    def begin(self, head: bytes) -> None:
        """Begin anew, over what may be there. Raises CannotWrite."""
        self.position = Position()
        with self._told():
            make_folder(self.path.parent)
            self.kept_at.unlink(missing_ok=True)
            self._file = io.BufferedWriter(io.FileIO(self.path, "wb", opener=opener))
        self._put(head)
        self.save()

    def resume(self) -> None:
        """Go on where the file ends.

        Raises:
            UsageError: there is no such file, or it is of another export.
            CannotWrite: it cannot be opened.
        """
        self.position = self._position()
        with self._told():
            if self.path.stat().st_size < self.position.size:
                raise UsageError(f"{self.path} is shorter than it was: leave out --resume, which begins anew")
            self._file = io.BufferedWriter(io.FileIO(self.path, "r+b", opener=opener))
            self._file.truncate(self.position.size)
            self._file.seek(self.position.size)

    def _position(self) -> Position:
        try:
            kept = orjson.loads(self.kept_at.read_bytes())
            request, position = kept["request"], Position(**kept["position"])
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(f"there is no broken export to go on with: {self.path} is not there") from None
        other = sorted(name for name in {*request, *self._request} if request.get(name) != self._request.get(name))
        if other:
            raise UsageError(
                f"{self.path} is of another export, which differs in {', '.join(other)}: give the same options, or"
                " leave out --resume, which begins anew"
            )
        return position

    def add(self, data: bytes, last_id: int, records: int, rows: int) -> None:
        """Append rows that end with a whole record. Raises CannotWrite."""
        self._put(data)
        now = self.position
        self.position = replace(now, last_id=last_id, records=now.records + records, rows=now.rows + rows)
        if self._clock() - self._saved_s >= SAVED_S:
            self.save()

    def save(self) -> None:
        """Note how far the file goes. Raises CannotWrite."""
        with self._told():
            self._file.flush()
            os.fsync(self._file.fileno())
            beside = self.kept_at.with_name(f"{self.kept_at.name}.new")
            with open(beside, "wb", opener=opener) as file:
                file.write(
                    orjson.dumps({"version": VERSION, "request": self._request, "position": asdict(self.position)})
                )
            beside.replace(self.kept_at)
        self._saved_s = self._clock()

    def close(self) -> None:
        """Note how far it goes, and give the file back."""
        try:
            self.save()
        finally:
            self._file.close()

    def remove(self) -> None:
        """Take away the position, and the file where it was not moved."""
        self.kept_at.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _put(self, data: bytes) -> None:
        with self._told():
            self._file.write(data)
        self.position = replace(self.position, size=self.position.size + len(data))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or error
            raise CannotWrite(f"{self.path}: cannot be written: {why}; make room, then go on with --resume") from error
