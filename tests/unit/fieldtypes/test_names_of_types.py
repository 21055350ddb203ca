"""Nobody but `fieldtypes/` asks for the name of a type: others ask what a type is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import odoo_etl
from odoo_etl.fieldtypes import FIELD_TYPES

ROOT = Path(odoo_etl.__file__).parent
# The types of Odoo's fields are not theirs: they speak of declared types, of those of databases and of Python, of words
# of the command line, of JSON Schemas, of messages. `reporting` shows a value by the type that the result names.
OTHER_TYPES = {"alerting", "fieldtypes", "sandbox", "spec", "sources", "rejects", "state", "cli", "reporting"}


def modules():
    """The modules that have to do with fields of Odoo."""
    return [path for path in sorted(ROOT.rglob("*.py")) if path.relative_to(ROOT).parts[0] not in OTHER_TYPES]


def asked(source):
    """Where a module asks for the name of a type."""
    tree = ast.parse(source)
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    shown = {id(part) for text in texts for part in ast.walk(text)}
    shown |= {id(one) for node in ast.walk(tree) if isinstance(node, ast.Call) for one in node.args}  # handed on
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "ttype" and id(node) not in shown:
            yield f"line {node.lineno}: {ast.unparse(node)}, other than in a text"
        elif isinstance(node, ast.Compare) and (_names(node) or _compares_an_answer(node)):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, (ast.Set, ast.Dict)) and _names(node):
            yield f"line {node.lineno}: a table of {', '.join(_names(node))}"
        elif isinstance(node, ast.MatchValue) and _names(node):
            yield f"line {node.lineno}: case {ast.unparse(node)}"


def _names(node):
    """Names of types that stand in an expression, or as keys of a table."""
    parts = node.keys if isinstance(node, ast.Dict) else [*ast.walk(node)]
    return [part.value for part in parts if isinstance(part, ast.Constant) and part.value in FIELD_TYPES]


def _compares_an_answer(node):
    """Whether a type that was answered is compared with anything but a text that names no type."""
    sides = [node.left, *node.comparators]
    return any(map(_is_answered, sides)) and not any(isinstance(one, ast.Constant) for one in sides)


def _is_answered(node):
    """Whether an expression is what `fields_get` answers as a field's type."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return _is_type(node.args[0])
    return isinstance(node, ast.Subscript) and _is_type(node.slice)


def _is_type(node):
    return isinstance(node, ast.Constant) and node.value == "type"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_asks_for_the_name_of_a_type(path):
    """It may be shown."""
    assert list(asked(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'if field.ttype == "char": pass',
        "if one.ttype in TEXTS: pass",
        'found = known["type"] not in NAMES',
        'found = known.get("type") == kind',
        'TEXTS = frozenset({"char", "text"})',
        'SAME = {"html": same_html}',
        'if kind in ("many2one", "many2many"): pass',
        "match kind:\n    case 'char': pass",
        "type = TYPES[field.ttype]",
    ],
)
def test_who_asks_is_found(source):
    """In each of the ways there are."""
    assert list(asked(source))


@pytest.mark.parametrize(
    "source",
    [
        'message = f"is a {field.ttype} field"',
        'kind = type_of(known["type"])',
        'names = ("selection", "relation")',
        "told = ChangedField(field.ttype, field.relation)",
    ],
)
def test_who_shows_it_does_not_ask(source):
    """Nor who looks a type up."""
    assert list(asked(source)) == []
