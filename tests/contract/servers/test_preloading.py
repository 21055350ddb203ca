"""Records that were read at once are those that Odoo would find, whatever their letters are."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.mapping import Lookup
from odoo_etl.odoo.client import OdooClient
from odoo_etl.sync.existing import Lookups, Schema

TAGS = "res.partner.category"
TEXTS = (
    *("a", "A", "a ", " a", "b", "B", "ab", "aB", "AB", "100%", "_", "\\", '"', "a\tb", "a\nb", "a\r\nb", "a\u00a0b"),
    *("é", "É", "e\u0301", "E\u0301", "ß", "ẞ", "ss", "SS", "İ", "I", "ı", "i", "Σ", "ς", "σ", "ǅ", "Ǆ", "ǆ"),
    *("K", "k", "\u212a", "Å", "\u212b", "å", "ﬀ", "FF", "Ж", "ж", "\U00010400", "\U00010428", "😀"),
)
BY_NAME = Lookup(TAGS, ("name",))


@pytest.fixture(scope="module")
def tags(odoo: OdooClient, request: pytest.FixtureRequest) -> str:
    """The beginning of the names of tags that end in each of the texts, every third archived, some twice."""
    begin = f"preloaded {odoo.protocol} {id(request)}"
    names = [f"{begin} {text}" for text in (*TEXTS, *TEXTS[:5])]
    odoo.create(TAGS, [{"name": name, "active": number % 3 > 0} for number, name in enumerate(names)])
    return begin


def answers(odoo: OdooClient, lookup: Lookup, batches: list[set[Any]], context: Any, *, expect: int) -> dict[Any, Any]:
    """The answers to keys, batch by batch, before so many batches."""
    lookups = Lookups(odoo, Schema(odoo, context), context)
    lookups.expect(expect)
    found: dict[Any, Any] = {}
    for keys in batches:
        found |= {key: set(ids) for key, ids in lookups.find(lookup, keys).items()}
    return found


@pytest.mark.parametrize("any_case", [False, True])
@pytest.mark.parametrize("active_test", [False, True])
def test_answers_are_those_of_asking_key_by_key(odoo: OdooClient, tags: str, any_case: bool, active_test: bool) -> None:
    """Line ends and what else cannot be told are asked."""
    keys = [(f"{tags} {text}",) for text in (*TEXTS, "missing", "Missing")]
    lookup, context = BY_NAME._replace(ignore_case=any_case), {"active_test": active_test}
    before = odoo.calls[f"{TAGS}.search_count"]
    preloaded = answers(odoo, lookup, [{key} for key in keys], context, expect=100)
    assert odoo.calls[f"{TAGS}.search_count"] == before + 1
    one_by_one: dict[Any, Any] = {}
    for key in keys:
        one_by_one |= answers(odoo, lookup, [{key}], context, expect=0)
    assert preloaded == one_by_one


def test_texts_of_another_language_are_found_as_odoo_finds_them(odoo: OdooClient, french: str, unique: str) -> None:
    """Translated or not."""
    ids = odoo.create(TAGS, [{"name": f"{unique} {number}"} for number in range(20)])
    for number in range(0, 20, 2):
        odoo.write(TAGS, [ids[number]], {"name": f"{unique} le {number}"}, context={"lang": french})
    keys = [(f"{unique} {le}{number}",) for number in range(20) for le in ("", "le ")]
    for lang in (french, "en_US"):
        batches, context = [{key} for key in keys], {"active_test": False, "lang": lang}
        preloaded = answers(odoo, BY_NAME, batches, context, expect=100)
        assert preloaded == answers(odoo, BY_NAME, batches, context, expect=0)
        assert preloaded[f"{unique} le 2",] == ({ids[2]} if lang == french else set())


def test_several_fields_and_a_domain(odoo: OdooClient, unique: str) -> None:
    """Composite keys, the states of countries, whole numbers, records by id."""
    colors = odoo.create(TAGS, [{"name": unique, "color": number} for number in range(20)])
    cases = [
        (Lookup(TAGS, ("name", "color")), [(unique, number) for number in range(-1, 22)]),
        (Lookup(TAGS, ("name", "color"), '[["color", ">", 9]]'), [(unique, number) for number in range(22)]),
        (Lookup(TAGS, ("id",)), [(number,) for number in [*colors, 10**9]]),
        (
            Lookup("res.country.state", ("code", "country_id.code"), ignore_case=True),
            [(code, country) for code in ("ny", "CA", "Tx", "on", "QC", "xx") for country in ("us", "CA", "de")],
        ),
    ]
    for lookup, keys in cases:
        batches, context = [{key} for key in keys], {"active_test": False}
        preloaded = answers(odoo, lookup, batches, context, expect=100)
        assert preloaded == answers(odoo, lookup, batches, context, expect=0)
