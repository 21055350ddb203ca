"""Records and lines from several sources as one stream of rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from odoo_etl.errors import SafetyLimit, SourceError
from odoo_etl.sources.joined import Join, JoinedRows, LineSource, SideBySide
from odoo_etl.sources.model import Source
from odoo_etl.sources.rows import ShapedRows
from odoo_etl.spec import ExplodeSpec, RowShape
from tests.builders import ListSource

ORDERS = [("1", "Ann"), ("2", "Bob"), ("3", "Cid")]
ITEMS = [(2, date(2024, 2, 29)), (1, Decimal("1.50")), (1, "\ud800"), (2, None)]
TAXES = [("1", "21%"), ("3", "6%")]


def rows(orders=ORDERS, *, shape=None, items=ITEMS, taxes=TAXES, min_rows=0, columns=("no", "who")) -> JoinedRows:
    """Orders with their items and taxes."""
    lines = [
        LineSource("items", _source(["order", "value"], items), {"order": "no"}, min_rows),
        LineSource("taxes", _source(["order", "tax"], taxes), {"order": "no"}),
    ]
    return JoinedRows(ShapedRows(_source(columns, orders), shape or RowShape()), lines, ["no"])


def _source(names, given) -> Source:
    source = ListSource(names, given)
    source.cursor, source.fingerprints = None, {}
    return source


def read(joined, chunk_rows=2):
    """File, line and cells of each row; then the same of bad lines, and how many rows are filtered."""
    chunks = list(joined.chunks(chunk_rows))
    assert all(list(chunk.columns) == joined.columns() for chunk in chunks)
    assert all(len(chunk.lines) <= chunk_rows for chunk in chunks)
    found = [
        (chunk.file, line, cells)
        for chunk in chunks
        for line, cells in zip(chunk.lines, zip(*chunk.columns.values(), strict=True), strict=True)
    ]
    bad = [(chunk.file, one.line, one.code, one.cells) for chunk in chunks for one in chunk.bad]
    return found, bad, sum(len(chunk.filtered) for chunk in chunks)


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_each_row_of_each_source_comes_once(chunk_rows):
    """With its values as they are, and the cells of its record; a row of a record has no cells of lines."""
    found, bad, filtered = read(rows(), chunk_rows)
    assert (len(found), bad, filtered) == (9, [], 0)
    of_records = [cells for file, _, cells in found if not file]
    assert of_records == [(no, who, None, None, None, None) for no, who in ORDERS]
    of_items = [(line, cells) for file, line, cells in found if file == "lines.items.source"]
    assert of_items == [
        (3, ("1", "Ann", 1, Decimal("1.50"), None, None)),
        (4, ("1", "Ann", 1, "\ud800", None, None)),
        (2, ("2", "Bob", 2, date(2024, 2, 29), None, None)),
        (5, ("2", "Bob", 2, None, None, None)),
    ]
    of_taxes = [(line, cells[-2:]) for file, line, cells in found if file == "lines.taxes.source"]
    assert of_taxes == [(2, ("1", "21%")), (3, ("3", "6%"))]


def test_lines_follow_their_record():
    """At the latest after its chunk, so that it need not wait for the rest."""
    found, *_ = read(rows(), 1)
    assert [cells[0] for *_, cells in found] == ["1", "1", "1", "1", "2", "2", "2", "3", "3"]


def test_rows_that_are_no_rows_stay_in_their_columns():
    """Cells beyond those of their source come last."""
    _, bad, _ = read(rows(["bad order"], items=[*ITEMS[:1], "bad item"], taxes=["bad tax"]))
    assert [one for one in bad if one[2] == "ragged_line"] == [
        ("lines.items.source", 3, "ragged_line", (None, None, "bad item", None, None, None)),
        ("lines.taxes.source", 2, "ragged_line", (None, None, None, None, "bad tax", None)),
        ("", 2, "ragged_line", ("bad order", None, None, None, None, None)),
    ]
    assert [one for one in bad if one[2] != "ragged_line"] == [
        ("lines.items.source", 2, "no_header", (None, None, 2, date(2024, 2, 29), None, None))
    ]


@pytest.mark.parametrize(
    ("shape", "left_out"),
    [
        (RowShape(where="no != '1'"), 4),
        (RowShape(distinct=("who",)), 0),
        (RowShape(explode=ExplodeSpec(column="who", split="|")), 0),
        (RowShape(rename={"number": "no"}, where="number == '3'"), 7),
    ],
)
def test_lines_of_rows_that_are_left_out_are_so_too(shape, left_out):
    """They are nobody's mistake."""
    joined = rows(shape=shape)
    if shape.rename:
        lines = [LineSource(one.field, one.source, {"order": "number"}) for one in joined.lines]
        joined = JoinedRows(joined.header, lines, ["number"])
    found, bad, filtered = read(joined)
    assert (len(found) + filtered, filtered, bad) == (9, left_out, [])


def test_records_that_share_a_match():
    """Rows of one record may; other records with it are told, with their lines, unless nobody wants to know."""
    orders = [("1", "Ann"), ("1", "Ann again"), ("2", "Bob")]
    found, bad, _ = read(rows(orders, taxes=[]))
    assert (len(found), bad) == (7, [])
    assert [cells[1] for *_, cells in found if cells[3] == Decimal("1.50")] == ["Ann"]
    joined = rows(orders, taxes=[])
    assert len(read(JoinedRows(joined.header, joined.lines, []))[0]) == 7  # of a key of constants
    found, bad, _ = read(JoinedRows(joined.header, joined.lines, ["who"]))
    assert [(file, code) for file, _, code, _ in bad] == [
        *[("lines.items.source", "several_headers")] * 2,
        *[("", "several_headers")] * 2,
    ]
    assert [cells[1] for *_, cells in found] == ["Bob"] * 3


def test_so_many_records_with_all_of_their_lines():
    """No record is cut in two, and lines of others are no news."""
    found, bad, filtered = read(rows().first(1), 2)
    assert ([cells[0] for *_, cells in found], bad, filtered) == (["1"] * 4, [], 0)
    assert len(read(rows().first(2))[0]) == 7
    assert len(read(rows().first(99))[0]) == 9


def test_what_does_not_fit_is_refused():
    """Columns that are not there or have the name of another one, and sources that are too short."""
    with pytest.raises(SourceError, match=r"'items\.value' of the source is called like one of the lines"):
        rows(columns=("no", "items.value")).columns()
    joined = rows()
    lines = [LineSource("items", joined.lines[0].source, {"odrer": "no"})]
    with pytest.raises(SourceError, match=r"match: the source of lines.items has no column 'odrer'"):
        list(JoinedRows(joined.header, lines, ["no"]).chunks(2))
    with pytest.raises(SafetyLimit, match=r"the source of lines.items has 4 rows, fewer than its min_rows of 5"):
        list(rows(min_rows=5).chunks(2))


@pytest.mark.parametrize("match", ["no", "town"])
def test_lines_of_records_that_a_join_leaves_out(match):
    """Are left out, too, where they are matched by columns of the record itself; what a join brings they may match."""
    towns = Join("towns", _source(["who", "town"], [("Ann", "1"), ("Bob", "2")]), {"who": "who"}, how="inner")
    header = ShapedRows(SideBySide(_source(["no", "who"], ORDERS), [towns]), RowShape())
    lines = [LineSource("items", _source(["order", "value"], [("1", "x"), ("3", "y")]), {"order": match})]
    joined = JoinedRows(header, lines, ["no"])
    found, bad, filtered = read(joined)
    assert [cells for file, _, cells in found if file] == [("1", "Ann", "1", "1", "x")]
    if match == "no":
        assert ([one[2] for one in bad], filtered) == ([], 2)
    else:
        assert ([one[2] for one in bad], filtered) == (["no_header"], 1)
    assert [str(one) for one in joined.remarks] == [
        "join towns: rows left out, without a row there: 1 of 3, for example who = 'Cid' (line 4)"
    ]
