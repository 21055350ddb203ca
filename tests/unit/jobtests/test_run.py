"""Tests of jobs: what passes, what fails, and what is told of it."""

from __future__ import annotations

import pytest

from odoo_etl.snapshots import Snapshot, write_snapshot
from tests.unit.jobtests.conftest import schema_of

COUNTRY = "country_id: {column: country, lookup: {model: res.country, by: code}}"
BELGIUM = "lookups: {res.country: [{id: 21, code: BE, name: Belgium}]}"


def test_a_row_becomes_the_record_that_is_expected(tested):
    """Through transforms and lookups; fields that are not named are not looked at."""
    [result] = tested(
        f"""
- name: a customer
  given: [{{no: C1, name: " Anna ", country: BE}}]
  {BELGIUM}
  expect: {{records: [{{ref: C1, name: Anna, country_id: 21}}]}}
""",
        fields=COUNTRY,
    )
    assert (result.passed, result.test.name, result.failures) == (True, "a customer", ())


def test_fields_that_differ_are_told_with_their_places(tested):
    """Expected and came, one by one."""
    [result] = tested(
        f"""
- given: [{{no: C1, name: Anna, country: BE}}]
  {BELGIUM}
  expect:
    records:
      - ref: C1
        name: Ann
        country_id: 22
        city: Ghent
""",
        fields=COUNTRY,
    )
    assert [(one.line, one.path, one.message) for one in result.failures] == [
        (15, "unit_tests[0].expect.records[0].name", 'expected "Ann", came "Anna"'),
        (16, "unit_tests[0].expect.records[0].country_id", "expected 22, came 21"),
        (17, "unit_tests[0].expect.records[0].city", 'expected "Ghent", came no value'),
    ]
    assert (result.test.name, result.passed) == ("test 1", False)


def test_exactly_looks_at_all_fields(told):
    """Those that are not named have no value then."""
    given = "- given: [{no: C1, name: Anna}]\n  expect: {records: [{ref: C1}]"
    assert told(f"{given}}}") == []
    assert told(f"{given}, exactly: true}}") == [("expect.records[0]", 'name: expected no value, came "Anna"')]


def test_records_are_found_by_their_keys(told):
    """In whatever order; one that is missing and one too many are told."""
    tests = """
- given: [{no: C1, name: A}, {no: C2, name: B}]
  expect: {records: [{ref: C2, name: B}, {ref: C3, name: A}]}
"""
    assert told(tests) == [
        ("expect.records[1]", "no row became this record; there are C1"),
        ("expect.records", 'row 1 became a record that is not expected: {"ref": "C1", "name": "A"}'),
    ]


def test_records_without_a_key_come_in_order(told):
    """Of those that no key has taken."""
    tests = """
- given: [{no: C1, name: A}, {no: C2, name: B}, {no: C3, name: C}]
  expect: {records: [{name: A}, {ref: C2}, {name: X}]}
"""
    assert told(tests) == [("expect.records[2].name", 'expected "X", came "C"')]


def test_rejects_are_expected_or_told(told):
    """By row, code, field and a part of the reason."""
    given = f'- given: [{{no: C1, name: A, country: XX}}, {{no: C2, name: ""}}]\n  {BELGIUM}\n'
    both = "{row: 1, code: lookup_missing, field: country_id, reason: XX}, {row: 2, code: required, field: name}"
    assert told(f"{given}  expect: {{rejects: [{both}]}}", fields=COUNTRY) == []
    found = told(f"{given}  expect: {{rejects: [{{row: 2, code: bad_date}}, {{row: 1}}]}}", fields=COUNTRY)
    assert [place for place, _ in found] == ["expect.rejects[0]", "given[1]"]
    assert found[0][1].startswith("there is no such reject: row 2: required (name)")
    assert found[1][1].startswith("a reject that is not expected: row 2: required (name)")


def test_rows_that_are_filtered_or_skipped(told):
    """They are told by their numbers."""
    fields = "country_id: {column: country, lookup: {model: res.country, by: code, on_missing: skip_row}}"
    source = "{type: csv, path: x.csv, where: \"name != 'total'\", distinct: true}"
    given = "- given: [{no: C1, name: A, country: XX}, {no: C2, name: total}, {no: C3, name: C}, {no: C3, name: C}]\n"
    right = f"{given}  expect: {{skipped: [1], filtered: [2, 4], records: [{{ref: C3}}]}}"
    assert told(right, fields=fields, source=source) == []
    wrong = f"{given}  expect: {{skipped: [], filtered: [2]}}"
    assert told(wrong, fields=fields, source=source) == [
        ("expect.skipped", "expected [], came [1]"),
        ("expect.filtered", "expected [2], came [2, 4]"),
    ]


def test_rows_of_one_key_are_one_record(told):
    """The later one wins, field by field."""
    tests = """
- given: [{no: C1, name: A, city: Ghent}, {no: C1, name: B}]
  expect: {records: [{ref: C1, name: B, city: Ghent}]}
"""
    assert told(tests, fields="city: city") == []


def test_records_that_are_there_already(told):
    """The model of the job may have a table; what is equal is a record, too."""
    tests = """
- given: [{no: C1, name: A}, {no: C2, name: B}, {no: C3, name: C}]
  lookups: {res.partner: [{id: 7, ref: C1, name: A}, {ref: C2, name: old}]}
  expect: {records: [{ref: C1, name: A}, {ref: C2, name: B}], skipped: [3]}
"""
    assert told(tests, target="{model: res.partner, key: ref, mode: update}") == []


def test_records_of_the_same_source(told):
    """One that comes later, and one that the lookup creates: they are named by what they have."""
    fields = """
parent_id: {column: parent, lookup: {model: res.partner, by: ref, on_missing: defer}}
category_id: {column: tags, split: "|", lookup: {model: res.partner.category, by: name, on_missing: create}}
"""
    tests = """
- given: [{no: C1, name: A, parent: C2, tags: x|y}, {no: C2, name: B}]
  lookups: {res.partner.category: [{name: x}]}
  expect: {records: [{ref: C1, parent_id: {ref: C2}, category_id: [1, {name: y}]}, {ref: C2, parent_id: null}]}
"""
    assert told(tests, fields=fields) == [
        ("expect.records[1].parent_id", "expected null, came no value"),
    ]
    wrong = tests.replace("{ref: C2}, c", "{ref: C9}, c").replace(", parent_id: null", "")
    assert told(wrong, fields=fields) == [
        ("expect.records[0].parent_id", 'expected {"ref": "C9"}, came {"ref": "C2", "name": "B"}')
    ]


def test_given_records_are_named_by_what_they_have(told):
    """In place of their ids."""
    tests = f"- given: [{{no: C1, name: A, country: BE}}]\n  {BELGIUM}\n"
    assert told(f"{tests}  expect: {{records: [{{country_id: {{name: Belgium}}}}]}}", fields=COUNTRY) == []
    assert told(f"{tests}  expect: {{records: [{{country_id: {{name: B}}}}]}}", fields=COUNTRY) == [
        ("expect.records[0].country_id", 'expected {"name": "B"}, came 21')
    ]


def test_external_ids(told):
    """Of lookups as a field of their tables, of records beside their fields."""
    fields = "country_id: {column: country, lookup: {model: res.country, by: external_id, module: legacy}}"
    tests = """
- given: [{no: C1, name: A, country: be}]
  lookups: {res.country: [{id: 3, name: B, external_id: legacy.be}]}
  expect: {records: [{external_id: legacy.p_C1, country_id: 3}]}
"""
    target = '{model: res.partner, external_id: "legacy.p_{no}"}'
    assert told(tests, fields=fields, target=target) == []
    assert told(tests.replace("p_C1", "p_C2"), fields=fields, target=target) != []


def test_dotted_lookups(told):
    """Through the tables of both models."""
    fields = "state_id: {columns: [state, country], lookup: {model: res.country.state, by: [code, country_id.code]}}"
    tests = """
- given: [{no: C1, name: A, state: X, country: BE}]
  lookups:
    res.country: [{id: 1, code: BE}, {id: 2, code: NL}]
    res.country.state: [{code: X, country_id: 2}, {code: X, country_id: 1}]
  expect: {records: [{state_id: 2}]}
"""
    assert told(tests, fields=fields) == []


def test_values_in_languages(told):
    """By the path that plans show."""
    fields = "description_sale: {column: text, translations: {fr_FR: texte}}"
    tests = """
- given: [{no: P1, name: A, text: red, texte: rouge}]
  expect: {records: [{description_sale: red, description_sale@fr_FR: "rouge"}]}
"""
    parts = {"own": "default_code: no\nname: name\n", "target": "{model: product.template, key: default_code}"}
    assert told(tests, fields=fields, **parts) == []
    assert told(tests.replace('"rouge"', '"bleu"'), fields=fields, **parts) == [
        ("expect.records[0].description_sale@fr_FR", 'expected "bleu", came "rouge"')
    ]


def test_values_in_companies(told):
    """The companies are those of the test."""
    tests = """
- given: [{no: C1, name: A, bar: "1", bar_b: "2"}]
  lookups: {res.company: [{id: 1, name: A}, {id: 5, name: B}]}
  expect: {records: [{barcode: "1", barcode@company:5: "2"}]}
"""
    assert told(tests, fields="barcode: {column: bar, companies: {B: bar_b}}") == []


def test_models_that_nothing_describes(told):
    """With the command that keeps what a server says of them."""
    fields = "team_id: {column: team, lookup: {model: crm.team, by: name}}"
    [(place, message)] = told("- given: [{no: a, name: b}]\n  expect: {records: []}", fields=fields)
    assert (place, message) == (
        "fields",
        "crm.team is neither a model of the sandbox nor is there a snapshot of it",
    )
    tables = "- given: [{no: a, name: b}]\n  lookups: {crm.stage: []}\n  expect: {records: []}"
    assert told(tables)[0][0] == "lookups.crm.stage"


def test_snapshots_describe_further_models(told, tmp_path):
    """The type of a field decides how its cells are read and compared."""
    stored = {"store": True, "searchable": True}
    fields = {
        "ref": {"type": "char", **stored},
        "name": {"type": "char", **stored},
        "day": {"type": "date", **stored},
        "sum": {"type": "float", "digits": [16, 2], **stored},
    }
    write_snapshot(schema_of(tmp_path), Snapshot("x.thing", "19.0", fields))
    tests = """
- given: [{no: A, name: B, day: 31.01.2024, sum: "1.005"}]
  expect: {records: [{day: 2024-01-31, sum: 1.01}]}
"""
    mapped = 'day: {column: day, type: date, format: "%d.%m.%Y"}\nsum: {column: sum, type: decimal}'
    assert told(tests, fields=mapped, target="{model: x.thing, key: ref}") == []
    assert told(tests.replace("1.01}", "1.03}"), fields=mapped, target="{model: x.thing, key: ref}") == [
        ("expect.records[0].sum", "expected 1.03, came 1.005")
    ]


def test_fields_that_the_sandbox_cannot_hold(told, tmp_path):
    """They are told: nobody takes their silence for a test."""
    stored = {"store": True, "searchable": True}
    fields = {
        "ref": {"type": "char", **stored},
        "name": {"type": "char", **stored},
        "props": {"type": "properties", "store": True},
    }
    write_snapshot(schema_of(tmp_path), Snapshot("x.thing", "19.0", fields))
    [(place, message)] = told(
        "- given: [{no: A, name: B}]\n  expect: {records: []}",
        fields="props: props",
        target="{model: x.thing, key: ref}",
    )
    assert (place, "a test cannot tell of `props`" in message) == ("fields.props", True)


@pytest.mark.parametrize(
    ("tests", "place", "words"),
    [
        ("- given: [{no: A, nam: B}]\n  expect: {records: []}", "given[0].nam", "reads no column `nam`"),
        ("- given: [{no: A, name: 1.5}]\n  expect: {records: []}", "given[0].name", "of a CSV file is text"),
        ("- given: [{no: A}]\n  expect: {records: [{nme: A}]}", "expect.records[0].nme", "no field `nme`"),
        (
            "- given: [{no: A}]\n  lookups: {res.country: [{cod: A}]}\n  expect: {records: []}",
            "lookups.res.country[0].cod",
            "keeps no `cod`",
        ),
    ],
)
def test_tests_that_cannot_be_run(told, tests, place, words):
    """They are no failures: the test itself is wrong."""
    [(found, message)] = told(tests)
    assert (found, words in message) == (place, True), message


def test_a_job_that_does_not_fit_its_model(tested):
    """With its place in the job."""
    [result] = tested("- given: [{no: A}]\n  expect: {records: []}", fields="nam: x")
    assert [(one.path, one.message) for one in result.faults] == [
        ("fields.nam", "res.partner has no field `nam`"),
    ]
    [result] = tested("- given: [{no: A}]\n  expect: {records: []}", fields="display_name: x")
    assert not result.passed
    assert "display_name" in str(result.faults[0])


def test_limits_of_whole_sources_are_none_of_a_test(told):
    """Neither `min_rows` nor `max_rejects`."""
    tests = "- given: [{no: A}]\n  expect: {rejects: [{row: 1}]}"
    assert told(tests, source="{type: csv, path: x.csv, min_rows: 100}") == []


def test_labels_of_other_languages(told, tmp_path):
    """As the server had them when the model was pulled."""
    stored = {"store": True, "searchable": True}
    kind = {"type": "selection", "selection": [["a", "Order"]], "labels": {"fr_FR": {"a": "Commande"}}, **stored}
    fields = {"ref": {"type": "char", **stored}, "name": {"type": "char", **stored}, "kind": kind}
    write_snapshot(schema_of(tmp_path), Snapshot("x.thing", "19.0", fields))
    tests = "- given: [{no: A, name: B, kind: commande}]\n  expect: {records: [{kind: a}]}"
    mapped = "kind: {column: kind, labels: fr_FR}"
    assert told(tests, fields=mapped, target="{model: x.thing, key: ref}") == []
    assert told(tests, fields=mapped.replace("fr_FR", "en_US"), target="{model: x.thing, key: ref}") != []


@pytest.mark.parametrize(
    "other",
    [
        "expect: {source: [{not_null: [name]}, {unique: name}]}",
        "expect: {odoo: [{model: account.move.line, sum: debit, equals: 3}]}",
        "expect: {odoo: [{sum: credit, equals: {sum: amount}}]}",
        "after: [{call: action_confirm, where: [[state, '=', draft]]}]",
        "after: [{write: {sale_warn: no-message}}]",
        "before: [{command: [no-such-program]}]",
    ],
)
def test_what_a_job_expects_and_its_steps_are_no_matter_of_its_tests(told, other):
    """They are about whole sources and about Odoo; the offline world need not have their models and fields."""
    tests = """
- given: [{no: C1, name: Anna}, {no: C2, name: ""}]
  expect: {records: [{ref: C1}], rejects: [{row: 2}]}
"""
    assert told(tests, target=f"{{model: res.partner, key: ref}}\n{other}") == []
