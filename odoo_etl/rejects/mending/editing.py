"""Changes cells of a rejects file: the file first, all at once, with its index; who did it is noted before that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from odoo_etl.rejects.beside import Beside, copy_durably
from odoo_etl.rejects.cells import unguarded
from odoo_etl.rejects.mending.index import WHOLE_ROWS, Entry
from odoo_etl.rejects.mending.indexed import Indexed
from odoo_etl.rejects.mending.journal import Adding, ChangedCell, Journal, Noted, short
from odoo_etl.rejects.mending.model import CannotMend, MendedMeanwhile, RejectsEdit
from odoo_etl.rejects.mending.searched import CELLS, ROWS, cells_text, changed_text
from odoo_etl.rejects.mending.splice import Splice
from odoo_etl.rejects.mending.view import View

NewCells = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what, and when.

    Attributes:
        undoes: the number of the edit that is taken back; 0 where none is.
    """

    by: str
    what: str
    at: str
    undoes: int = 0


def check_editable(view: View) -> None:
    """Raise CannotMend where no cell of a file can be changed."""
    if view.read_only:
        raise CannotMend(
            f"{view.indexed.path.name}: cannot be mended here: {view.read_only}; mend the file with a spreadsheet or an"
            " editor, or upload a mended one"
        )


def rewrite(view: View, changes: Iterable[tuple[int, NewCells]], doing: Doing) -> RejectsEdit:
    """Change cells.

    Args:
        changes: number of a row to its new cells, by their place in a record and as they stand in the file; in the
            order of the file.

    Raises:
        CannotMend: no cell of this file can be changed.
        OSError: the file cannot be written; it is as it was.
    """
    check_editable(view)
    beside = Beside(view.indexed.path)
    journal, target = Journal(beside), view.indexed.path.with_suffix(".csv")
    with journal.adding() as adding, Splice(view.file, target) as splice:
        _put(view, changes, splice, adding)
        placed = splice.end()
        view.file.close()  # a file that is open is not replaced on Windows
        edit = _edit(adding, doing)
        adding.add(Noted(edit, (0, 0), _kept_former(view, beside), placed))
        splice.place()
        adding.keep()
    _placed(view, target)
    return edit


def _put(view: View, changes: Iterable[tuple[int, NewCells]], splice: Splice, adding: Adding) -> None:
    index, longer = view.index, list[tuple[int, int]]()
    entries = ((entry, new) for number, new in changes for entry in index.entries([number]))
    for block, group in groupby(entries, key=lambda pair: pair[0].block):
        longer.append((_change_block(view, block, group, splice, adding), block))
    for by, block in longer:
        index.db.execute("UPDATE blocks SET begin = begin + ? WHERE block > ?", (by, block))


def _change_block(
    view: View, block: int, group: Iterable[tuple[Entry, NewCells]], splice: Splice, adding: Adding
) -> int:
    """Change rows of one block; by how many bytes it is longer now."""
    db, judge, longer = view.index.db, view.judge, 0
    texts = dict[int, dict[int, bytes]]()
    (first,) = db.execute("SELECT first FROM blocks WHERE block = ?", (block,)).fetchone()
    for entry, new in group:
        record = view.record(entry)
        for place, text in new.items():
            adding.write(ChangedCell(entry.n, entry.place, judge.header[place], record[place], text))
            texts.setdefault(place, {})[entry.n - first] = cells_text([text])
            record[place] = text
        texts.setdefault(WHOLE_ROWS, {})[entry.n - first] = cells_text(record)
        data = view.writing.data(record)
        splice.put(entry.begin, entry.length, data)
        longer += len(data) - entry.length
        said = (len(data), judge.digest(record), judge.said(record).get("code", ""), *judge.judged(record))
        db.execute(_ROW, (*said, entry.n))
    for place, changed in texts.items():
        (old,) = db.execute("SELECT text FROM cells WHERE block = ? AND col = ?", (block, place)).fetchone()
        new_text = changed_text(old, ROWS if place == WHOLE_ROWS else CELLS, changed)
        db.execute("UPDATE cells SET text = ? WHERE block = ? AND col = ?", (new_text, block, place))
    _move_rows(view, first, block)
    return longer


_ROW: Final = "UPDATE rows SET length = ?, digest = ?, code = ?, changed = ?, new_key = ? WHERE n = ?"


def _move_rows(view: View, first: int, block: int) -> None:
    """Put the rows of a block one behind the other again."""
    db, at, moved = view.index.db, 0, list[tuple[int, int]]()
    (count,) = db.execute("SELECT rows FROM blocks WHERE block = ?", (block,)).fetchone()
    query = "SELECT n, rel, length FROM rows WHERE n >= ? AND n < ? ORDER BY n"
    for n, rel, length in db.execute(query, (first, first + count)).fetchall():
        if rel != at:
            moved.append((at, n))
        at += length
    db.executemany("UPDATE rows SET rel = ? WHERE n = ?", moved)


def _placed(view: View, target: Path) -> None:
    """The index is that of the new file; what stood in its place in another form goes."""
    indexed = view.indexed
    if view.is_copy:
        indexed.copy.unlink(missing_ok=True)
        if target != indexed.path:
            indexed.path.unlink(missing_ok=True)
    view.index.know(**Indexed.of(target, indexed.form).marks, copy="")


def _edit(adding: Adding, doing: Doing) -> RejectsEdit:
    examples = tuple(
        (unguarded(one.place), unguarded(one.column), short(unguarded(one.was)), short(unguarded(one.now)))
        for one in adding.examples
    )
    column = unguarded(next(iter(adding.columns))) if len(adding.columns) == 1 else ""
    return RejectsEdit(adding.number, doing.at, doing.by, doing.what, adding.count, column, examples, doing.undoes)


def undo_cells(view: View, noted: Noted, doing: Doing) -> RejectsEdit:
    """Put back the cells that an edit changed. Raises MendedMeanwhile: they, or their rows, are others by now."""
    return rewrite(view, _put_back(view, Journal(Beside(view.indexed.path)).cells_of(noted)), doing)


def _put_back(view: View, cells: Iterable[ChangedCell]) -> Iterator[tuple[int, NewCells]]:
    for n, group in groupby(cells, key=lambda cell: cell.n):
        entry = next(iter(view.index.entries([n])), None)
        record, back = view.record(entry) if entry else [], dict[int, str]()
        for cell in group:
            place = view.judge.header.index(cell.column) if cell.column in view.judge.header else -1
            if entry is None or entry.place != cell.place or place < 0 or record[place] not in {cell.was, cell.now}:
                raise MendedMeanwhile(
                    f"the edit cannot be taken back: row {unguarded(cell.place)} is another one by now, or has left the"
                    " file, which a retry or a spreadsheet has changed since; nothing was written"
                )
            if record[place] != cell.was:
                back[place] = cell.was
        yield n, back


def _kept_former(view: View, beside: Beside) -> str:
    """Keep a file that we had not written; its name, "" where this one is ours."""
    if not view.is_copy:
        return ""
    former = beside.former(view.indexed.path.suffix)
    copy_durably(view.indexed.path, former)
    return former.name
