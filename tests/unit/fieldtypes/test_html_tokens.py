"""The cleaned form of HTML, without a server; `tests/contract/roundtrip` holds it to a real Odoo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes.html_tokens import cleaned
from tests.contract.roundtrip.snippets import DIFFERENT, SNIPPETS

# As Odoo 19 answered them, with two versions of libxml2 where these differ.
STORED = [
    ("plain text", "<span>plain text</span>"),
    ("plain text", "<p>plain text</p>"),
    ("a & b", "<span>a &amp; b</span>"),
    ("two\r\nlines", "<span>two\nlines</span>"),
    ("a\u00a0b", "<span>a&nbsp;b</span>"),
    ("<p>one<p>two", "<p>one</p><p>two</p>"),
    ("<b><i>x</b></i>", "<b><i>x</i></b>"),
    ("text<p>a</p>", "<p>text</p><p>a</p>"),
    ("<b>loose</b><div>a</div>", "<p><b>loose</b></p><div>a</div>"),
    ("a<script>alert(1)</script>b", "<span>ab</span>"),
    ("<form><input name=a></form>", "<div></div>"),
    ('<p onclick="x()">x</p>', "<p>x</p>"),
    ('<a href="javascript:alert(1)">x</a>', '<a href="">x</a>'),
    ("<custom-tag>x</custom-tag>", "<div>x</div>"),
    ("<blockquote>q</blockquote>", '<blockquote data-o-mail-quote-node="1" data-o-mail-quote="1">q</blockquote>'),
    ("> quoted\n> text", '<span>&gt; quoted<span data-o-mail-quote="1">\n&gt; text</span></span>'),
    ("<a href='x?a=1&region=eu'>l</a>", '<a href="x?a=1&amp;region=eu">l</a>'),
    ('<a href="/a b?c=ü">l</a>', '<a href="/a%20b?c=%C3%BC">l</a>'),
    ('<img src="/a b.png"><a name="a b">l</a>', '<img src="/a%20b.png"><a name="a%20b">l</a>'),
    ("<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>"),
    ("<p", ""),
]


@pytest.mark.parametrize(("sent", "stored"), STORED)
def test_what_odoo_stores_is_what_was_sent(sent, stored):
    """Wrapped, mended and sanitised, it is still the same."""
    assert cleaned(sent) == cleaned(stored)


def test_loose_content_is_one_paragraph_with_the_blocks_inside_it():
    """Up to the first block that stands beside it."""
    loose = [("<", "b"), "a", ("<", "div"), "c", ("/", "div"), ("/", "b"), "d"]
    assert list(cleaned("<b>a<div>c</div></b>d")) == [("<", "p"), *loose, ("/", "p")]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_contents_differ(one, other):
    """A change of content is seen."""
    assert cleaned(one) != cleaned(other)


@pytest.mark.parametrize(("one", "other"), [("100%25", "100%"), ("a%20b", "a b")])
def test_only_addresses_are_written_with_percent_signs(one, other):
    """In other attributes they are what they are."""
    assert cleaned(f'<p title="{one}">x</p>') != cleaned(f'<p title="{other}">x</p>')


@given(st.lists(st.sampled_from([*SNIPPETS, "<", ">", "</", "<p", "</div>", "&", "<li>", "<td>", " "]), max_size=6))
def test_any_soup_has_balanced_tokens(pieces):
    """Every element that starts ends, in order, whatever was cut off or left open."""
    void = {"area", "br", "col", "hr", "img", "source", "track", "wbr"}
    still_open: list[str] = []
    for token in cleaned("".join(pieces)):
        if isinstance(token, tuple) and token[0] == "<" and token[1] not in void:
            still_open.append(token[1])
        elif isinstance(token, tuple) and token[0] == "/":
            assert still_open.pop() == token[1]
    assert not still_open
