"""How Odoo is asked which records have which keys."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from odoo_etl.mapping import Lookup
from odoo_etl.sync.existing.lookups import Lookups
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.existing.sought import IN_ANY_CASE
from tests.memory_odoo import MemoryOdoo

NAME = Lookup("res.country", ("name",), ignore_case=True)
BY_ID = Lookup("res.country", ("external_id",))


@pytest.fixture
def odoo():
    """Three countries, two of which are called alike."""
    made = MemoryOdoo()
    made.add("res.country", {"code": "US", "name": "United States"}, {"code": "XX", "name": "UNITED STATES"})
    made.add("res.country", {"code": "DE", "name": "50%_o\\ff"})
    return made


def find(odoo, lookup, *keys):
    """The ids of some keys."""
    return Lookups(odoo, Schema(odoo, {}), {}).find(lookup, {(key,) if isinstance(key, str) else key for key in keys})


def test_upper_and_lower_case_may_be_the_same(odoo):
    """And a text is no pattern."""
    found = find(odoo, NAME, "united states", "50%_O\\FF", "50x_O\\ff", "UNITED%")
    assert found == {("united states",): (1, 2), ("50%_O\\FF",): (3,), ("50x_O\\ff",): (), ("UNITED%",): ()}


def test_texts_in_any_case_are_asked_in_parts(odoo):
    """Each text is a condition of its own."""
    keys = [f"country {number}" for number in range(IN_ANY_CASE + 1)]
    assert find(odoo, NAME, "united states", *keys)["united states",] == (1, 2)
    assert odoo.calls["res.country.search_read"] == 2


def test_a_path_is_followed_in_any_case(odoo):
    """To its end."""
    odoo.add("res.country.state", {"code": "Ny", "country_id": 1})
    lookup = Lookup("res.country.state", ("code", "country_id.code"), ignore_case=True)
    assert find(odoo, lookup, ("nY", "us")) == {("nY", "us"): (1,)}


def test_a_domain_narrows_the_search(odoo):
    """Together with the key, whatever marks it begins with."""
    narrowed = NAME._replace(domain='["|", ["code", "=", "XX"], ["code", "=", "DE"]]')
    assert find(odoo, narrowed, "United States") == {("United States",): (2,)}


def test_external_ids_name_records_of_their_model(odoo):
    """Two calls for all of one module: which ids, and whether their records are there; archived ones are."""
    odoo.add("res.partner", {"name": "P", "active": False})
    for name, model, record in [("us", "res.country", 1), ("p", "res.partner", 1), ("gone", "res.country", 99)]:
        odoo.add("ir.model.data", {"module": "base", "name": name, "model": model, "res_id": record})
    odoo.calls.clear()
    wanted = {("base.us",): (1,), ("base.p",): (), ("base.gone",): (), ("base.none",): ()}
    assert find(odoo, BY_ID, *(key for (key,) in wanted)) == wanted
    assert odoo.calls == Counter({"ir.model.data.search_read": 1, "res.country.search_read": 1})
    assert find(odoo, BY_ID._replace(model="res.partner"), "base.p") == {("base.p",): (1,)}


def test_external_ids_heed_the_domain(odoo):
    """A record outside of it is none."""
    odoo.add("ir.model.data", {"module": "base", "name": "us", "model": "res.country", "res_id": 1})
    assert find(odoo, BY_ID._replace(domain='[["code", "!=", "US"]]'), "base.us") == {("base.us",): ()}


TREE = Lookup("res.partner", ("name",), path=(" / ", "parent_id"))


@pytest.fixture
def tree():
    """Two trees whose branches are called alike."""
    made = MemoryOdoo()
    made.add("res.partner", {"name": "A"}, {"name": "B"})
    made.add("res.partner", {"name": "x", "parent_id": 1}, {"name": "x", "parent_id": 2}, {"name": "A", "parent_id": 1})
    made.add("res.partner", {"name": "y", "parent_id": 3}, {"name": "y", "parent_id": 4})
    return made


def test_a_way_leads_through_a_tree(tree):
    """From its root, with a call for each level, however many ways there are."""
    found = find(tree, TREE, "A", "B / x", "A / x / y", "B / x / y", "A / A", "x", "A / y", "B / x / y / z")
    assert found == {
        ("A",): (1,),
        ("B / x",): (4,),
        ("A / x / y",): (6,),
        ("B / x / y",): (7,),
        ("A / A",): (5,),
        ("x",): (),
        ("A / y",): (),
        ("B / x / y / z",): (),
    }
    assert tree.calls["res.partner.search_read"] == 4


def test_levels_may_be_there_twice(tree):
    """Then all that they lead to is found; in any case, too; a domain narrows the ends."""
    tree.add("res.partner", {"name": "a"}, {"name": "X", "parent_id": 8})
    assert find(tree, TREE._replace(ignore_case=True), "A / X") == {("A / X",): (3, 9)}
    assert find(tree, TREE._replace(domain='[["id", "in", [6, 9]]]'), "A / x", "A / x / y") == {
        ("A / x",): (),
        ("A / x / y",): (6,),
    }


VARIANT = Lookup("res.partner", ("ref", "category_id.name"), set_of=1)


@pytest.fixture
def variants():
    """Partners of one ref that differ in their tags, as variants of a product in their values."""
    made = MemoryOdoo()
    red, medium, other = made.add("res.partner.category", {"name": "Red"}, {"name": "M"}, {"name": "M"})
    made.add("res.partner", {"ref": "T", "category_id": [red, medium]}, {"ref": "T", "category_id": [red]})
    made.add(
        "res.partner", {"ref": "T"}, {"ref": "T", "category_id": [medium, other]}, {"ref": "U", "category_id": [red]}
    )
    return made


def test_a_record_is_found_by_all_that_it_holds(variants):
    """No more and no less, each as often as it stands there; also by nothing. Two calls for all keys."""
    keys = {
        ("T", ("M", "Red")): (1,),
        ("T", ("Red",)): (2,),
        ("T", ()): (3,),
        ("T", ("M", "M")): (4,),
        ("U", ("Red",)): (5,),
        ("T", ("M",)): (),
        ("U", ()): (),
        ("V", ("Red",)): (),
        ("T", ("Blue", "Red")): (),
    }
    assert find(variants, VARIANT, *keys) == keys
    assert (variants.calls["res.partner.search_read"], variants.calls["res.partner.category.search_read"]) == (1, 1)


def test_a_set_alone_may_be_the_key(variants):
    """In any case, where the lookup says so."""
    alone = Lookup("res.partner", ("category_id.name",), ignore_case=True, set_of=0)
    assert find(variants, alone, (("m", "red"),), (("RED",),)) == {(("m", "red"),): (1,), (("RED",),): (2, 5)}
    assert find(variants, VARIANT._replace(ignore_case=True), ("t", ("red",))) == {("t", ("red",)): (2,)}


@dataclass
class Contexts(MemoryOdoo):
    """Notes the companies that each search means."""

    heard: list[Any] = field(default_factory=list)

    def search_read(self, model, domain, fields, *, load=None, limit=None, context=None):
        """As ever."""
        self.heard.append((model, (context or {}).get("allowed_company_ids")))
        return super().search_read(model, domain, fields, load=load, limit=limit, context=context)


@pytest.mark.parametrize(("company", "heard"), [(0, None), (3, [3])])
def test_a_company_sees_its_own_records(company, heard):
    """Every record that a path leads through, too."""
    odoo = Contexts()
    odoo.add("res.country", {"code": "DE"})
    odoo.add("res.country.state", {"code": "BY", "country_id": 1})
    lookup = Lookup("res.country.state", ("code", "country_id.code"), company=company)
    assert find(odoo, lookup, ("BY", "DE")) == {("BY", "DE"): (1,)}
    assert odoo.heard == [("res.country", heard), ("res.country.state", heard)]
