"""The names of columns of nested records."""

from __future__ import annotations

import pytest

from odoo_etl.sources.nested import below, keys_of

KEYS = [
    ["a"],
    ["customer", "city"],
    ["net.weight"],
    ["a", "b.c", "d"],
    ["back\\slash"],
    [""],
    ["a", ""],
    ['""'],
    ["\\."],
]


@pytest.mark.parametrize("keys", KEYS)
def test_a_name_says_its_keys(keys):
    """Whatever characters are in these."""
    name = ""
    for key in keys:
        name = below(name, key)
    assert name
    assert keys_of(name) == keys


@pytest.mark.parametrize(
    ("keys", "name"), [(["customer", "city"], "customer.city"), (["net.weight"], "net\\.weight"), (["a", ""], 'a.""')]
)
def test_how_names_look(keys, name):
    """Dots between keys; those in a key have a backslash."""
    found = ""
    for key in keys:
        found = below(found, key)
    assert found == name


def test_names_are_distinct():
    """No two ways have one name."""
    names = [below(below("", keys[0]), keys[1]) if len(keys) > 1 else below("", keys[0]) for keys in KEYS]
    assert len(set(names)) == len(names)
