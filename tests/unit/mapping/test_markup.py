"""Text as HTML, and which cells look as if the job says the wrong one of the two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes.html import paragraph
from odoo_etl.fieldtypes.html_tokens import cleaned
from odoo_etl.mapping.markup import Mistaken, looks_like_html, looks_like_text, mistaken_values


@pytest.mark.parametrize(
    "text", ["<p>x</p>", "a<br>b", "<BR/>", 'see <a href="x">y</a>', "a&nbsp;b", "R&amp;D", "&#8364; 5"]
)
def test_what_looks_like_html(text):
    """Tags that people use, and entities."""
    assert looks_like_html(text)
    assert not looks_like_text(text)


@pytest.mark.parametrize("text", ["", "a < b > c", "R&D; x", "<john@example.com>", "i<b", "x <y> z", "a & b", "<3"])
def test_what_is_plain(text):
    """Signs alone are no markup."""
    assert not looks_like_html(text)


@pytest.mark.parametrize(
    ("text", "looks"), [("a\nb", True), ("a\r\nb", True), ("a <3", True), ("a\n", False), ("a", False)]
)
def test_what_looks_like_text(text, looks):
    """Only where something of it would get lost."""
    assert looks_like_text(text) is looks


def test_values_are_looked_at_as_the_cells_they_were():
    """A text that became a paragraph has no markup of its own; fields that are left alone have none."""
    values = [paragraph("a\n<b>b</b>"), paragraph("a\nb < c"), False, paragraph("R&amp;D")]
    assert mistaken_values(values, html=False) == ["a\n<b>b</b>", "R&amp;D"]
    assert mistaken_values(["a\nb", "<p>a</p>", False], html=True) == ["a\nb"]


def test_the_notes_say_how_many_and_the_way_out():
    """One sentence a field, however many chunks there were."""
    found = Mistaken()
    found.add({"comment": ["<p>x</p>"], "note": []})
    found.add({"comment": ["<p>y</p>"] * 1200, "page": ["a\nb"]})
    assert list(found.notes(frozenset({"page"}))) == [
        (
            "comment: 1,201 cells look like HTML, such as '<p>x</p>': the tags are written as text"
            " (type: html takes them as HTML)"
        ),
        "page: 1 cell looks like text, such as 'a\\nb': read as HTML, lines and signs get lost (remove type: html)",
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t")))
def test_different_texts_are_different_html(text):
    """And the same text is the same, as we compare it."""
    assert cleaned(paragraph(text)) == cleaned(paragraph(text.replace("\n", "\r\n")))
    assert cleaned(paragraph(text + "x")) != cleaned(paragraph(text + "y"))
