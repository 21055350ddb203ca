"""Any domain finds the same records on the sandbox as on a real Odoo 19."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo_etl.odoo.client import OdooClient
from tests.contract.servers.conftest import connect
from tests.servers import Server

pytestmark = pytest.mark.odoo

TEXTS = ["alpha", "Beta", "", "50%", "a_b", "Ärger", False]
NUMBERS = [-1, 0, 1, 5, False]
COUNTRIES = ["DE", "US", False]
PROBE = [
    {
        "name": f"probe {position}",
        "ref": TEXTS[position % len(TEXTS)],
        "city": TEXTS[(position * 3 + 1) % len(TEXTS)],
        "color": NUMBERS[position % 4],
        "partner_latitude": NUMBERS[(position + 1) % 4] / 2,
        "is_company": position % 2 == 0,
        "active": position % 5 != 0,
    }
    for position in range(14)
]
EQUALITY, LISTS, ORDER = ["=", "!="], ["in", "not in"], ["<", ">", "<=", ">="]
PATTERNS = ["like", "ilike", "not like", "not ilike", "=like", "=ilike", "not =like", "not =ilike"]


def leaves(fields: list[str], values: list[Any], order: bool) -> st.SearchStrategy[list[Any]]:
    """Conditions on fields of one type."""
    one, field = st.sampled_from(values), st.sampled_from(fields)
    many = st.lists(one, max_size=3)
    compared = [value for value in values if value is not False]
    kinds = [
        st.tuples(field, st.sampled_from([*EQUALITY, "=?"]), one),
        st.tuples(field, st.sampled_from(LISTS), many),
    ]
    if order:
        kinds.append(st.tuples(field, st.sampled_from(ORDER), st.sampled_from(compared)))
    return st.one_of(kinds).map(list)


TEXT_FIELDS = ["ref", "city", "name", "parent_id.ref", "child_ids.city"]
LEAF = st.one_of(
    leaves(TEXT_FIELDS, TEXTS, order=True),
    st.tuples(st.sampled_from(TEXT_FIELDS), st.sampled_from(PATTERNS), st.sampled_from(["a", "%", "B_", "ä", ""])).map(
        list
    ),
    leaves(["color", "partner_latitude"], NUMBERS, order=True),
    leaves(["is_company", "active", "parent_id.is_company"], [True, False], order=False),
    leaves(["country_id.code", "country_code", "country_id.currency_id.name"], [*COUNTRIES, "EUR"], order=False),
    leaves(["country_id", "parent_id", "category_id"], ["Germany", "probe", False], order=False),
    st.tuples(
        st.sampled_from(["parent_id", "child_ids", "category_id"]), st.sampled_from(EQUALITY), st.just(False)
    ).map(list),
    st.tuples(
        st.sampled_from(["country_id", "category_id"]), st.sampled_from(PATTERNS[:4]), st.sampled_from(["er", "x"])
    ).map(list),
)


def combine(inner: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    """Domains of domains."""
    joined = st.tuples(st.sampled_from(["&", "|"]), inner, inner).map(lambda parts: [parts[0], *parts[1], *parts[2]])
    negated = inner.map(lambda domain: ["!", *domain])
    quantified = st.tuples(st.sampled_from(["parent_id", "child_ids"]), st.sampled_from(["any", "not any"]), inner)
    return st.one_of(joined, negated, quantified.map(lambda leaf: [list(leaf)]))


DOMAINS = st.recursive(LEAF.map(lambda leaf: [leaf]), combine, max_leaves=5)


class Probe:
    """The same records on one server, known by their position."""

    def __init__(self, client: OdooClient) -> None:
        self.client = client
        codes = client.search_read("res.country", [["code", "in", ["DE", "US"]]], ["code"])
        countries = {row["code"]: row["id"] for row in codes} | {False: False}
        tags = client.create("res.partner.category", [{"name": "xer"}, {"name": "probe"}])
        rows = [{**row, "country_id": countries[COUNTRIES[i % 3]]} for i, row in enumerate(PROBE)]
        for position, row in enumerate(rows):
            row["category_id"] = [[6, 0, tags[: position % 3]]]
        self.ids = client.create("res.partner", rows)
        for position in range(9, 14):
            client.write("res.partner", [self.ids[position]], {"type": "other", "parent_id": self.ids[position - 9]})

    def find(self, domain: list[Any], active_test: bool) -> list[int]:
        """The positions of the records that match."""
        mine = ["&", ["id", "in", self.ids], *domain]
        found = self.client.search("res.partner", mine, order="id", context={"active_test": active_test})
        return [self.ids.index(record) for record in found]


@pytest.fixture(scope="module")
def probes(sandbox_server: Server, real_odoo: Server) -> Iterator[tuple[Probe, Probe]]:
    """The same records on both servers."""
    with connect(sandbox_server, "json2") as sandbox, connect(real_odoo, "json2") as real:
        yield Probe(sandbox), Probe(real)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(domain=DOMAINS, active_test=st.booleans())
def test_the_sandbox_agrees_with_a_real_odoo(probes: tuple[Probe, Probe], domain: list[Any], active_test: bool) -> None:
    """Both servers give the same positions."""
    sandbox, real = probes
    assert sandbox.find(domain, active_test) == real.find(domain, active_test)
