"""JSON Lines."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import Divisible, SourceMemory, open_source
from odoo_etl.sources.json_text import decoder, lines
from odoo_etl.sources.nested import files
from odoo_etl.spec import JsonLinesSource
from tests.unit.sources.json_text.conftest import packed, read, stored


def test_values_are_exact(read_lines):
    """Whole numbers of any size, decimals without noise, truths, null; empty lists and objects are null."""
    line = '{"i": 12345678901234567890123, "d": 0.10, "e": 1e2, "t": true, "n": null, "l": [], "o": {}, "s": "é"}'
    assert read_lines(line).rows == [
        (1, {"i": 12345678901234567890123, "d": Decimal("0.10"), "e": Decimal("1E+2"), "t": True, "s": "é"})
    ]


def test_lines_are_those_of_the_file(read_lines):
    r"""Empty ones are none; `\r\n` ends one as well, and the last needs no end."""
    found = read_lines('\ufeff{"a": 1}\r\n\r\n  \n {"a": 2} \n{"b": "\u2028"}')
    assert found == (["a", "b"], [(1, {"a": 1}), (4, {"a": 2}), (5, {"b": "\u2028"})], [])


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ('{"a": 1', "bad_record", "no JSON: the line ends inside the record (column 8)"),
        ('{"a": "x', "bad_record", "no JSON: the line ends inside the record (column 9)"),
        ("{'a': 1}", "bad_record", "no JSON: Expecting property name enclosed in double quotes (column 2)"),
        ("nonsense", "bad_record", "no JSON: Expecting value (column 1)"),
        ('{"a": 1} {"a": 2}', "bad_record", "in column 9 the record has ended, and the line has not"),
        ('{"a": 1},', "bad_record", "in column 9 the record has ended, and the line has not"),
        ("[1]", "bad_record", "a record is an object, {...}, and this is a list"),
        ("null", "bad_record", "a record is an object, {...}, and this is null"),
        ("17", "bad_record", "a record is an object, {...}, and this is a number"),
        (
            '{"a": {"b": 1, "b": 2}}',
            "bad_record",
            "an object has the key 'b' twice, and nobody can say which one counts",
        ),
        ('{"a": NaN}', "bad_record", "NaN is no number in JSON"),
        ('{"a": -Infinity}', "bad_record", "-Infinity is no number in JSON"),
        ('{"a": ["\\ud83d"]}', "bad_record", "a text holds half a character (\\ud83d, a lone surrogate)"),
        ('{"a\\u0000": 1}', "nul_character", "a text holds a NUL character (\\u0000)"),
        ('{"a": ' + "[" * 200_000 + "}", "bad_record", "it is nested too deeply"),
    ],
)
def test_a_line_that_is_no_record_costs_itself(read_lines, line, code, reason):
    """The others are read; it is a bad line with its text."""
    found = read_lines(f'{{"a": 1}}\n{line}\n{{"a": 3}}\n')
    assert [number for number, _ in found.rows] == [1, 3]
    ((number, *said, cells),) = [(bad.line, bad.code, bad.reason, bad.cells) for bad in found.bad]
    assert (number, *said) == (2, code, reason)
    assert cells == (line[:1000],)


@pytest.mark.parametrize("at_once", [0, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        '{"a": [{"b": 1}\n{"b": 2}]}\n{"a": 3}\n',
        '{"a": 1}, {"a": 2}\n{"a": 3}\n{"a": 4}',
        '{"a": "x\n{"a": "}\n',
        '{"a": 1}\n\n\n',
        '\n{"a": 1}\n{"a": 2}   \n \n{"a": 3}',
    ],
)
def test_lines_are_judged_one_by_one(read_lines, monkeypatch, at_once, text):
    """Also where they are read together."""
    whole = read_lines(text)
    monkeypatch.setattr(lines, "MOST_AT_ONCE", at_once)
    assert read_lines(text) == whole


def test_a_record_over_two_lines_is_none(read_lines):
    """Else a broken line would take the next one with it."""
    found = read_lines('{"a":\n1}\n{"a": 2}\n')
    assert [bad.line for bad in found.bad] == [1, 2]
    assert found.rows == [(3, {"a": 2})]


def test_pairs_of_escapes_are_characters(read_lines):
    """Only half a pair is none."""
    assert read_lines('{"a": "\\ud83d\\ude00"}').rows == [(1, {"a": "😀"})]


@pytest.mark.parametrize("number", ["1" * 5_000, "1e99999999999999999999"])
def test_numbers_of_too_many_digits_cost_their_cell(read_lines, number):
    """They have no value."""
    ((_, row),) = read_lines(f'{{"a": {number}, "b": 0.5}}').rows
    assert row["a"].why == "has too many digits to be read"
    assert row["b"] == Decimal("0.5")


def test_a_very_long_line_is_left_out(read_lines, monkeypatch):
    """Wherever its blocks end."""
    monkeypatch.setattr(lines, "MAX_RECORD_CHARS", 50)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", 20)
    long = '{"a": "' + "x" * 100 + '"}'
    found = read_lines(f'{{"a": 1}}\n{long}\n{{"a": 3}}\n{long}')
    assert found.rows == [(1, {"a": 1}), (3, {"a": 3})]
    assert [(bad.line, bad.code) for bad in found.bad] == [(2, "too_long"), (4, "too_long")]


def test_very_many_values_in_a_line(read_lines, monkeypatch):
    """Would fill the memory."""
    monkeypatch.setattr(lines, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(decoder, "_LONG_CHARS", 10)
    monkeypatch.setattr(decoder, "MOST_VALUES", 20)
    found = read_lines('{"a": [' + "1," * 20 + "1]}\n" + '{"a": "xxxxxxxxxxxxxxxxxxxxx"}')
    assert [(bad.line, bad.code, bad.reason) for bad in found.bad] == [(1, "too_long", "over 20 values in one record")]
    assert [number for number, _ in found.rows] == [2]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64])
def test_blocks_end_anywhere(read_lines, monkeypatch, block):
    """In the middle of lines, characters and line breaks."""
    text = '{"a": "é", "b": [{"c": 1}]}\r\n{"a": 2.5}\n\n{"a": 3}'
    whole = read_lines(text)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", block)
    assert read_lines(text) == whole


def test_other_encodings_and_gzip(read_lines):
    """As of CSV files."""
    text = '{"a": "é"}\n{"a": "ü"}\n'
    assert read_lines(text.encode("utf-16"), encoding="utf-16") == read_lines(text)
    assert read_lines(packed(text)) == read_lines(text)
    with pytest.raises(SourceError, match="set encoding: utf-16"):
        read_lines(text.encode("utf-16"))
    with pytest.raises(SourceError, match="line 2: byte 0xff at offset 9"):
        read_lines(b'{"a": 1}\n\xff\n')


def test_an_empty_file_has_no_rows(read_lines):
    """It is no error: nothing was delivered."""
    assert read_lines("") == ([], [], [])


def test_other_files_are_told(read_lines):
    """With the way out."""
    with pytest.raises(SourceError, match=r"is an XML file, not JSON Lines \(set type: xml"):
        read_lines("<?xml version='1.0'?><a/>")


def test_ranges(tmp_path, monkeypatch):
    """Are stretches of the file with the lines of the whole."""
    monkeypatch.setattr(files, "LEAST_RANGE_BYTES", 100)
    monkeypatch.setattr("odoo_etl.sources.files.by_lines._AT_ONCE", 64)
    text = "".join(f'{{"a": {number}, "b": "é"}}\n' for number in range(50)) + '{"c": 1}'
    spec = JsonLinesSource(type="jsonl", path=stored(tmp_path / "a.jsonl", text))
    source = open_source(spec)
    assert isinstance(source, Divisible)
    parts = [pickle.loads(pickle.dumps(part)) for part in source.ranges(4)]
    assert len(parts) == 4
    assert {tuple(part.columns()) for part in parts} == {("a", "b", "c")}
    whole = read(spec).rows
    found = [(line, cells) for part in parts for chunk in part.chunks(7) for line, *cells in rows_of(chunk)]
    assert [line for line, _ in found] == [line for line, _ in whole] == list(range(1, 52))
    assert [cells[0] for _, cells in found] == [row.get("a") for _, row in whole]


def rows_of(chunk):
    """Line and cells of each row."""
    return zip(chunk.lines, *chunk.columns.values(), strict=True)


def test_only_new_files(tmp_path):
    """Those that an earlier run confirmed are left out."""
    spec = JsonLinesSource(type="jsonl", path=f"{tmp_path}/*.jsonl", only_new=True)
    stored(tmp_path / "a.jsonl", '{"a": 1}')
    stored(tmp_path / "b.jsonl", '{"a": 2}')
    source = open_source(spec)
    marks = source.fingerprints
    assert [name.rpartition("/")[2] for name in marks] == ["a.jsonl", "b.jsonl"]
    stored(tmp_path / "b.jsonl", '{"a": 3}')
    (chunk,) = open_source(spec, SourceMemory(files=marks)).chunks(10)
    assert chunk.columns == {"a": [3]}
