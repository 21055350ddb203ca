"""Makes the index of a rejects file, in one pass over it; of a file that is not as we write it, over a copy that is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

from odoo_etl.private_files import opener
from odoo_etl.rejects.cells import guarded, unguarded
from odoo_etl.rejects.form import UTF8
from odoo_etl.rejects.mending.index import WHOLE_ROWS, Index
from odoo_etl.rejects.mending.indexed import Indexed
from odoo_etl.rejects.mending.judging import Judge
from odoo_etl.rejects.mending.kept_rows import KeptRows
from odoo_etl.rejects.mending.records import Block, NotPlain, Writing, blocks_of, writing_of
from odoo_etl.rejects.mending.searched import cells_text, rows_text
from odoo_etl.rejects.originals import kept_texts
from odoo_etl.rejects.reading import MendedFile
from odoo_etl.sources import Chunk

TellShare = Callable[[float], object]


def build(index: Index, indexed: Indexed, tell: TellShare = lambda _share: None) -> None:
    """Make the index where it is not that of the file.

    Args:
        tell: is told now and then which share of the bytes is read.

    Raises:
        SourceError: the file cannot be read.
        OSError: the same, or a copy cannot be written.
    """
    if indexed.is_that_of(index):
        return
    now = indexed.marks
    index.clear()
    indexed.copy.unlink(missing_ok=True)
    try:
        _fill(index, indexed, indexed.path, writing_of(indexed.path), tell)
    except NotPlain:
        index.clear()
        why = _copied(indexed)
        _fill(index, indexed, indexed.copy, Writing(UTF8, indexed.form.delimiter), tell)
        index.know(copy="yes", read_only=why or index.known("read_only"))
    index.know(**now)


def _copied(indexed: Indexed) -> str:
    """Write the rows of a file as we do; why the copy cannot take its place, "" where it can."""
    file = MendedFile(indexed.path, indexed.form.encoding, kept_texts(indexed.originals))
    columns, why = file.columns(), ""
    with open(indexed.copy, "w", newline="", encoding=UTF8, opener=opener) as made:
        writer = csv.writer(made, delimiter=indexed.form.delimiter)
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


def _fill(index: Index, indexed: Indexed, path: Path, writing: Writing, tell: TellShare) -> None:
    """Put the rows of a file that is as we write it into the index.

    Args:
        path: the file, or its copy.

    Raises:
        NotPlain: the file is written otherwise.
        SourceError: its rows as they were cannot be read.
    """
    with KeptRows(index.db, indexed.originals) as kept:
        kept.index()
        blocks, size = blocks_of(path, writing), path.stat().st_size
        first = next(blocks)
        judge = Judge(first.cells[0], indexed.form, kept)
        why = "" if "line" in judge.own else "the column _line is not there, by which rows are known"
        written = json.dumps([writing.encoding, writing.delimiter])
        index.know(header=json.dumps(judge.header), writing=written, read_only=why, copy="")
        begin, n = len(writing.mark) + first.lengths[0], 0
        for number, block in enumerate(blocks):
            index.db.execute("INSERT INTO blocks VALUES (?, ?, ?, ?)", (number, begin, n, len(block.cells)))
            _put(index, number, n, block, judge)
            begin, n = begin + sum(block.lengths), n + len(block.cells)
            tell(begin / size)


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
