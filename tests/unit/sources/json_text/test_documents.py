"""JSON documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec import JsonSource
from tests.unit.sources.json_text.conftest import packed, stored


@pytest.mark.parametrize(
    ("text", "records", "rows"),
    [
        ('[{"a": 1}, {"a": 2.50}]', None, [1, Decimal("2.50")]),
        ('{"meta": {"n": [1]}, "data": {"items": [{"a": 1}, {"a": 2}]}, "x": []}', None, [1, 2]),
        ('{"a": 7, "b": {"c": 1}}', None, [7]),
        ('{"meta": [{"x": 1}], "data": [{"a": 1}]}', "data", [1]),
        ('{"a": 7, "lines": [{"b": 1}]}', ".", [7, 7]),
        ('[{"items": [{"a": 1}]}, {"items": []}, {"items": [{"a": 2}]}]', "items", [1, 2]),
        ('{"data": {"a": 3}}', "data", [3]),
        ('{"a.b": {"": [{"a": 4}]}}', 'a\\.b.""', [4]),
        ('{"data": null}', "data.items", []),
        ('{"data": []}', "data", []),
        ("[]", None, []),
    ],
)
def test_where_the_records_lie(read_json, text, records, rows):
    """A list that the job names, the document itself, or the only list of objects."""
    found = read_json(text, records=records)
    assert [row["a"] for _, row in found.rows] == rows
    assert found.bad == []


@pytest.mark.parametrize(
    ("text", "records", "message"),
    [
        (
            '{"a": [{"x": 1}], "b": {"c": [{"y": 1}]}}',
            None,
            "lists of objects stand in a, b.c: say which .* `records: a`",
        ),
        ('{"data": []}', None, "nobody knows what the empty data would hold: say which"),
        ('{"data": [{"a": 1}]}', "items", "the document has no 'items'"),
    ],
)
def test_records_that_are_not_found(read_json, text, records, message):
    """Are an error that says what there is."""
    with pytest.raises(SourceError, match=message) as raised:
        read_json(text, records=records)
    assert raised.value.at == ("source", "records")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: no JSON: the file is empty"),
        ('[{"a": 1},\n {"a": tru}]', "line 2, column 8: no JSON: Expecting value"),
        (
            '[{"a": 1},\n {"a": 2}',
            r"line 2, column 10: no JSON: Expecting ',' or ']' \(the file ends there: was it cut",
        ),
        ('[{"a": 1},\n {"a": "xyz', "line 2, column 8: no JSON: Unterminated string"),
        ('[{"a": 1} {"a": 2}]', "line 1, column 11: no JSON: Expecting ',' or ']'"),
        ('[{"a": 1},]', "line 1, column 11: no JSON: Expecting value"),
        ('{"a": {"b" 1}}', "line 1, column 12: no JSON: Expecting ':'"),
        ("{'a': 1}", "line 1, column 2: no JSON: Expecting a key in double quotes"),
        ('{"a": [{}] "b": 1}', "line 1, column 12: no JSON: Expecting ',' or '}'"),
        ('[{"a": 1}]\n[', r"line 2, column 1: the document has ended, and the file has not \(type: jsonl"),
        ('{"a": 1}\n{"a": 2}\n', r"line 2, column 1: the document has ended, and the file has not \(type: jsonl"),
        ('[{"a": ' + "[" * 200_000, "line 1, column 2: it is nested too deeply"),
    ],
)
def test_a_broken_document_is_an_error_with_its_place(read_json, text, message):
    """Whatever the job looks for in it."""
    with pytest.raises(SourceError, match=message):
        read_json(text)


@pytest.mark.parametrize("block", [1, 2, 5, 31])
@pytest.mark.parametrize(
    "text",
    [
        '{"meta": {"n": [1, "]"]}, "data": {"items": [{"a": 12, "b": "é\\"}"}, {"a": -1.5e3}, null, 7]}}',
        '[{"a": true}, {"a": [[1], {"b": "x"}]}, {"a": "\\ud83d\\ude00"}, {"a": "\\u0000"}, {"a": 1, "a": 2}]',
        '[{"a": 1},\n\n {"a": "unfinished',
        '[{"a": 1},\n\n {"a": 2} 3]',
    ],
)
def test_blocks_end_anywhere(read_json, monkeypatch, block, text):
    """In the middle of numbers, literals, escapes and characters; errors have the same place."""
    whole = outcome(read_json, text)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", block)
    assert outcome(read_json, text) == whole


def outcome(read_json, text):
    """All that was read, or the error."""
    try:
        return read_json(text)
    except SourceError as error:
        return str(error)


def test_rows_before_the_broken_place_come_first(tmp_path):
    """As of every source, where the columns are known."""
    path = stored(tmp_path / "a.json", '[{"a": 1}, {"a": 2}, {"a": }]')
    chunks = open_source(JsonSource(type="json", path=path, columns=["a"])).chunks(1)
    assert [next(chunks).columns["a"] for _ in range(2)] == [[1], [2]]
    with pytest.raises(SourceError, match="column 28"):
        next(chunks)


def test_records_that_are_no_rows(read_json):
    """Are told by their number, from 1."""
    found = read_json('[{"a": 1}, 7, {"a": NaN}, ["x"], null, {"a": 6}, {"a": "\\ud800"}, {"b": 1, "b": 2}]')
    assert [number for number, _ in found.rows] == [1, 6]
    assert [(bad.line, bad.cells[0]) for bad in found.bad] == [
        *((2, "7"), (3, '{"a": null}'), (4, '["x"]'), (5, "null"), (7, '{"a": "\\ud800"}'), (8, '{"b": 2}'))
    ]
    assert {bad.code for bad in found.bad} == {"bad_record"}


def test_flaws_of_what_is_passed_over_are_none(read_json):
    """Only records count."""
    found = read_json('{"meta": {"x": NaN, "x": 1}, "data": [{"a": 1}]}', records="data")
    assert (found.rows, found.bad) == ([(1, {"a": 1})], [])


def test_one_endless_record(read_json, monkeypatch):
    """Is an error before it fills the memory."""
    monkeypatch.setattr("odoo_etl.sources.json_text.decoder.MAX_RECORD_CHARS", 1_000)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", 100)
    with pytest.raises(SourceError, match="line 1, column 2: over 1,000 characters in one record"):
        read_json('[{"a": "' + "x" * 5_000 + '"}]')


def test_other_encodings_and_gzip(read_json):
    """As of CSV files; a byte order mark is no part of a document."""
    text = '[{"a": "é"}]'
    for found in (
        read_json(text.encode("utf-16"), encoding="utf-16"),
        read_json(packed(text)),
        read_json(f"\ufeff{text}"),
    ):
        assert found == read_json(text)


def test_files_of_a_pattern(tmp_path):
    """Have the columns of all, are numbered each from 1, and divided file by file."""
    stored(tmp_path / "a.json", '[{"a": 1}, {"a": 2}]')
    stored(tmp_path / "b.json", '{"b": 3}')
    source = open_source(JsonSource(type="json", path=f"{tmp_path}/*.json"))
    assert source.columns() == ["a", "b"]
    assert [(chunk.file[-6:], chunk.lines) for chunk in source.chunks(10)] == [("a.json", [1, 2]), ("b.json", [1])]
    assert [part.columns() for part in source.ranges(8)] == [["a", "b"]] * 2
