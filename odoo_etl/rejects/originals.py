"""The rows of a rejects file as they were rejected, kept beside it: what a person, or a spreadsheet, changed since."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.reformatted import is_reformatted

SHOWN: Final = 3  # of the cells that were put back
# Rejects because of their keys: mending one changes the key.
OF_KEYS: Final = frozenset(
    {
        *("ambiguous_key", "bad_external_id", "empty_key", "external_id_collision", "external_id_of_other_model"),
        *("key_changed", "key_lost", "same_record", "two_records"),
    }
)

Cells = tuple[str, ...]


def originals_file(rejects: Path) -> Path:
    """The file beside a rejects file that keeps its rows as they were; hidden, since nobody is to mend it."""
    return rejects.with_name(f".{rejects.stem}.originals.jsonl")


def original_line(place: str, cells: Sequence[str]) -> bytes:
    """A row as that file has it: what its `_line` says, and its cells."""
    return json.dumps([place, *cells], ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


@dataclass(slots=True)
class Originals:
    """Rows as they were rejected, and what is made of rows that were mended.

    Attributes:
        columns: of the source, as the file has them.
        rows: by what `_line` says.
        form: which columns the key is made of, and the fields.
        accept_new_keys: a row with another key is another record, and meant.
        put_back: cells that a spreadsheet had reformatted: column, what it made, what it was.
        new_keys: the keys of rows that have another one now: the old (None for a row that was none), the new.
    """

    columns: Cells
    rows: Mapping[str, Sequence[Cells]]
    form: RejectsForm
    accept_new_keys: bool = False
    put_back: list[tuple[str, str, str]] = field(default_factory=list)
    new_keys: list[tuple[str | None, str]] = field(default_factory=list)
    _known: dict[tuple[str, ...], set[str]] = field(default_factory=dict, init=False, repr=False)

    @property
    def texts(self) -> list[str]:
        """All cells that are not of plain letters, by which an encoding is known."""
        return [cell for rows in self.rows.values() for row in rows for cell in row if not cell.isascii()]

    def judged(self, said: Mapping[str, str], columns: Sequence[str], cells: Sequence[str]) -> tuple[list[str], str]:
        """A row as it is to be read, and why it is not to be ("" where it is).

        Args:
            said: role to what our own columns say of it.
            columns: of the source, in the order of the cells.
        """
        old = self.original(said.get("line", ""), columns, cells)
        flawed = self._flawed(said.get("field", ""))
        read = list(cells) if old is None else self._restored(old, columns, cells, flawed)
        return read, self._why(old, columns, read, of_key=self._is_about_key(said.get("code", ""), flawed))

    def original(self, place: str, columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str] | None:
        """The row that this one was, by column; of several of one line (`explode`) the one that is most alike."""
        known = [dict(zip(self.columns, row, strict=False)) for row in self.rows.get(place, ())]
        now = dict(zip(columns, cells, strict=False))
        return max(known, key=lambda one: sum(one.get(name) == cell for name, cell in now.items()), default=None)

    def _flawed(self, fields: str) -> set[str]:
        """The columns that a person was asked to mend."""
        return {name for path in fields.split(", ") for name in self.form.columns.get(path, ())}

    def _is_about_key(self, code: str, flawed: set[str]) -> bool:
        return code in OF_KEYS - {"key_changed"} or not flawed.isdisjoint(self.form.key)

    def _restored(
        self, old: Mapping[str, str], columns: Sequence[str], cells: Sequence[str], flawed: Collection[str]
    ) -> list[str]:
        """The cells; those that nobody was asked to mend, and that a spreadsheet has reformatted, as they were."""
        read = []
        for name, cell in zip(columns, cells, strict=False):
            was = old.get(name, cell)
            if name not in flawed and is_reformatted(was, cell):
                self.put_back.append((name, cell, was))
                read.append(was)
            else:
                read.append(cell)
        return read

    def _why(self, old: Mapping[str, str] | None, columns: Sequence[str], cells: Sequence[str], *, of_key: bool) -> str:
        """The reason that a row is no row that was rejected; "" where it is, or a new key is meant."""
        names = [name for name in self.form.key if name in columns]
        now = dict(zip(columns, cells, strict=False))
        key = " | ".join(now[name] for name in names)
        if not names or of_key:
            return ""
        was = None if old is None else " | ".join(old.get(name, "") for name in names)
        if key == was or (old is None and key in self._keys(names)):
            return ""
        self.new_keys.append((was, key))
        if self.accept_new_keys:
            return ""
        before = "no rejected row has this key" if was is None else f"the row was rejected with the key {was!r}"
        return (
            f"{before}, and has {key!r} now: another key is another record. Put the key back, or say that it is meant:"
            " `odoo-etl retry --accept-new-keys`"
        )

    def _keys(self, names: Sequence[str]) -> set[str]:
        """The keys that rows were rejected with."""
        if (wanted := tuple(names)) not in self._known:
            known = (dict(zip(self.columns, row, strict=False)) for rows in self.rows.values() for row in rows)
            self._known[wanted] = {" | ".join(one.get(name, "") for name in names) for one in known}
        return self._known[wanted]

    @property
    def note(self) -> str:
        """The cells that were put back, for a person; "" where none was."""
        if not self.put_back:
            return ""
        some = ", ".join(f"{name} {made!r} (was {was!r})" for name, made, was in self.put_back[:SHOWN])
        more = ", …" if len(self.put_back) > SHOWN else ""
        if len(self.put_back) == 1:
            return f"a spreadsheet has reformatted 1 cell that was not to be mended; read as it was: {some}"
        cells = f"{len(self.put_back):,} cells"
        return f"a spreadsheet has reformatted {cells} that were not to be mended; read as they were: {some}{more}"


def read_originals(rejects: Path, form: RejectsForm, *, accept_new_keys: bool) -> Originals | None:
    """The rows that are kept beside a rejects file; None where none are, as by earlier versions.

    Raises:
        SourceError: the file is damaged.
    """
    beside = originals_file(rejects)
    if not beside.is_file():
        return None
    rows: dict[str, list[Cells]] = {}
    try:
        with beside.open(encoding="utf-8") as lines:
            columns = tuple(json.loads(next(lines, "[]"))[1:])
            for line in lines:
                place, *cells = json.loads(line)
                rows.setdefault(place, []).append(tuple(cells))
    except (OSError, ValueError) as error:
        raise damaged(beside, error) from error
    return Originals(columns, rows, form, accept_new_keys)


def kept_texts(rejects: Path) -> tuple[str, ...]:
    """The cells of the rows beside a file that are not of plain letters, without the rows. Raises SourceError."""
    beside = originals_file(rejects)
    try:
        with beside.open(encoding="utf-8") as lines:
            next(lines, "")
            return tuple([cell for line in lines for cell in json.loads(line)[1:] if not cell.isascii()])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise damaged(beside, error) from error


def damaged(beside: Path, error: Exception) -> SourceError:
    """The error of rows that cannot be read."""
    return SourceError(
        f"{beside}: cannot be read: {error}; delete it to have the rejects read whatever their keys were"
    )
