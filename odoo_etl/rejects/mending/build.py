"""Makes the index of a rejects file, in one pass over it; of a file that is not as we write it, over a copy that is."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from odoo_etl.private_files import opener
from odoo_etl.rejects.cells import guarded, unguarded
from odoo_etl.rejects.form import UTF8, RejectsForm
from odoo_etl.rejects.mending.index import WHOLE_ROWS, Index
from odoo_etl.rejects.mending.judging import Judge
from odoo_etl.rejects.mending.kept_rows import KeptRows
from odoo_etl.rejects.mending.records import Block, NotPlain, Writing, blocks_of, writing_of
from odoo_etl.rejects.mending.searched import cells_text, rows_text
from odoo_etl.rejects.mending.splice import mark_of
from odoo_etl.rejects.originals import kept_texts, originals_file
from odoo_etl.rejects.reading import MendedFile
from odoo_etl.sources import Chunk

_BY: Final = ("file", "originals", "form")


def marks(path: Path, originals: Path, form: RejectsForm) -> dict[str, str]:
    """By what the index is known to be that of a file, of its originals and of how its job reads it. Raises OSError."""
    beside = originals_file(originals)
    told = json.dumps([sorted(form.columns.items()), form.key])
    return dict(zip(_BY, (mark_of(path), mark_of(beside) if beside.exists() else "", told), strict=True))


def is_of(index: Index, now: dict[str, str]) -> bool:
    """Whether the index is that of the file."""
    return all(index.known(name) == mark for name, mark in now.items())


def build(index: Index, path: Path, originals: Path, form: RejectsForm, copy: Path) -> None:
    """Make the index anew.

    Args:
        path: the file.
        originals: the rejects file whose rows as they were are meant; another one where the file was uploaded.
        copy: the place of the copy.

    Raises:
        SourceError: the file cannot be read.
        OSError: the same, or a copy cannot be written.
    """
    now = marks(path, originals, form)
    index.clear()
    copy.unlink(missing_ok=True)
    with KeptRows(index.db, originals) as kept:
        kept.index()
        try:
            _fill(index, path, writing_of(path), form, kept)
        except NotPlain:
            index.clear()
            kept.index()
            why = _copied(path, copy, originals, form)
            _fill(index, copy, Writing(UTF8, form.delimiter), form, kept)
            index.know(copy="yes", read_only=why or index.known("read_only"))
    index.know(**now)


def _copied(path: Path, copy: Path, originals: Path, form: RejectsForm) -> str:
    """Write the rows of a file as we do; why the copy cannot take its place, "" where it can."""
    file = MendedFile(path, form.encoding, kept_texts(originals))
    columns, why = file.columns(), ""
    with open(copy, "w", newline="", encoding=UTF8, opener=opener) as made:
        writer = csv.writer(made, delimiter=form.delimiter)
        writer.writerow(columns)
        for chunk in file.chunks():
            writer.writerows(_in_order(chunk, columns))
            if chunk.bad and not why:
                bad = chunk.bad[0]
                why = f"line {bad.line:,} of the file is no row: {bad.reason}"
    return why


def _in_order(chunk: Chunk, columns: Sequence[str]) -> list[list[str]]:
    rows = [list(row) for row in zip(*(chunk.columns[name] for name in columns), strict=True)]
    bad = [[*one.cells, *[None] * len(columns)][: len(columns)] for one in chunk.bad]
    lines = chain(chunk.lines, (one.line for one in chunk.bad))
    ordered = sorted(zip(lines, chain(rows, bad), strict=True), key=lambda pair: pair[0])
    return [[guarded(unguarded(cell or "")) for cell in row] for _, row in ordered]


def _fill(index: Index, path: Path, writing: Writing, form: RejectsForm, kept: KeptRows) -> None:
    """Put the rows of a file that is as we write it into the index. Raises NotPlain."""
    blocks = blocks_of(path, writing)
    first = next(blocks)
    judge = Judge(first.cells[0], form, kept)
    why = "" if "line" in judge.own else "the column _line is not there, by which rows are known"
    written = json.dumps([writing.encoding, writing.delimiter])
    index.know(header=json.dumps(judge.header), writing=written, read_only=why, copy="")
    begin, n = len(writing.mark) + first.lengths[0], 0
    for number, block in enumerate(blocks):
        index.db.execute("INSERT INTO blocks VALUES (?, ?, ?, ?)", (number, begin, n, len(block.cells)))
        _put(index, number, n, block, judge)
        begin, n = begin + sum(block.lengths), n + len(block.cells)


def _put(index: Index, number: int, n: int, block: Block, judge: Judge) -> None:
    rows, rel = [], 0
    for record, length in zip(block.cells, block.lengths, strict=True):
        said = judge.said(record)
        own = (said.get("line", ""), said.get("code", ""), said.get("field", ""))
        rows.append((n, number, rel, length, judge.digest(record), *own, *judge.judged(record)))
        rel, n = rel + length, n + 1
    index.db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    columns = ((number, col, cells_text(cells)) for col, cells in enumerate(zip(*block.cells, strict=True)))
    index.db.executemany("INSERT INTO cells VALUES (?, ?, ?)", columns)
    index.db.execute("INSERT INTO cells VALUES (?, ?, ?)", (number, WHOLE_ROWS, rows_text(block.cells)))
