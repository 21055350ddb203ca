"""One join: what it brings, and how rows are matched."""

from __future__ import annotations

from contextlib import closing

import pytest

from odoo_etl.errors import SafetyLimit, SourceError
from odoo_etl.sources.joined import join as module
from odoo_etl.sources.joined.join import Join, Matching
from odoo_etl.sources.joined.right_rows import RightRows
from odoo_etl.sources.model import Chunk, told_remarks
from tests.builders import ListSource

PRICES = [("A", "1"), ("B", "2"), ("A", "3")]


def join(rows=PRICES, names=("sku", "price"), on=None, **more) -> Join:
    """Prices by sku."""
    return Join("prices.csv", ListSource(names, rows), on or {"sku": "sku"}, **more)


def matched(one, chunks, chunk_rows=10, **more):
    """The chunks after a join, and what it has to say."""
    with closing(RightRows()) as rows:
        brings = one.brings()
        assert list(one.read(rows, brings, 2)) == []
        matching = Matching(one, rows, brings, **more)
        return list(matching.chunks(iter(chunks), chunk_rows)), told_remarks(matching.remarks())


def chunk(*skus, **more):
    """Rows of these skus."""
    return Chunk({"sku": list(skus)}, list(range(2, len(skus) + 2)), "items.csv", **more)


def rows_of(chunks):
    """Line, sku and price of each row."""
    return [
        (line, *cells)
        for one in chunks
        for line, cells in zip(one.lines, zip(*one.columns.values(), strict=True), strict=True)
    ]


@pytest.mark.parametrize(
    ("said", "rows", "filtered", "bad"),
    [
        (("left", "rows"), [(2, "B", "2"), (3, "A", "1"), (3, "A", "3"), (4, "C", None), (5, None, None)], (), []),
        (("left", "first"), [(2, "B", "2"), (3, "A", "1"), (4, "C", None), (5, None, None)], (), []),
        (("left", "reject"), [(2, "B", "2"), (4, "C", None), (5, None, None)], (), [3]),
        (("inner", "rows"), [(2, "B", "2"), (3, "A", "1"), (3, "A", "3")], (4, 5), []),
        (("inner", "reject"), [(2, "B", "2")], (4, 5), [3]),
    ],
)
@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_each_row_gets_what_is_joined(said, rows, filtered, bad, chunk_rows):
    """In the order of both; a row without a match stays, or is left out; one with several is what the job says."""
    found, _ = matched(join(how=said[0], several=said[1]), [chunk("B", "A", "C", None)], chunk_rows)
    assert rows_of(found) == rows
    assert tuple(line for one in found for line in one.filtered) == filtered
    assert [one.line for each in found for one in each.bad] == bad
    assert all(len(one.lines) <= chunk_rows and one.file == "items.csv" for one in found)


def test_a_row_with_several_matches_may_be_a_reject():
    """It says how many there are, of which values."""
    ((one,), _) = matched(join(several="reject"), [chunk("A")])
    assert [(bad.code, bad.reason, bad.cells) for bad in one.bad] == [
        ("several_joined", "prices.csv has 2 rows for sku = 'A'", ("A",))
    ]


def test_what_a_join_has_to_say():
    """Rows without a match, with the first of them; keys that several joined rows have, as soon as one is met."""
    chunks = [chunk("B", "C"), chunk("A", "D")]
    assert matched(join(), chunks)[1] == [
        "join prices.csv: rows without a row there: 2 of 4, for example sku = 'C' (line 3)",
        "join prices.csv: keys with several rows there: 1 of 2 (each makes a row), for example sku = 'A'",
    ]
    left_out = "join prices.csv: rows left out, without a row there: 1 of 2, for example sku = 'C' (line 3)"
    assert matched(join(how="inner"), chunks[:1])[1] == [left_out]
    assert matched(join(), [chunk("B")])[1] == []
    several = "keys with several rows there: 1 of 2 (the first one stands)"
    assert several in matched(join(several="first"), chunks)[1][1]
    many = "x" * 100
    assert matched(join(), [chunk(many)])[1][0].endswith(f"sku = '{'x' * 58}… (line 2)")


def test_braces_in_names_and_cells_are_no_placeholders():
    """They are shown as they are."""
    one = Join("{a}.csv", ListSource(["{k}"], [("{}",), ("{}",)]), {"sku": "{k}"})
    assert matched(one, [chunk("{}", "{0}")])[1] == [
        "join {a}.csv: rows without a row there: 1 of 2, for example sku = '{0}' (line 3)",
        "join {a}.csv: keys with several rows there: 1 of 1 (each makes a row), for example {k} = '{}'",
    ]


def test_columns_that_both_have_under_one_name_come_once():
    """Others both come, the compared ones as well."""
    assert join().brings() == ["price"]
    assert join(on={"item": "sku"}).brings() == ["sku", "price"]
    found, _ = matched(join(names=("ref", "price"), on={"sku": "ref"}), [chunk("B")])
    assert rows_of(found) == [(2, "B", "B", "2")]


@pytest.mark.parametrize(
    ("one", "said", "at"),
    [
        (
            join(on={"skuu": "sku"}),
            "join: the source has no column 'skuu'; it has 'sku', 'name' (did you mean 'sku'?)",
            "on",
        ),
        (
            join(on={"sku": "sk"}),
            "join: prices.csv has no column 'sk'; it has 'sku', 'price' (did you mean 'sku'?)",
            "on",
        ),
        (
            join(names=("sku", "name")),
            "join: the source and prices.csv both have a column 'name': `rename` it in the joined source",
            "source",
        ),
    ],
)
def test_columns_that_do_not_fit(one, said, at):
    """Are told with their nearest name, or with what to do, at the key at fault."""
    with pytest.raises(SourceError) as raised:
        one.check(["sku", "name"], one.brings())
    assert (str(raised.value), raised.value.at) == (said, ("source", "join", 0, at))


def test_a_joined_source_has_its_least_rows():
    """As one of a job; a line that is no row counts, and is given."""
    with closing(RightRows()) as rows:
        one = join([*PRICES, "no row"], min_rows=4)
        assert [bad.line for each in one.read(rows, ["price"], 2) for bad in each.bad] == [5]
    with closing(RightRows()) as rows, pytest.raises(SafetyLimit, match=r"prices.csv has 3 rows, .* min_rows of 4"):
        list(join(min_rows=4).read(rows, ["price"], 2))


def test_rows_that_were_joined_before_stay_as_they_are():
    """In a retry; those without any joined value are joined."""
    given = Chunk({"sku": ["A", "B", "B"], "price": ["9", None, None]}, [2, 3, 4])
    found, _ = matched(join(), [given], is_retry=True)
    assert rows_of(found) == [(2, "A", "9"), (3, "B", "2"), (4, "B", "2")]
    found, _ = matched(join(how="inner"), [Chunk({"sku": ["C"], "price": ["9"]}, [2])], is_retry=True)
    assert rows_of(found) == [(2, "C", "9")]
    assert rows_of(matched(join(), [chunk("B")], is_retry=True)[0]) == [(2, "B", "2")]


def test_chunks_are_short_where_joined_cells_are_long(monkeypatch):
    """So that many rows with long texts do not stand in memory at once."""
    monkeypatch.setattr(module, "MAX_CHUNK_BYTES", 1000)
    long = [(str(n), "x" * 400) for n in range(9)]
    found, _ = matched(join(long), [chunk(*[str(n) for n in range(9)])])
    assert [len(one.lines) for one in found] == [3, 3, 3]


def test_lookups_are_counted_by_values(monkeypatch):
    """Equal values of a chunk are looked up once, and a joined row is loaded once."""
    asked = []
    for name in ("numbers", "content"):
        true = getattr(RightRows, name)
        monkeypatch.setattr(RightRows, name, lambda self, one, n=name, f=true: (asked.append(n), f(self, one))[1])
    matched(join(), [chunk(*["A", "B"] * 50)], 1000)
    assert (asked.count("numbers"), asked.count("content")) == (2, 3)
