"""Whatever table the csv module writes, in whatever dialect, comes back equal, with exact lines."""

from __future__ import annotations

import csv
import io
from itertools import chain

from hypothesis import example, given
from hypothesis import strategies as st

from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource
from tests.examples import examples
from tests.folders import in_memory

CELL = st.text(st.sampled_from("ab1 é€;,\t|\"'\n\r x\u2028\x0b\x85"), max_size=6)
NO_MARKS = dict.fromkeys(map(ord, ' ";\n\r\0\N{SYMBOL FOR NULL}'))
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030"])


def tables(cell):
    """Tables of one to five columns."""
    return st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)
    )


def breaks(text: str) -> int:
    """Line breaks in a text, counted by Python itself."""
    return io.StringIO(text, newline=None).read().count("\n")


def read(content: bytes, size: int = 3, **options):
    """(rows, lines, bad lines) of a file with this content."""
    with in_memory() as folder:
        path = folder / "table.csv"
        path.write_bytes(content)
        chunks = list(open_source(CsvSource(type="csv", path=str(path), null_values=(), **options)).chunks(size))
    rows = chain.from_iterable(zip(*chunk.columns.values(), strict=True) for chunk in chunks)
    lines = chain.from_iterable(chunk.lines for chunk in chunks)
    return [list(row) for row in rows], list(lines), list(chain.from_iterable(chunk.bad for chunk in chunks))


@examples(30)
@given(
    table=tables(CELL),
    style=st.fixed_dictionaries(
        {
            "delimiter": st.sampled_from(";,\t| x^\\"),
            "quotechar": st.sampled_from("\"'"),
            "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        }
    ),
    encoding=ENCODINGS,
    blanks=st.integers(0, 2),
)
def test_round_trip(table, style, encoding, blanks):
    """Cells survive, rows of nothing vanish, and each row has the physical line it starts at."""
    text = io.StringIO(newline="")
    end = style["lineterminator"]
    if set("\r\n") - set(end) & set("".join(chain.from_iterable(table))):
        style["quoting"] = csv.QUOTE_ALL  # before Python 3.13 the writer left these bare
    writer = csv.writer(text, **style)
    writer.writerow([f"c{number}" for number in range(len(table[0]))])
    lines = []
    for row in table:
        text.write(end * blanks)
        lines.append(breaks(text.getvalue()) + 1)
        writer.writerow(row)
    content = text.getvalue().encode(encoding)
    options = {"encoding": encoding, "delimiter": style["delimiter"], "quote": style["quotechar"]}
    filled = [(row, line) for row, line in zip(table, lines, strict=True) if any(row)]
    assert read(content, **options) == ([row for row, _ in filled], [line for _, line in filled], [])


@examples(30)
@given(
    table=tables(st.text(st.sampled_from('ab1 ;"\\\n\r'), max_size=6)),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_round_trip_with_escapes(table, quoting, end):
    """What the csv module writes with an escape in place of doubled quotes comes back equal."""
    if set("\r\n") - set(end) & set("".join(chain.from_iterable(table))):
        quoting = csv.QUOTE_ALL
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=quoting, lineterminator=end, doublequote=False, escapechar="\\")
    writer.writerows([[f"c{number}" for number in range(len(table[0]))], *table])
    expected = [row for row in table if any(row)]
    assert read(text.getvalue().encode(), delimiter=";", escape="\\")[::2] == (expected, [])


@examples(25)
@given(table=tables(st.text(st.sampled_from("ab \"'é"), max_size=4)))
def test_without_quotes_a_quote_is_a_character(table):
    """With quote "" nothing is quoted, so quotes are part of their cells."""
    width = len(table[0])
    rows = [row for row in table if any(row)]
    text = "\n".join(";".join(row) for row in [[f"c{n}" for n in range(width)], *rows])
    assert read(text.encode(), quote="", delimiter=";")[0] == rows


@examples(30)
@given(text=st.text(st.sampled_from('ab;"\n\r\0 '), max_size=60))
@example('"a"b";c"\n"";d"')
@example('x\ry;"z')
def test_any_text_is_read_or_rejected(text):
    """Every letter is in a row or a bad line, and none of these share a line to start at."""
    rows, lines, bad = read(f"p;q\n{text}".encode(), delimiter=";")
    starts = sorted([*lines, *(one.line for one in bad)])
    assert len(set(starts)) == len(rows) + len(bad)
    existing = "".join(chain.from_iterable([*rows, *(one.cells for one in bad)]))
    assert sorted(existing.translate(NO_MARKS)) == sorted(text.translate(NO_MARKS))
