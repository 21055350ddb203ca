"""Texts in several languages."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
from odoo_etl.odoo.client import OdooClient

MODEL = "product.template"


def name_in(odoo: OdooClient, record: int, lang: str | None) -> str:
    """The name of a product in a language."""
    context = {"lang": lang} if lang else None
    return odoo.read(MODEL, [record], ["name"], context=context)[0]["name"]


def test_a_language_falls_back_to_english(odoo: OdooClient, french: str, unique: str) -> None:
    """Without a translation the English text shows."""
    record = odoo.create(MODEL, {"name": unique})
    assert name_in(odoo, record, french) == unique


def test_writing_in_one_language_leaves_the_others(odoo: OdooClient, french: str, unique: str) -> None:
    """Each language has its own text."""
    record = odoo.create(MODEL, {"name": unique})
    odoo.write(MODEL, [record], {"name": f"{unique} fr"}, context={"lang": french})
    odoo.write(MODEL, [record], {"name": f"{unique} en"})
    assert name_in(odoo, record, french) == f"{unique} fr"
    assert name_in(odoo, record, None) == f"{unique} en"


def test_creating_in_a_language_fills_english_too(odoo: OdooClient, french: str, unique: str) -> None:
    """A new text is there in English as well."""
    record = odoo.create(MODEL, {"name": unique}, context={"lang": french})
    assert name_in(odoo, record, None) == unique
    odoo.write(MODEL, [record], {"name": f"{unique} en"})
    assert name_in(odoo, record, french) == unique


def test_searching_looks_at_the_language_of_the_call(odoo: OdooClient, french: str, unique: str) -> None:
    """A domain compares the text that the call's language shows."""
    record = odoo.create(MODEL, {"name": unique})
    odoo.write(MODEL, [record], {"name": f"{unique} fr"}, context={"lang": french})
    domain = [["name", "=", f"{unique} fr"]]
    assert odoo.search(MODEL, domain, context={"lang": french}) == [record]
    assert odoo.search(MODEL, domain) == []


def test_clearing_clears_every_language(odoo: OdooClient, french: str, unique: str) -> None:
    """An empty value takes the translations along."""
    record = odoo.create(MODEL, {"name": unique, "description_sale": "en"})
    odoo.write(MODEL, [record], {"description_sale": "fr"}, context={"lang": french})
    odoo.write(MODEL, [record], {"description_sale": False})
    [row] = odoo.read(MODEL, [record], ["description_sale"], context={"lang": french})
    assert row["description_sale"] is False


def test_several_languages_at_once(odoo: OdooClient, french: str, unique: str) -> None:
    """`update_field_translations` writes a text per language; False takes one away."""
    record = odoo.create(MODEL, {"name": unique})
    texts = {"en_US": f"{unique} en", french: f"{unique} fr"}
    params = {"field_name": "name", "translations": texts}
    assert odoo.execute(MODEL, "update_field_translations", ids=[record], **params) is True
    assert [name_in(odoo, record, lang) for lang in texts] == list(texts.values())
    params["translations"] = {french: False}
    odoo.execute(MODEL, "update_field_translations", ids=[record], **params)
    assert name_in(odoo, record, french) == f"{unique} en"


def test_a_language_must_be_active(odoo: OdooClient, unique: str) -> None:
    """A text in a language that is not active is refused."""
    record = odoo.create(MODEL, {"name": unique})
    params = {"field_name": "name", "translations": {"tlh_TLH": "x"}}
    with pytest.raises(Refused):
        odoo.execute(MODEL, "update_field_translations", ids=[record], **params)


def test_partners_offer_the_active_languages(odoo: OdooClient, french: str) -> None:
    """The choices of `lang` follow what is active."""
    described = odoo.fields_get("res.partner", ["lang"], ["selection"])
    assert {"en_US", french} <= {code for code, _ in described["lang"]["selection"]}


def test_fields_are_described_in_a_language_that_is_active(odoo: OdooClient, french: str) -> None:
    """In another one they are not."""
    described = odoo.fields_get("res.partner", ["type"], ["selection"], context={"lang": french})
    assert [value for value, _ in described["type"]["selection"]] == ["contact", "invoice", "delivery", "other"]
    with pytest.raises(Refused, match="Invalid language code: fi_FI"):
        odoo.fields_get("res.partner", ["type"], ["selection"], context={"lang": "fi_FI"})
