"""Where a CSV file can be cut, so that several processes read it: between records, never inside a quoted cell."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from odoo_etl.sources.delimited.dialect import Dialect, with_stand_in
from odoo_etl.sources.delimited.malformed import MOST_PROOF_LINES
from odoo_etl.sources.delimited.records import cut_records
from odoo_etl.sources.delimited.shapes import MALFORMED
from odoo_etl.sources.files import WHOLE, SourceFile, Stretch, can_be_cut, part_lines, read_blocks


def stretches(file: SourceFile, encoding: str, dialect: Dialect, width: int, most_bytes: int) -> list[Stretch]:
    """Stretches of about `most_bytes` that are the whole file; one where it cannot be cut.

    The file is read through once, since only that tells which line breaks end a record. Raises SourceError.
    """
    if not can_be_cut(file, encoding, most_bytes):
        return [WHOLE]
    return list(_cut(file, encoding, dialect, width, most_bytes))


def _cut(file: SourceFile, encoding: str, dialect: Dialect, width: int, most_bytes: int) -> Iterator[Stretch]:
    plain = encoding if codecs.lookup(encoding).name != "utf-8-sig" else "utf-8"
    with file.path.open("rb") as stored:
        marked = stored.read(3) == codecs.BOM_UTF8
    start, line = 0, 1
    before, blocks = part_lines(read_blocks(file, encoding), dialect.skipped)
    at = (len(codecs.BOM_UTF8) if marked else 0) + len(before.encode(plain))
    recent: list[str] = []
    text = with_stand_in(blocks, dialect.written)
    for records in cut_records(text, dialect, file, width=width, first_line=1 + dialect.skipped):
        if at - start >= most_bytes and records.shapes[0] and MALFORMED not in "".join(recent):
            yield Stretch(start, at, line)
            start, line = at, records.lines[0]
        at += len(dialect.as_written("".join(records.texts)).encode(plain))
        # Where a malformed record ends may hang on the lines after it, which its reader must then have.
        recent = (recent + records.shapes)[-MOST_PROOF_LINES:]
    yield Stretch(start, WHOLE.end, line)
