"""Nested records as rows."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import BadLine, Nested
from odoo_etl.sources.nested import OWN, Block, NestedRecords, NestedSource
from odoo_etl.sources.nested.learned import MOST_COLUMNS, MOST_DEPTH

ORDERS: list[dict[str, Any]] = [
    {
        "order": "SO1",
        "customer": {"name": "Ada", "address": {"city": "Bonn"}},
        "tags": ["new", "eu"],
        "lines": [{"sku": "A", "lots": [{"n": 1}, {"n": 2}]}, {"sku": "B"}],
        "payments": [{"amount": 3}],
    },
    {"order": "SO2", "lines": [], "customer": {}},
    {"order": "SO3", "lines": {"sku": "C"}, "tags": "old"},
]


@dataclass
class Records(NestedRecords):
    """Records in memory, a few at a time."""

    records: Sequence[dict[str, Any]]
    at_once: int = 2
    bad: tuple[BadLine, ...] = ()
    read: int = 0

    def blocks(self) -> Iterator[Block]:
        self.read += 1
        for first in range(0, len(self.records), self.at_once):
            some = self.records[first : first + self.at_once]
            yield Block(some, list(range(first + 1, first + 1 + len(some))), "orders", self.bad if not first else ())

    def ranges(self, count: int) -> Sequence[NestedRecords]:
        size = -(-len(self.records) // count)
        return [Records(self.records[at : at + size]) for at in range(0, len(self.records), size)]


def rows(source, chunk_rows=100):
    """The rows with their lines, without cells of null."""
    found = []
    for chunk in source.chunks(chunk_rows):
        cells = zip(*chunk.columns.values(), strict=True)
        for line, row in zip(chunk.lines, cells, strict=True):
            named = zip(chunk.columns, row, strict=True)
            found.append((line, {name: cell for name, cell in named if cell is not None}))
    return found


def test_objects_become_columns_and_lists_rows():
    """A record's own row first, then one for each item of its lists, with the cells above it."""
    source = NestedSource(Records(ORDERS))
    assert source.columns() == [
        *("order", "customer.name", "customer.address.city", "tags", "lines.sku", "lines.lots.n", "payments.amount")
    ]
    own = {"order": "SO1", "customer.name": "Ada", "customer.address.city": "Bonn", "tags": ["new", "eu"]}
    assert rows(source) == [
        (1, own),
        (1, {**own, "lines.sku": "A"}),
        (1, {**own, "lines.sku": "A", "lines.lots.n": 1}),
        (1, {**own, "lines.sku": "A", "lines.lots.n": 2}),
        (1, {**own, "lines.sku": "B"}),
        (1, {**own, "payments.amount": 3}),
        (2, {"order": "SO2"}),
        (3, {"order": "SO3", "tags": "old"}),
        (3, {"order": "SO3", "tags": "old", "lines.sku": "C"}),
    ]


def test_lists_that_nothing_reads_make_no_rows():
    """Nor do they have columns."""
    source = NestedSource(Records(ORDERS)).reading(["order", "payments.amount"])
    assert source.columns() == ["order", "customer.name", "customer.address.city", "tags", "payments.amount"]
    assert [row.get("payments.amount") for _, row in rows(source)] == [None, 3, None, None]


def test_an_object_or_list_that_is_read_by_its_name_is_one_cell():
    """As JSON columns of a database are."""
    source = NestedSource(Records(ORDERS)).reading(["order", "lines", "customer"])
    assert [(row.get("lines"), row.get("customer")) for _, row in rows(source)] == [
        (ORDERS[0]["lines"], ORDERS[0]["customer"]),
        (None, None),
        ({"sku": "C"}, None),
    ]


@pytest.mark.parametrize(
    ("explode", "name", "expected", "filtered"),
    [
        ("lines", "lines.sku", [(1, "A"), (1, "B"), (3, "C")], [2]),
        ("lines.lots", "lines.lots.n", [(1, 1), (1, 2)], [2, 3]),
        ("tags", "tags", [(1, "new"), (1, "eu"), (3, "old")], [2]),
    ],
)
def test_a_list_that_is_exploded_gives_rows_in_place_of_its_record(explode, name, expected, filtered):
    """A record without an item is left out."""
    source = NestedSource(Records(ORDERS), explode=explode).reading(["order"])
    assert [(line, row[name]) for line, row in rows(source)] == expected
    assert [line for chunk in source.chunks(100) for line in chunk.filtered] == filtered


def test_a_list_to_explode_that_is_not_there():
    """Is an error before any row."""
    with pytest.raises(SourceError, match=r"explode: the records have no 'line' \(did you mean 'lines'\?\)") as raised:
        NestedSource(Records(ORDERS), explode="line").columns()
    assert raised.value.at == ("source", "explode", "column")


def test_columns_that_are_named_save_the_first_reading():
    """And come in that order, be they in any record or not."""
    records = Records(ORDERS)
    source = NestedSource(records, ["lines.sku", "order", "note", "customer.name"])
    assert source.columns() == ["lines.sku", "order", "note", "customer.name"]
    assert records.read == 0
    own = {"order": "SO1", "customer.name": "Ada"}
    assert rows(source)[:4] == [
        (1, own),
        (1, {**own, "lines.sku": "A"}),
        (1, {**own, "lines.sku": "B"}),
        (2, {"order": "SO2"}),
    ]


def test_all_are_looked_at_once():
    """However often the columns are asked for."""
    records = Records(ORDERS)
    source = NestedSource(records)
    source.columns()
    source.columns()
    assert records.read == 1
    assert len(rows(source)) == 9
    assert records.read == 2


def test_without_records_there_are_the_columns_that_are_read():
    """An empty delivery is no wrong one."""
    source = NestedSource(Records([])).reading(["order", "lines.sku"])
    assert source.columns() == ["lines.sku", "order"]
    assert list(source.chunks(10)) == []
    assert NestedSource(Records([])).columns() == []


def test_flat_records_that_lack_keys():
    """Have null there; a column that is always null is one."""
    source = NestedSource(Records([{"a": 1, "b": None}, {"c": "x"}, {"a": 2}]))
    assert source.columns() == ["a", "b", "c"]
    assert rows(source) == [(1, {"a": 1}), (2, {"c": "x"}), (3, {"a": 2})]


def test_cells_and_objects_under_one_key():
    """Both are kept."""
    source = NestedSource(Records([{"a": 1}, {"a": {"b": 2}}, {"a": [3, {"b": 4}]}, {"a": []}]))
    assert source.columns() == ["a", "a.b"]
    assert rows(source) == [
        (1, {"a": 1}),
        (2, {}),
        (2, {"a.b": 2}),
        (3, {}),
        (3, {"a": 3}),
        (3, {"a.b": 4}),
        (4, {}),
    ]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 5, 100])
def test_chunks_have_the_size_asked_for(chunk_rows):
    """Whatever number of rows each record makes."""
    chunks = list(NestedSource(Records(ORDERS)).chunks(chunk_rows))
    assert [len(chunk.lines) for chunk in chunks[:-1]] == [chunk_rows] * (len(chunks) - 1)
    assert sum(len(chunk.lines) for chunk in chunks) == 9
    assert {chunk.file for chunk in chunks} == {"orders"}


def test_what_is_no_record_comes_along():
    """Once."""
    bad = BadLine(7, "too_long", "no", ())
    chunks = list(NestedSource(Records(ORDERS, bad=(bad,))).chunks(2))
    assert [one for chunk in chunks for one in chunk.bad] == [bad]


def test_ranges_know_all_columns():
    """And can be pickled."""
    source = NestedSource(Records(ORDERS)).reading(["order", "lines.sku"])
    parts = [pickle.loads(pickle.dumps(part)) for part in source.ranges(3)]
    assert [part.columns() for part in parts] == [source.columns()] * 3
    assert [row for part in parts for _, row in rows(part)] == [row for _, row in rows(source)]


def test_what_is_nested_very_deeply_is_one_cell():
    """Nothing is lost, and nobody recurses without end."""
    source = NestedSource(Records([nested(MOST_DEPTH + 5), nested(1_000)]))
    assert source.columns() == [".".join(["a"] * MOST_DEPTH)]
    (_, row), (_, other) = rows(source)
    assert row == {source.columns()[0]: nested(5)}
    assert "over 100 levels" in other[source.columns()[0]].why


def nested(depth: int) -> Any:
    """Objects in objects."""
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def test_the_own_value_of_an_object():
    """Has the column that is called like the object; XML has such."""
    priced = [{"price": {OWN: "5", "@currency": "EUR"}}, {"price": "7"}, {"price": [{OWN: "1", "@q": "2"}, "3"]}]
    source = NestedSource(Records(priced))
    assert source.columns() == ["price", "price.@currency", "price.@q"]
    assert rows(source)[-3:] == [(3, {}), (3, {"price": "1", "price.@q": "2"}), (3, {"price": "3"})]
    source = NestedSource(Records(priced[:2]))
    assert rows(source) == [(1, {"price": "5", "price.@currency": "EUR"}), (2, {"price": "7"})]


def test_values_as_keys():
    """Are no columns."""
    with pytest.raises(SourceError, match=f"over {MOST_COLUMNS:,} different keys"):
        NestedSource(Records([{str(n): 1} for n in range(MOST_COLUMNS + 1)], at_once=1000)).columns()


def test_it_is_nested():
    """As `open_source` sees it."""
    assert isinstance(NestedSource(Records([])), Nested)
