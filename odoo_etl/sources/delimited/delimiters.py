"""Which delimiter a file has: what its first line says of it, or what fits its start."""

from __future__ import annotations

import re
from dataclasses import replace

from odoo_etl.sources.delimited.dialect import COMMENT, Dialect
from odoo_etl.sources.delimited.malformed import Known
from odoo_etl.sources.delimited.shapes import MALFORMED, shape_of
from odoo_etl.sources.files import physical_lines

CANDIDATES = (";", ",", "\t", "|")
_SAID = re.compile(r'("?)sep=([^\w"])\1[ \t]*[\r\n]*', re.ASCII | re.IGNORECASE)


def said_delimiter(line: str) -> str | None:
    """The delimiter of a first line such as `sep=;`, which Excel writes and obeys; None for any other line."""
    match = _SAID.fullmatch(line)
    return match[2] if match else None


def fitting_delimiters(sample: str, dialect: Dialect) -> list[str]:
    """The delimiters that fit `sample` best: one, several when they fit alike, "," for a single column."""
    scores = {mark: _score(sample, replace(dialect, delimiter=mark)) for mark in CANDIDATES}
    best = max(scores.values())
    return [mark for mark, score in scores.items() if score == best] if best else [","]


def _score(sample: str, dialect: Dialect) -> float:
    """Delimiters in the first line, times the share of lines that have as many."""
    shape = shape_of(sample, dialect, Known())
    lines = [line for line in physical_lines(shape.text[: shape.open]) if not line.startswith(COMMENT)]
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()  # most likely the sample ends inside it
    counts = [-1 if MALFORMED in line else line.count(dialect.delimiter) for line in lines if line.strip("\r\n\x1a")]
    return max(counts[0], 0) * counts.count(counts[0]) / len(counts) if counts else 0.0
