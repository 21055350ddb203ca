"""Values of planned changes as people read them."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.plans.value_texts import cut_around_difference, difference_of, shown, value_of
from odoo_etl.results import ChangedField

CHAR, FLOAT, PRICE = ChangedField("char"), ChangedField("float"), ChangedField("float", digits=2)
LONG = "The quick brown fox jumps over the lazy dog, and again over "


@pytest.mark.parametrize(
    ("field", "old", "new", "told"),
    [
        (CHAR, "a", "b", "a → b"),
        (CHAR, "a", None, "a → (empty)"),
        (CHAR, None, "b", "(empty) → b"),
        (ChangedField("boolean"), True, False, "yes → no"),
        (ChangedField("integer"), 3, 0, "3 → 0"),
        (PRICE, 5.0, 6.5, "5.00 → 6.50"),
        (PRICE, 5, 6.504, "5 → 6.504"),
        (FLOAT, 5.0, 0.1, "5 → 0.1"),
        (ChangedField("date"), "2024-02-29", None, "2024-02-29 → (empty)"),
        (ChangedField("html"), "<p>a</p>", "<b>\na</b>", "<p>a</p> → <b>\\na</b>"),
        (ChangedField("binary"), None, "a.png, 12,345 bytes, sha1 0a1b", "(empty) → (a.png, 12.3 kB, sha1 0a1b)"),
        (ChangedField("binary"), "999 bytes, sha1 0a1b", None, "(999 B, sha1 0a1b) → (empty)"),
        (ChangedField("properties"), {}, {"color": "rot"}, '(empty) → {"color": "rot"}'),
        (None, "x", "a\x1b[31mb\u202e\t", "x → a\\u001b[31mb\\u202e\\t"),
    ],
)
def test_a_value_is_shown_as_its_field_is(field, old, new, told):
    """Numbers with the digits of the field unless they have more, nothing as a word, everything in one line."""
    assert difference_of((old, new), None, field) == told


@pytest.mark.parametrize(
    ("pair", "names", "told"),
    [
        ((57, 12), ("Germany", "Austria"), "Germany → Austria"),
        ((57, None), ("Germany", None), "Germany → (empty)"),
        ((None, None), (None, None), "(empty) → (empty)"),
        ((1, 2), ("Anna", "Anna"), "Anna (id 1) → Anna (id 2)"),
        (([1, 2], [1, 3]), (["Red", "Blue"], ["Red", "Gold (new)"]), "+Gold (new) -Blue"),
        (([1], {"add": [2]}), (["Red"], {"add": ["Blue"]}), "+Blue"),
        (([1], {"remove": [1]}), (["Red"], {"remove": ["Red"]}), "-Red"),
        (([], [3]), ([], ["Red"]), "+Red"),
        (([1], []), (["Red"], []), "-Red"),
    ],
)
def test_records_go_by_their_names(pair, names, told):
    """Of several those that come and go; two of one name by their ids as well."""
    assert difference_of(pair, names, ChangedField("many2one", "res.country")) == told


def test_many_records_are_counted():
    """As many names as there is room for."""
    names = [f"Tag number {number}" for number in range(20)]
    assert difference_of(([], [*range(20)]), ([], names), None, 38) == "+Tag number 0 and 19 more"
    assert difference_of(([], [*range(20)]), ([], names), None, 40) == "+Tag number 0 +Tag number 1 and 18 more"
    assert difference_of(([], [1, 2]), ([], ["x" * 50, "y"]), None, 30) == f"+{'x' * 17}… and 1 more"


@pytest.mark.parametrize(
    ("pair", "names", "told"),
    [
        ((None, "a"), None, "a"),
        ((None, None), None, "(empty)"),
        ((None, [1, 2]), (None, ["Red", "Blue"]), "Red, Blue"),
        ((None, {"add": [1]}), (None, {"add": ["Red"]}), "+Red"),
        ((None, "x" * 100), None, "x" * 59 + "…"),
    ],
)
def test_a_new_value_stands_alone(pair, names, told):
    """There is nothing old."""
    assert value_of(pair, names, CHAR) == told


@pytest.mark.parametrize(
    ("old", "new", "cut_old", "cut_new"),
    [
        ("short", "other", "short", "other"),
        (LONG + "the cat", LONG + "the dog", "…in over the cat", "…in over the dog"),
        (LONG + "1" + "x" * 80, LONG + "2", "… again over 1" + "x" * 15 + "…", "… again over 2"),
        ("a" * 90, "b" * 90, "a" * 29 + "…", "b" * 29 + "…"),
        ("(empty)", LONG, "(empty)", LONG[:29] + "…"),
        ("Deco", "Deco and a name that is longer", "Deco", "Deco and a name that is longer"),
        ("Deco", "Deco and a name that is longer still", "Deco", "Deco and a name that is longe…"),
    ],
)
def test_two_long_texts_show_where_they_differ(old, new, cut_old, cut_new):
    """However far behind that is."""
    told_old, told_new = cut_around_difference(old, new, 30)
    assert (told_old, told_new) == (cut_old, cut_new)
    assert max(len(told_old), len(told_new)) <= 30
    assert (told_old != told_new) is (old != new)


def test_letters_of_all_scripts_are_shown():
    """Also blanks that do not break, and half a character as its code."""
    assert (
        shown("Šťastný 株式会社 🙂 12\N{NO-BREAK SPACE}kg \ud800")
        == "Šťastný 株式会社 🙂 12\N{NO-BREAK SPACE}kg \\ud800"
    )
