"""The table of folders in the design: who may import whom, no cycles, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import odoo_etl

ROOT = Path(odoo_etl.__file__).parent

# Folder (or file) of the package to what it may import besides itself.
ALLOWED = {
    "errors": set(),
    "blot": set(),
    "cells": set(),
    "garbage": set(),
    "loopback": set(),
    "printable": set(),
    "private": set(),
    "sql_urls": set(),
    "results": set(),
    "rejects": {"cells"},
    "spec": {"errors", "cells", "loopback"},
    "sources": {"spec", "errors", "blot", "cells", "sql_urls"},
    "mapping": {"spec", "errors", "cells"},
    "planning": {"mapping", "spec", "errors"},
    "odoo": {"errors", "blot", "loopback"},
    "state": {"errors", "blot", "private", "sql_urls"},
    "loading": {
        *("planning", "mapping", "sources", "spec", "odoo", "state"),
        *("results", "rejects", "errors", "garbage", "private", "sandbox"),
    },
    "executors": {"loading", "sources", "spec", "errors", "loopback"},
    "reporting": {"results", "rejects", "spec", "errors", "printable", "private"},
    "sandbox": set(),
    "cli": {
        *("executors", "loading", "reporting", "planning", "mapping", "sources", "spec", "odoo", "state"),
        *("results", "rejects", "errors", "blot", "garbage", "printable", "sandbox"),
    },
    "__init__": {"odoo"},
}


@cache
def modules():
    """Every module by its dotted name, with its syntax tree."""
    paths = {path.relative_to(ROOT).with_suffix(""): path for path in sorted(ROOT.rglob("*.py"))}
    return {".".join(name.parts): ast.parse(path.read_text(encoding="utf-8")) for name, path in paths.items()}


@cache
def imported():
    """What each module imports from this package, also inside functions and for types."""
    return {name: set(imports(tree)) for name, tree in modules().items()}


def imports(tree):
    """Names that a module imports from this package, without the package's own name."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name.removeprefix("odoo_etl.") for name in names if name.startswith("odoo_etl."))


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_a_folder_imports_only_what_the_design_allows(folder):
    """Also inside functions and for types."""
    found = {
        (name, other)
        for name, others in imported().items()
        if name.split(".")[0] == folder
        for other in others
        if other.split(".")[0] not in {folder, *ALLOWED[folder]}
    }
    assert found == set()


def test_every_folder_has_its_line_in_the_table():
    """A new one must say what it may import."""
    assert {name.split(".")[0] for name in modules()} <= ALLOWED.keys()


def test_modules_import_each_other_in_no_cycle():
    """At import time; imports inside functions come later."""
    known = modules()
    graph = {name: _direct(tree, known) for name, tree in known.items()}
    list(TopologicalSorter(graph).static_order())


def _direct(tree, known):
    """The modules that a module imports when it is itself imported."""
    top = ast.Module([node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
    found = set()
    for name in imports(top):
        found |= {name, name.rpartition(".")[0]} & known.keys()
    return found
