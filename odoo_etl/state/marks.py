"""Where the next run of a job goes on: its watermark and the files it has read, and how they came there.

Each move of either is kept beside the run that made it, so that an undo can take it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.payload import from_text, mark_from_text, mark_to_text, pack, to_text, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import definitions, files, moves, watermarks

Definition = dict[str, str]
_WATERMARK, _FILES = "watermark", "files"


@dataclass(frozen=True, slots=True)
class Watermark:
    """A watermark.

    Attributes:
        value: as the cursor gave it.
        definition: how the job reads the rows below it; empty when nobody knows.
    """

    value: Any
    definition: Definition


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The rows that the next run reads again once a run is undone.

    Attributes:
        moved: the watermark goes back.
        watermark: to this value; None for the beginning.
        files: how many files are read again, or, where an undo is undone, are not.
    """

    moved: bool = False
    watermark: Any = None
    files: int = 0


class Marks:
    """The marks of one job in one database. Every method may raise StateError."""

    def __init__(self, store: Store, job: str, database: str) -> None:
        self._store, self._place = store, {"job": job, "database": database}

    def watermark(self) -> Watermark | None:
        """The value that `set_watermark` stored, equal in type and value; None before the first."""
        with self._store.read() as connection:
            return self._watermark(connection)

    def set_watermark(
        self, value: Any, run_id: str, definition: Mapping[str, str] | None = None, *, anew: bool = False
    ) -> None:
        """Store a bool, int, float, Decimal, str, datetime, date or time, durably; None for the beginning.

        Args:
            definition: how the job reads the rows below; by default what was stored stays.
            anew: the run has read everything, so that its undo goes back to the beginning.

        Raises:
            TypeError: a value of another type.
        """
        with self._store.write(durable=True) as connection:
            before = self._watermark(connection)
            known = before.definition if before and definition is None else dict(definition or {})
            after = None if value is None else Watermark(value, known)
            self._move_watermark(connection, None if anew else before, after, run_id)

    def files(self) -> tuple[dict[str, str], Definition]:
        """Path to fingerprint of the files that the job has loaded, and how it read them."""
        with self._store.read() as connection:
            return self._files(connection)

    def set_files(
        self, fingerprints: Mapping[str, str], run_id: str, definition: Mapping[str, str] | None = None
    ) -> None:
        """Store, durably, which files the job has loaded, in place of what was stored before."""
        with self._store.write(durable=True) as connection:
            _, known = self._files(connection)
            self._move_files(connection, fingerprints, known if definition is None else dict(definition), run_id)

    def take_back(self, of_run: str, run_id: str, *, again: bool, only_look: bool) -> TakenBack:
        """Go on where the job went on before a run, unless it does so already; what of that there was to do.

        Args:
            run_id: the undo.
            again: what is undone is an undo: what it gave back counts as read again.
            only_look: leave everything as it is.
        """
        with self._store.write(durable=True) as connection:
            moved = self._moves(connection, of_run, _WATERMARK)
            current = self._watermark(connection)
            back = _mark(moved[0].before) if moved else None
            goes = bool(moved) and (
                current == _mark(moved[-1].after) and current != back if again else _is_below(back, current)
            )
            known, definition = self._files(connection)
            left = _files_back(known, self._moves(connection, of_run, _FILES), again=again)
            if goes and not only_look:
                self._move_watermark(connection, current, back, run_id)
            if left != known and not only_look:
                self._move_files(connection, left, definition, run_id)
        return TakenBack(goes, back.value if goes and back else None, len(known.keys() ^ left.keys()))

    def _watermark(self, connection: sa.Connection) -> Watermark | None:
        row = connection.execute(self._of(watermarks)).one_or_none()
        return None if row is None else Watermark(mark_from_text(row.value), self._definition(connection, _WATERMARK))

    def _files(self, connection: sa.Connection) -> tuple[dict[str, str], Definition]:
        row = connection.execute(self._of(files)).one_or_none()
        return ({} if row is None else unpack(row.fingerprints)), self._definition(connection, _FILES)

    def _definition(self, connection: sa.Connection, what: str) -> Definition:
        row = connection.execute(self._of(definitions).where(definitions.c.what == what)).one_or_none()
        return {} if row is None else from_text(row.value)

    def _define(self, connection: sa.Connection, what: str, definition: Definition, run_id: str) -> None:
        row = {**self._place, "what": what, "value": to_text(definition), "run_id": run_id}
        self._store.put(connection, definitions, [row])

    def _of(self, table: sa.Table) -> sa.Select[Any]:
        return sa.select(table).where(*(table.c[name] == value for name, value in self._place.items()))

    def _moves(self, connection: sa.Connection, run_id: str, what: str) -> list[Any]:
        wanted = self._of(moves).where(moves.c.run_id == run_id, moves.c.what == what)
        return list(connection.execute(wanted.order_by(moves.c.id)))

    def _move_watermark(
        self, connection: sa.Connection, before: Watermark | None, after: Watermark | None, run_id: str
    ) -> None:
        if after is None:
            mine = (watermarks.c[name] == value for name, value in self._place.items())
            connection.execute(watermarks.delete().where(*mine))
        else:
            row = {"value": mark_to_text(after.value), "run_id": run_id}
            self._store.put(connection, watermarks, [{**self._place, **row}])
            self._define(connection, _WATERMARK, after.definition, run_id)
        self._note_move(connection, _WATERMARK, _kept(before), _kept(after), run_id)

    def _move_files(
        self, connection: sa.Connection, fingerprints: Mapping[str, str], definition: Definition, run_id: str
    ) -> None:
        before, _ = self._files(connection)
        row = {"fingerprints": pack(dict(fingerprints)), "run_id": run_id}
        self._store.put(connection, files, [{**self._place, **row}])
        self._define(connection, _FILES, definition, run_id)
        gone, come = dict(before.items() - fingerprints.items()), dict(fingerprints.items() - before.items())
        self._note_move(connection, _FILES, pack(gone), pack(come), run_id)

    def _note_move(
        self, connection: sa.Connection, what: str, before: bytes | None, after: bytes | None, run_id: str
    ) -> None:
        row = {**self._place, "run_id": run_id, "what": what, "before": before, "after": after}
        connection.execute(moves.insert(), row)


def _kept(mark: Watermark | None) -> bytes | None:
    return None if mark is None else pack([mark_to_text(mark.value), mark.definition])


def _mark(kept: bytes | None) -> Watermark | None:
    if kept is None:
        return None
    text, definition = unpack(kept)
    return Watermark(mark_from_text(text), definition)


def _is_below(back: Watermark | None, current: Watermark | None) -> bool:
    """Whether going back to a watermark makes the next run read more."""
    if current is None or back is None:
        return current is not None
    try:
        return bool(back.value < current.value)
    except TypeError:  # the cursor has another type now
        return True


def _files_back(known: Mapping[str, str], moved: list[Any], *, again: bool) -> dict[str, str]:
    """The files without those that a run read; with those that an undo had given back."""
    left = dict(known)
    for move in moved:
        left = {**unpack(move.before), **left} if again else dict(left.items() - unpack(move.after).items())
    return left
