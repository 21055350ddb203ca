"""Variables: filled in after parsing, missing ones named."""

import pytest

from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.variables import Variables, filled

ENV = {"HOST": "h", "EMPTY": "", "TRICKY": "x}, evil: {a: 1"}


@pytest.fixture
def variables(tmp_path):
    """An environment, two variables of project.yaml, and a secret in a file."""
    (tmp_path / "key").write_text("s3cret\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    named = {"HOST": "loses", "folder": "f/${HOST}", "broken": "${NOWHERE}"}
    return Variables(ENV, tmp_path, named)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("http://${HOST}:${PORT:-8069}", "http://h:8069"),
        ("${EMPTY}", ""),
        ("${EMPTY:-x}", "x"),
        ("${NOWHERE:-}", ""),
        ("${folder}", "f/h"),
        ("${file:key}", "s3cret"),
        ("$${HOST} $HOST $5", "${HOST} $HOST $5"),
        ("${TRICKY}", "x}, evil: {a: 1"),
    ],
)
def test_references(variables, text, value):
    """The environment wins over project.yaml; defaults stand in for what is unset or empty."""
    assert variables.fill(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${NOWHERE}", "the variable NOWHERE is not set"),
        ("${broken}", "`broken` of project.yaml: the variable NOWHERE is not set"),
        ("a ${HOST", "never closed"),
        ("${}", "not a reference"),
        ("${1A}", "not a reference"),
        ("${file:missing}", "cannot be read"),
        ("${file:binary}", "not UTF-8"),
    ],
)
def test_what_cannot_be_filled_in(variables, text, words):
    """Each reason is named."""
    (unfilled,) = variables.fill(text)[1]
    assert words in unfilled.message


def test_only_text_values_are_filled_in(variables):
    """Keys stay as written; every missing variable is reported with its path."""
    root = parse_yaml(b'{"${HOST}": 1, a: ["${HOST}", "${X}"], b: {c: "${Y}"}, d: 5}', "a").root
    data, unfilled = filled(root, variables)
    assert data == {"${HOST}": 1, "a": ["h", ""], "b": {"c": ""}, "d": 5}
    assert [item.at for item in unfilled] == [("a", 1), ("b", "c")]
