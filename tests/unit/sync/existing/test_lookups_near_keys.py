"""What may have been meant by a key that nobody has."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
from odoo_etl.mapping import Lookup, Ref
from odoo_etl.sync.existing.lookups import MOST_ASKED, NearKeys
from odoo_etl.sync.existing.schema import Schema
from tests.memory_odoo import MemoryOdoo, raising

NAME = Lookup("res.country", ("name",))


@pytest.fixture
def odoo():
    """Some countries."""
    made = MemoryOdoo()
    made.add("res.country", *({"name": name} for name in ("Germany", "Ghana", "Greece", "Deutschland")))
    made.add("ir.model.data", {"module": "base", "name": "germany", "model": "res.country", "res_id": 1})
    return made


def near(odoo, *keys, lookup=NAME):
    """What is like each of the keys."""
    asked = NearKeys(odoo, Schema(odoo, {}), {})
    return [asked.of(Ref(lookup, (key,), "reject")) for key in keys]


def test_a_near_key_is_named(odoo):
    """In any case; nothing where none is near, nor for what is no text."""
    assert near(odoo, "Germani", "DEUTSCHLNAD", "Gxxxxxxx", "France") == ["Germany", "Deutschland", "", ""]
    assert near(odoo, 7, lookup=Lookup("res.partner.category", ("color",))) == [""]


def test_a_near_external_id_is_one_of_its_module(odoo):
    """And of its model."""
    assert near(odoo, "base.germani", "other.germani", lookup=Lookup("res.country", ("external_id",))) == [
        "base.germany",
        "",
    ]


def test_only_some_are_asked_for(odoo):
    """Each once; what cannot be asked is no error."""
    asked = NearKeys(odoo, Schema(odoo, {}), {})
    keys = ["Germani", "Germani", *map(str, range(MOST_ASKED + 3))]
    assert [asked.of(Ref(NAME, (key,), "reject")) for key in keys][:2] == ["Germany", "Germany"]
    assert odoo.calls["res.country.search_read"] == MOST_ASKED
    odoo.before = raising(Refused("no"), "res.country.search_read")
    assert near(odoo, "Germani") == [""]


def test_letters_in_another_form_are_told(odoo):
    """What looks the same is no suggestion."""
    odoo.add("res.country", {"name": "Zo\u00eb"})
    hint = NearKeys(odoo, Schema(odoo, {}), {}).hint(Ref(NAME, ("Zoe\u0308",), "reject"))
    assert hint.endswith("`transform: nfc` makes one form of them")
