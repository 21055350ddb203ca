"""The given rows of tests are read as the job's source would read them."""

from __future__ import annotations

import pytest

TYPED = "{type: sql, url: 'sqlite:///none.db', query: select 1}"
SHEET = "{type: excel, path: x.xlsx, null_values: ['-'], fill_down: group}"


def test_null_values_of_a_text_file(told):
    """Only those are null; an empty cell is none where the job says so."""
    source = "{type: csv, path: x.csv, null_values: ['-'], delimiter: ';', header_row: 3}"
    tests = """
- given: [{no: C1, name: A, city: "-"}, {no: C2, name: B, city: ""}]
  expect: {exactly: true, records: [{ref: C1, name: A, city: false}, {ref: C2, name: B}]}
"""
    found = told(tests, source=source, fields="city: {column: city, empty: clear}")
    assert found == [("expect.records[1]", "city: expected no value, came null")]


def test_cells_of_several_lines(told):
    """Rows are counted, not lines."""
    tests = r"""
- given: [{no: C1, name: "A\nB", city: "x,\"y\""}, {no: C2, name: ""}]
  expect: {records: [{name: "A\nB", city: "x,\"y\""}], rejects: [{row: 2}]}
"""
    assert told(tests, fields="city: city") == []


def test_rows_are_shaped(told):
    """Columns are given under the names of the source."""
    source = "{type: csv, path: x.csv, rename: {no: Nummer}, where: no != 'X', explode: {column: name, split: '|'}}"
    tests = """
- given: [{Nummer: C1, name: A|B}, {Nummer: X, name: C}]
  expect: {records: [{ref: C1, name: B}], filtered: [2]}
"""
    assert told(tests, source=source) == []
    misspelt = tests.replace("Nummer", "Numer").replace("filtered: [2]", "filtered: []")
    assert [place for place, _ in told(misspelt, source=source)] == ["given[0].Numer", "given[1].Numer"]


def test_columns_are_filled_down(told):
    """In text as in sheets."""
    tests = """
- given: [{no: A, name: X, group: Ghent}, {no: B, name: Y}]
  expect: {records: [{ref: A}, {ref: B, city: Ghent}]}
"""
    for source in ("{type: csv, path: x.csv, fill_down: group}", SHEET):
        assert told(tests, source=source, fields="city: group") == []


def test_values_of_a_database(told):
    """Numbers, dates and truths are what they are."""
    fields = """
color: {column: color, type: integer}
active: active
company_registry: day
partner_latitude: {column: at, type: decimal}
"""
    tests = """
- given: [{no: 17, name: A, color: 3, active: false, day: {date: 2024-01-31}, at: {decimal: "1.50"}}]
  expect: {records: [{ref: "17", color: 3, active: false, company_registry: "2024-01-31", partner_latitude: 1.5}]}
"""
    assert told(tests, source=TYPED, fields=fields) == []


def test_null_values_of_a_sheet(told):
    """Texts that mean null; other cells keep their types."""
    tests = "- given: [{no: A, name: X, city: '-'}]\n  expect: {exactly: true, records: [{ref: A, name: X}]}"
    assert told(tests, source=SHEET, fields="city: city\nzip: group") == []


@pytest.mark.parametrize(
    ("cell", "words"), [("{date: 31.01.2024}", "'31.01.2024' is no date"), ("[1]", "is no cell"), ("{day: 1}", "is no")]
)
def test_what_is_no_cell(told, cell, words):
    """With its place."""
    [(place, message)] = told(f"- given: [{{no: A, name: {cell}}}]\n  expect: {{records: []}}", source=TYPED)
    assert (place, words in message) == ("given[0].name", True)


def test_python_and_expressions_see_the_row(told):
    """Also the columns that a test leaves out."""
    tests = "- given: [{no: A, name: X, a: b}]\n  expect: {records: [{city: b-}]}"
    assert told(tests, fields="city: {expr: \"a ~ '-' ~ c\"}") == []


JOINED = """
lines:
  child_ids:
    source: {type: csv, path: l.csv, where: "name != 'X'", rename: {name: person}}
    match: {firm: no}
    key: name
    fields: {name: name}
"""


def test_lines_of_a_source_of_their_own(told):
    """Given under the names of their columns; what their source leaves out, and what has no record, is none."""
    tests = """
- given:
    - {no: C1, name: A}
    - {child_ids.firm: C1, child_ids.person: Ann}
    - {child_ids.firm: C1, child_ids.person: X}
    - {child_ids.firm: C2, child_ids.person: Bob}
    - {no: C3, name: C}
  expect:
    records: [{ref: C1, child_ids: [{name: Ann}]}, {ref: C3}]
    filtered: [3]
    rejects: [{row: 4, code: no_header}]
"""
    assert told(tests, more=JOINED) == []
    misspelt = tests.replace("person: Ann", "persn: Ann").replace("person: ", "name: ")
    assert {place for place, _ in told(misspelt, more=JOINED)} == {"given[1].child_ids.persn"}
    both = tests.replace("{no: C3, name: C}", "{no: C3, name: C, child_ids.person: Eve}")
    assert [place for place, _ in told(both, more=JOINED)] == ["given[4]"]


def test_rows_are_given_as_they_are_joined(told):
    """The columns of the source under its own names, those of the joined source under the names that it gives them."""
    join = "{source: {type: csv, path: y.csv, rename: {town: city}}, on: {plz: zip}, how: inner}"
    source = f"{{type: csv, path: x.csv, rename: {{no: Nummer}}, join: {join}, where: town != 'X'}}"
    tests = """
- given: [{Nummer: C1, name: A, town: Ghent}, {Nummer: C2, name: B, town: X}, {Nummer: C3, name: C}]
  expect: {records: [{ref: C1, city: Ghent}, {ref: C3}], filtered: [2]}
"""
    assert told(tests, source=source, fields="city: town") == []
