"""Selections by what they are called."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import BadValue
from odoo_etl.fieldtypes.selection import MOST_LABELS, read_label

LABELS = (
    ("draft", "Entwurf"),
    ("done", "Erledigt"),
    ("cancel", "Abgebrochen  am"),
    ("cle", "Clé"),
    ("DONE", "ERLEDIGT"),
)


def value(text, labels=LABELS):
    """The value that is called so."""
    return read_label("state", labels, "de_DE")(text)


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("Entwurf", "draft"),
        (" entwurf ", "draft"),
        ("abgebrochen am", "cancel"),
        ("cle\u0301", "cle"),
        ("Erledigt", "done"),
    ],
)
def test_a_label_is_its_value(label, wanted):
    """As it stands first; then in any case, with any blanks, in either form of its letters."""
    assert value(label) == wanted


@pytest.mark.parametrize(("labels", "label"), [(LABELS, "erledigt"), ((("a", "X"), ("b", "X")), "X")])
def test_a_label_of_two_values_is_refused(labels, label):
    """Which of them was meant nobody knows."""
    with pytest.raises(BadValue) as caught:
        value(label, labels)
    assert caught.value.code == "ambiguous_label"


@pytest.mark.parametrize("text", ["draft", "Entwrf"])
def test_what_is_no_label_names_those_there_are(text):
    """Also a value; a near one is named twice."""
    with pytest.raises(BadValue, match="Entwurf, Erledigt, Abgebrochen") as caught:
        value(text)
    assert caught.value.code == "bad_label"
    assert ("did you mean 'Entwurf'" in caught.value.reason) == (text == "Entwrf")


def test_a_long_list_is_cut():
    """More are only hinted at."""
    labels = tuple((str(number), f"L{number}") for number in range(MOST_LABELS + 1))
    with pytest.raises(BadValue, match="L39, …"):
        value("x", labels)
