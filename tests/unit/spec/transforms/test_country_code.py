"""`country_code`: names in any language, codes of any kind."""

from __future__ import annotations

import pytest
from babel import Locale

from odoo_etl.spec.transforms import Unreadable
from odoo_etl.spec.transforms.country_code import COMMON, country_code, names

# Names as Odoo's own list has them, which the Unicode consortium's list has otherwise.
ODOOS = [
    ("Czech Republic", "CZ"),
    ("Turkey", "TR"),
    ("Russian Federation", "RU"),
    ("Viet Nam", "VN"),
    ("Hong Kong", "HK"),
]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt", "ja", "ar", "ru", "zh"])
def test_names_of_a_language(language):
    """All of them."""
    odd = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    known = {code: name for code, name in Locale(language).territories.items() if len(code) == 2 and code not in odd}
    assert {code: country_code(name) for code, name in known.items()} == {code: code for code in known}


@pytest.mark.parametrize(
    ("text", "code"), [*ODOOS, ("DEU", "DE"), ("de", "DE"), ("276", "DE"), ("UK", "GB"), ("EL", "GR")]
)
def test_codes_and_other_names(text, code):
    """In any case."""
    assert country_code(text) == code


def test_a_misspelt_name_names_its_neighbour():
    """So that a person sees what to write."""
    with pytest.raises(Unreadable, match="deutschland would be DE"):
        country_code("Deutschlnd")


@pytest.mark.parametrize("text", ["EU", "ZZ", "European Union"])
def test_groups_of_countries_are_none(text):
    """Odoo has no country for them."""
    with pytest.raises(Unreadable):
        country_code(text)


def test_common_languages_say_what_all_say():
    """They are looked at first, and no language has one of their names for another country."""
    every = names()
    assert {name: codes for name, codes in names(COMMON).items() if every[name] != codes} == {}
