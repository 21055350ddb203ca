"""Results as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from odoo_etl.jobtests import junit


def test_a_case_for_each_test(tested):
    """Failures are told with their places, errors are tests that cannot be run."""
    results = tested("""
- name: good
  given: [{no: C1, name: A}]
  expect: {records: [{ref: C1}]}
- name: "bad \\x01"
  given: [{no: C1, name: A}]
  expect: {records: [{ref: C1, name: B}]}
- given: [{no: C1, nam: A}]
  expect: {records: [{ref: C1}]}
""")
    root = ET.fromstring(junit(results))
    [suite] = root
    assert [suite.get(name) for name in ("name", "tests", "failures", "errors")] == ["partners", "3", "1", "1"]
    good, bad, wrong = suite
    assert (good.get("name"), good.get("classname"), len(good)) == ("good", "partners", 0)
    assert (bad.get("name"), bad[0].tag) == ("bad \ufffd", "failure")
    assert bad[0].get("message") == 'unit_tests[1].expect.records[0].name: expected "B", came "A"'
    assert bad[0].text.split(": ")[0].endswith(f"partners.yaml:{int(bad.get('line')) + 2}:34")
    assert (wrong.get("name"), wrong[0].tag) == ("test 3", "error")
