"""Keys and values that look like others: what is said of them."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import OddKeys, oddity_hint
from odoo_etl.mapping.unseen import oddity
from tests.builders import ListSource, World, job_spec


@pytest.mark.parametrize(
    ("text", "transform"),
    [
        ("Cle\u0301", "nfc"),
        ("A\u200b1", "visible"),
        ("\ufeffA", "visible"),
        (" A", "strip"),
        ("A\u00a0", "strip"),
        ("Clé", ""),
        ("A b", ""),
    ],
)
def test_the_transform_that_shows_a_text_as_it_is(text, transform):
    """Of what a reader does not see."""
    assert oddity(text) == transform
    hint = oddity_hint([3, text])
    assert (f"`transform: {transform}`" in hint) if transform else hint == ""


def test_odd_keys_are_counted_by_kind():
    """With the first of each; numbers, and rows without a key, are none."""
    odd = OddKeys()
    odd.add([("plain", 1), None, (" blank ",)])
    assert list(odd.notes(in_fields=True)) == []
    odd.add([("Cle\u0301",), ("Cle\u0301-2", 7), ("Clé",), ("A\u200b", "x")])
    nfc, visible = odd.notes(in_fields=True)
    assert nfc.startswith("2 rows have keys with letters that are written in parts, such as Cle\u0301 ('Cle\\u0301')")
    assert nfc.endswith("`transform: nfc` makes them alike")
    assert visible.startswith("1 row has a key with characters that cannot be seen")
    assert "in the source" in next(odd.notes(in_fields=False))


def test_a_run_tells_of_them_until_they_are_alike():
    """Two keys that look the same are two records; with the transform they are one."""
    source = ListSource(["ref"], [("Clé",), ("Cle\u0301",)])
    fields = {"ref": "ref", "name": "ref"}
    ran = World().run(job_spec(fields), source)
    assert (ran.counts, len(ran.result.notes)) == ({"created": 2}, 1)
    assert "`transform: nfc`" in ran.result.notes[0]
    alike = World().run(job_spec({**fields, "ref": {"column": "ref", "transform": "nfc"}}), source)
    assert (len(alike.result.notes), alike.result.duplicates) == (0, 1)


def test_a_lookup_that_finds_nobody_says_what_cannot_be_seen():
    """The reason would show the very name that Odoo has."""
    world = World()
    world.odoo.add("res.country", {"name": "Belgium", "code": "BE"})
    lookup = {"model": "res.country", "by": "name"}
    spec = job_spec({"ref": "ref", "name": "ref", "country_id": {"column": "country", "lookup": lookup}})
    ran = world.run(spec, ListSource(["ref", "country"], [("a", "Belgium\u200b")]))
    assert ran.heard.rejects[0].reason.endswith(
        "did you mean Belgium? (it holds characters that cannot be seen: `transform: visible`)"
    )
