"""Answers taken apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.documents import MOST_DEPTH, NoJson, RecordFinder, parsed, value_at

ROW, OTHER = {"id": 1}, {"id": 2}


@pytest.mark.parametrize(
    ("path", "document", "records"),
    [
        ("", [ROW], [ROW]),
        ("", [], []),
        ("", {"data": [ROW], "meta": {"tags": ["a"]}}, [ROW]),
        ("", {"a": {"b": [ROW]}}, [ROW]),
        ("", {"data": [], "total": 0}, []),
        ("data", {"data": [ROW], "included": [OTHER]}, [ROW]),
        ("a.b", {"a": {"b": [ROW]}}, [ROW]),
        (r"a\.b", {"a.b": [ROW]}, [ROW]),
        ("a.0.b", {"a": [{"b": [ROW]}]}, [ROW]),
        ("data", {"data": None}, []),
        ("data", {"total": 0}, []),
        ("errors", {"errors": [ROW]}, [ROW]),
        ("data", {"data": [ROW], "errors": []}, [ROW]),
        ("data", {"data": [ROW, None]}, [ROW]),
    ],
)
def test_where_records_stand(path, document, records):
    """At the path, or in the only list of objects; servers leave empty lists out."""
    assert RecordFinder(path).page(document).records == records


@pytest.mark.parametrize(
    ("path", "document", "words"),
    [
        ("", {"data": [ROW], "included": [OTHER]}, "name the list that has the records; .* at 'data', 'included'"),
        ("", {"a": 1}, "the answer has no list of objects"),
        ("", "text", "the answer has no list of objects"),
        ("", None, "the answer has no list of objects"),
        ("", [1], "the answer is a list of int values"),
        ("dta", {"data": [ROW]}, r"nothing at 'dta' \(did you mean 'data'\?\)"),
        ("rows", {"data": {"x": [ROW]}}, "nothing at 'rows'; lists of objects are at 'data.x'"),
        ("data", [ROW], "nothing at 'data'"),
        ("data", {"data": ROW}, "'data' is no list"),
        ("data", {"data": ["a"]}, "'data' is a list of str values"),
        ("data", {"data": [ROW, "a"]}, "'data' is a list of str values"),
        ("data", {"data": [ROW], "errors": [{"message": "partly"}]}, 'tells of errors: {"message": "partly"}'),
    ],
)
def test_where_nobody_can_say_which_they_are(path, document, words):
    """An error, with the lists that are there."""
    with pytest.raises(SourceError, match=words):
        RecordFinder(path).page(document)


def test_the_list_is_the_same_in_all_answers():
    """Once it was found, others that come later are none; an empty page has no records."""
    finder = RecordFinder("")
    assert finder.page({"data": [ROW]}).records == [ROW]
    assert finder.page({"data": [], "included": [OTHER]}).records == []
    assert finder.page({"data": [OTHER], "included": [ROW]}).records == [OTHER]


def test_lists_are_looked_for_a_few_levels_deep():
    """At the limit, and not below it."""
    document = [ROW]
    for _ in range(MOST_DEPTH):
        document = {"a": document}
    assert RecordFinder("").page(document).records == [ROW]
    with pytest.raises(SourceError, match="no list of objects"):
        RecordFinder("").page({"a": document})


def test_numbers_are_exact():
    """Fractions are Decimals."""
    assert parsed(b'{"a": 1.10, "b": 12345678901234567890, "c": 1e2}') == {
        "a": Decimal("1.10"),
        "b": 12345678901234567890,
        "c": Decimal("1e2"),
    }
    assert isinstance(parsed(b"1.10"), Decimal)


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        (b'{"a": [1, ', True),
        (b'{"a', True),
        (b'{"a": "b', True),
        (b'{"a": 1', True),
        (b"[", True),
        (b'{"a": x}', False),
        (b"{} {}", False),
        (b"<html>", False),
        (b"[NaN]", False),
        (b"\xff", False),
    ],
)
def test_what_is_no_json(text, is_cut):
    """What ends too early may have broken off."""
    with pytest.raises(NoJson) as caught:
        parsed(text)
    assert caught.value.is_cut == is_cut


@pytest.mark.parametrize("text", ["[1]", "\ufeff[1]"])
def test_a_byte_order_mark_says_nothing(text):
    """Some servers send one."""
    assert parsed(text.encode()) == [1]


@pytest.mark.parametrize(
    ("keys", "value"), [(["a", "1", "b"], 2), (["a", "2"], None), (["a", "x"], None), (["c", "d"], None)]
)
def test_values_at_paths(keys, value):
    """Items of lists by their number."""
    assert value_at({"a": [{}, {"b": 2}], "c": 3}, keys) == value
