"""A row of the file as a person is shown it: with what it was, what is wrong, and what `retry` will say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_etl.rejects import found_own_columns
from odoo_etl.rejects.cells import unguarded
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending.kept_rows import KeptRows
from odoo_etl.rejects.mending.model import MendedRow, RejectCell
from odoo_etl.rejects.mending.records import digest_of
from odoo_etl.rejects.originals import Originals
from odoo_etl.rejects.source import is_no_row


class Judge:
    """Judges the rows of one file.

    Args:
        header: its columns, as they stand in it.
        form: how it was written first.
        kept: its rows as they were rejected.

    Attributes:
        columns: those of the source.
        places: where these stand in a record.
    """

    def __init__(self, header: Sequence[str], form: RejectsForm, kept: KeptRows) -> None:
        own = found_own_columns(header)
        self.header = list(header)
        self.own = {role: self.header.index(name) for role, name in own.items()}
        self.places = [place for place, name in enumerate(header) if place not in self.own.values()]
        self._by_name = sorted(range(len(self.header)), key=self.header.__getitem__)
        self._names = [self.header[place] for place in self.places]
        self.columns = tuple(map(unguarded, self._names))
        self._form, self._kept, self._is_kept = form, kept, kept.columns is not None
        self._in_order = kept.columns == tuple(self._names)
        self._key = [self._names.index(name) for name in form.key if name in self._names]
        self._originals = Originals(kept.columns or (), kept, form)

    def said(self, record: Sequence[str]) -> dict[str, str]:
        """Role to what our columns say of a row."""
        return {role: record[place] for role, place in self.own.items()}

    def is_no_row(self, record: Sequence[str]) -> bool:
        """Whether a line was no row of its source."""
        said = self.said(record)
        return is_no_row(said.get("stage", ""), said.get("code", ""))

    def digest(self, record: Sequence[str]) -> bytes:
        """By what the row is known to have the same cells in another file, in whatever order that has its columns."""
        return digest_of("\x1f".join([record[place] for place in self._by_name]).encode("utf-8", "surrogatepass"))

    def judged(self, record: Sequence[str]) -> tuple[bool, bool]:
        """Whether the row is another one than when it was rejected, and whether its key is."""
        if not self._is_kept:
            return False, False
        said, cells = self.said(record), [record[place] for place in self.places]
        known = self._kept.get(said.get("line", ""), ())
        if self._in_order and tuple(cells) in known:
            return False, False
        if self._in_order and len(known) == 1 and all(known[0][place] == cells[place] for place in self._key):
            return True, False
        old = self._originals.original(said.get("line", ""), self._names, cells)
        changed = old is None or any(old.get(name, "") != cell for name, cell in zip(self._names, cells, strict=True))
        return changed, self._new_key(said, cells) is not None

    def shown(self, number: int, version: str, record: Sequence[str]) -> MendedRow:
        """The row for a person."""
        said, cells = self.said(record), [record[place] for place in self.places]
        old = self._originals.original(said.get("line", ""), self._names, cells) if self._is_kept else None
        read, new_key = self._read(said, cells)
        fields = tuple(filter(None, unguarded(said.get("field", "")).split(", ")))
        flawed = self.flawed(fields)
        shown = []
        for at, (column, text, as_read) in enumerate(zip(self.columns, cells, read, strict=True)):
            was = None if old is None else old.get(self._names[at], "")
            shown.append(
                RejectCell(
                    column,
                    unguarded(text),
                    None if was is None or was == text else unguarded(was),
                    None if as_read == text else unguarded(as_read),
                    column in flawed,
                )
            )
        texts = {role: unguarded(text) for role, text in said.items()}
        attempts = texts.get("attempts", "")
        return MendedRow(
            number,
            version,
            texts.get("line", ""),
            fields,
            texts.get("stage", ""),
            texts.get("code", ""),
            texts.get("reason", ""),
            int(attempts) if attempts.isdecimal() else 0,
            tuple(shown),
            new_key,
            is_no_row(said.get("stage", ""), said.get("code", "")),
        )

    def flawed(self, fields: Sequence[str]) -> set[str]:
        """The columns that fields are made of; a field that has none may be a column itself."""
        return {name for path in fields for name in (*self._form.columns.get(path, ()), path)}

    def _new_key(self, said: Mapping[str, str], cells: Sequence[str]) -> tuple[str | None, str] | None:
        return self._read(said, cells)[1]

    def _read(
        self, said: Mapping[str, str], cells: Sequence[str]
    ) -> tuple[Sequence[str], tuple[str | None, str] | None]:
        """The cells as `retry` reads them, and the keys where they differ."""
        if not self._is_kept:
            return cells, None
        self._originals.new_keys.clear()
        self._originals.put_back.clear()
        read, _ = self._originals.judged(said, self._names, cells)
        return read, next(iter(self._originals.new_keys), None)
