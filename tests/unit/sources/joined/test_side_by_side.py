"""A source with columns of others beside its own."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.joined import Join, JoinedRows, LineSource, Rejoining, SideBySide
from odoo_etl.sources.model import Chunk, told_remarks
from odoo_etl.sources.rows import ShapedRows
from odoo_etl.spec import CsvSource, RowShape
from tests.builders import ListSource
from tests.examples import examples

ORDERS = [("1", "ann"), ("2", "bob"), ("3", "ann")]
PEOPLE = [("ann", "be"), ("bob", "nl")]
COUNTRIES = [("be", "Belgium")]


def source(names, rows):
    """A list as a source."""
    one = ListSource(names, rows)
    one.cursor, one.fingerprints = None, {}
    return one


def orders(rows=ORDERS, people=PEOPLE, countries=COUNTRIES, **more):
    """Orders, their customers, and the countries of these."""
    return SideBySide(
        source(["no", "who"], rows),
        [
            Join("people.csv", source(["who", "country"], people), {"who": "who"}, **more),
            Join("countries.csv", source(["code", "land"], countries), {"country": "code"}, number=1),
        ],
    )


def cells_of(chunks):
    """All rows."""
    return [cells for one in chunks for cells in zip(*one.columns.values(), strict=True)]


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_a_join_may_use_what_an_earlier_one_brought(chunk_rows):
    """Columns come in the order of the joins."""
    joined = orders()
    assert joined.columns() == ["no", "who", "country", "code", "land"]
    assert cells_of(joined.chunks(chunk_rows)) == [
        ("1", "ann", "be", "be", "Belgium"),
        ("2", "bob", "nl", None, None),
        ("3", "ann", "be", "be", "Belgium"),
    ]
    assert told_remarks(joined.remarks) == [
        "join countries.csv: rows without a row there: 1 of 3, for example country = 'nl' (line 3)"
    ]


def test_names_are_read_once():
    """Whoever asks for the columns and then reads pays for them once; the joined source is read once."""
    joined = orders()
    counted = [joined.left, *(one.source for one in joined.joins)]
    asked = []
    for one in counted:
        one.columns = lambda one=one: (asked.append(one), list(one.names))[1]
    joined.columns()
    list(joined.chunks(2))
    assert len(asked) == 3
    assert [one.read for one in counted] == [2, 1, 1]


def test_lines_that_are_no_rows_stay_in_their_columns():
    """Those of a joined source say so; cells beyond those of their source come last."""
    joined = orders([*ORDERS, "bad order"], [*PEOPLE, "bad person"])
    bad = [(chunk.file, one.line, one.code, one.cells) for chunk in joined.chunks(10) for one in chunk.bad]
    assert bad == [
        ("people.csv", 4, "bad_joined", (None, None, None, None, None)),
        ("", 5, "ragged_line", ("bad order", None, None, None, None)),
    ]


def test_cells_of_a_ragged_line_of_a_joined_file(tmp_path):
    """Stand under the columns that it brings; the rest comes last."""
    (tmp_path / "orders.csv").write_text("no,who\n1,ann\n", "utf-8")
    (tmp_path / "people.csv").write_text("country,who\nbe,ann,7\n", "utf-8")
    people = {"type": "csv", "path": str(tmp_path / "people.csv")}
    spec = CsvSource(type="csv", path=str(tmp_path / "orders.csv"), join={"source": people, "on": "who"})
    first, second = open_source(spec).chunks(10)
    assert [(one.line, one.cells) for one in first.bad] == [(2, (None, None, "be", "7"))]
    assert first.file == str(tmp_path / "people.csv")
    assert (second.columns, second.lines) == ({"no": ["1"], "who": ["ann"], "country": [None]}, [2])


def test_columns_that_change_between_the_header_and_the_rows():
    """Are no rows of the source that was looked at."""
    joined = orders()
    joined.columns()
    joined.left.names = ["who", "no"]
    with pytest.raises(SourceError, match=r"changed while it was read: who, no$"):
        list(joined.chunks(10))


def test_ranges_join_each_and_tell_bad_lines_once():
    """The rows are those of the whole; counts are summed."""
    parts = [source(["no", "who"], [one]) for one in ORDERS]
    joined = orders(people=[PEOPLE[0], "bad person"])
    joined.left.ranges = lambda _count: parts
    ranges = joined.ranges(3)
    chunks = [list(one.chunks(10)) for one in ranges]
    assert cells_of(chunk for one in chunks for chunk in one) == cells_of(joined.chunks(10))
    assert [sum(len(chunk.bad) for chunk in one) for one in chunks] == [1, 0, 0]
    told = [remark for one in ranges for remark in one.remarks]
    assert (
        told_remarks(told)[0] == "join people.csv: rows without a row there: 1 of 3, for example who = 'bob' (line 2)"
    )
    assert len(orders().ranges(3)) == 1


def test_what_hears_of_rows_before_hears_of_all():
    """Also of those that a join leaves out."""
    heard = []
    joined = orders(people=PEOPLE[:1], how="inner")
    chunks = list(joined.chunks(2, lambda chunk: heard.extend(chunk.columns["no"])))
    assert (heard, [row[0] for row in cells_of(chunks)]) == (["1", "2", "3"], ["1", "3"])
    assert [chunk.filtered for chunk in chunks] == [(3,), ()]


def test_rejected_rows_are_joined_where_nothing_is_joined_yet():
    """What is joined is read once, and only for a row that needs it."""
    joined = orders()
    people, countries = (one.source for one in joined.joins)
    again = Rejoining(joined.joins)
    assert people.read == 0
    rows = Chunk({"no": ["1", "2"], "who": ["ann", "bob"], "country": [None, "be"], "land": [None, None]}, [2, 3])
    for _ in range(2):
        (found,) = again.chunks([rows], 10)
        assert found.columns["country"] == ["be", "be"]
        assert found.columns["land"] == ["Belgium", "Belgium"]
    again.close()
    assert (people.read, countries.read) == (1, 1)


VALUES = st.sampled_from(["a", "b", "c", "d"])
TABLES = st.lists(st.tuples(VALUES, VALUES), max_size=8)


@examples(60)
@given(TABLES, TABLES, st.sampled_from(["left", "inner"]), st.booleans(), st.integers(1, 5))
def test_rows_are_those_of_a_merge(left, right, how, both, chunk_rows):
    """As pandas does it: the same rows, in the same order, by one column and by two."""
    on = {"k": "k", "m": "m"} if both else {"k": "k"}
    names = ["k", "m", "n"]
    rows = [(*one, str(at)) for at, one in enumerate(left)]
    theirs = [(*one, str(at)) for at, one in enumerate(right)] if both else [(k, m) for k, m in right]
    columns = ["k", "m", "value"] if both else ["k", "value"]
    joined = SideBySide(source(names, rows), [Join("right", source(columns, theirs), on, how)])
    frames = pd.DataFrame(rows, columns=names, dtype=object), pd.DataFrame(theirs, columns=columns, dtype=object)
    merged = frames[0].merge(frames[1], how=how, on=list(on))
    expected = [tuple(None if pd.isna(cell) else cell for cell in row) for row in merged.itertuples(index=False)]
    assert cells_of(joined.chunks(chunk_rows)) == expected
    filtered = sum(len(chunk.filtered) for chunk in joined.chunks(chunk_rows))
    keys = {tuple(row[columns.index(name)] for name in on) for row in theirs}
    without = sum(tuple(row[names.index(name)] for name in on) not in keys for row in rows)
    assert filtered == (without if how == "inner" else 0)


class Broken:
    """A source with a header, one of whose methods fails."""

    cursor, fingerprints = None, {}

    def __init__(self, at):
        self.at = at

    @property
    def ambiguous(self):
        return self.fails("ambiguous") or {}

    def columns(self):
        return self.fails("columns") or ["code", "land"]

    def chunks(self, _):
        yield Chunk({"code": ["be"], "land": ["Belgium"]}, [2])
        self.fails("chunks")

    def fails(self, method):
        """Raise where this is the method."""
        if method == self.at:
            raise SourceError("broken", ("source", "path"))


@pytest.mark.parametrize("method", ["ambiguous", "columns", "chunks"])
def test_an_error_says_which_source_it_is_of(method):
    """Whatever is asked of a joined source, or of one of lines, when it breaks."""
    joins = [Join("x", Broken(method), {"who": "code"})]
    own = source(["no", "who"], [("1", "be")])
    assert place_of_error(ShapedRows(SideBySide(own, joins), RowShape())) == ("source", "join", 0, "source", "path")
    lines = [LineSource("items", Broken(method), {"code": "who"})]
    joined = JoinedRows(ShapedRows(own, RowShape()), lines, ["no"])
    assert place_of_error(joined) == ("lines", "items", "source", "path")


def place_of_error(rows):
    """Where the error stands that reading all raises."""
    try:
        assert rows.ambiguous == {}
        assert rows.columns()
        list(rows.chunks(2))
    except SourceError as error:
        return error.at
    return None
