"""One word, one meaning: `docs/glossary.md`, the names in the code, and how docstrings begin."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "odoo_etl"
GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")

# Words of earlier versions, which said in our own way what the field has a word for.
GONE = {"holdings", "gleaned", "parted", "comeback", "doubts", "blot", "garbage", "wish"}

WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
ATTRIBUTES = frozenset({"id", "attr", "arg", "name", "asname"})  # where the nodes of a syntax tree have identifiers
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Words:
    """The words of a module: its identifiers, and the first line of each docstring by the line where it stands."""

    identifiers: frozenset[str]
    docstrings: dict[int, str]


@cache
def modules():
    """Path of each module, from the root, to its words. The trees are let go: they are a million objects."""
    return {str(path.relative_to(ROOT)): words(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def words(source):
    """The words of a source."""
    found, docstrings = set(), {}
    for node in ast.walk(ast.parse(source)):
        found.update(getattr(node, attribute) for attribute in ATTRIBUTES.intersection(node._fields))
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            docstrings[getattr(node, "lineno", 1)] = text.split("\n")[0]
    return Words(frozenset(name for name in found if isinstance(name, str)), docstrings)


@cache
def identifiers():
    """Every identifier of the package to a module that has it; the sandbox's are Odoo's."""
    own = {path: module for path, module in modules().items() if not path.startswith("odoo_etl/sandbox/")}
    return {name: path for path, module in own.items() for name in module.identifiers}


def rows():
    """The rows of the glossary's tables, without their headings."""
    lines = [line.strip("| ") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    cells = [re.split(r" ?\| ?", line) for line in lines]
    return [row for row in cells if row[0] != "word"]


def test_words_that_are_gone_stay_away():
    """As whole parts of a name: `partition` is none of them."""
    found = {
        f"{path}: {name}"
        for name, path in identifiers().items()
        if GONE & {word.lower() for word in WORD.findall(name)}
    }
    assert found == set()


def test_no_file_is_called_values():
    """Four were, each with other values in it."""
    assert [path for path in modules() if path.endswith("/values.py")] == []


def test_a_word_stands_once_in_the_glossary():
    """With one line that says what it is."""
    words = [word for row in rows() for word in row[0].split(", ")]
    assert len(words) == len(set(words))
    assert all(len(row) >= 2 and row[1] for row in rows())


@pytest.mark.parametrize(
    "name", sorted({name for row in rows() for name in re.findall(r"`([^`]+)`", row[2] if len(row) > 2 else "")})
)
def test_names_of_the_glossary_are_names_of_the_code(name):
    """Also after the next renaming."""
    assert (PACKAGE / name).exists() if "/" in name else name in identifiers()


def beginning(word):
    """The docstrings that begin with a word, and where they stand."""
    found = [(path, line, text) for path, module in modules().items() for line, text in module.docstrings.items()]
    return [f"{path}:{line} {text}" for path, line, text in found if text.startswith(f"{word} ")]


def test_docstrings_say_something_themselves():
    """`See X` leaves it to another place, which has moved meanwhile."""
    assert beginning("See") == []


def test_docstrings_begin_with_their_subject():
    """The thing itself, or what it does, comes first, not `What`."""
    assert beginning("What") == []
