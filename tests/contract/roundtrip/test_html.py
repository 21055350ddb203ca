"""HTML that a real Odoo has sanitised: still the same to us, and different where it differs."""

from __future__ import annotations

import random

import pytest

from odoo_etl.fieldtypes.html_tokens import cleaned
from tests.contract.roundtrip.conftest import CONTEXT
from tests.contract.roundtrip.snippets import DIFFERENT, SNIPPETS

pytestmark = pytest.mark.odoo


@pytest.fixture(scope="module")
def stored(client):
    """What Odoo gives back for each snippet, written and read in two calls."""
    sent = list(dict.fromkeys([*SNIPPETS, *(snippet for pair in DIFFERENT for snippet in pair)]))
    partners = [{"name": f"html {n}", "comment": snippet} for n, snippet in enumerate(sent)]
    ids = client.create("res.partner", partners, context=CONTEXT)
    rows = {row["id"]: row["comment"] for row in client.read("res.partner", ids, ["comment"])}
    return {snippet: rows[one] or "" for snippet, one in zip(sent, ids, strict=True)}


@pytest.mark.parametrize("sent", SNIPPETS)
def test_what_comes_back_is_what_was_sent(stored, sent):
    """The cleaned form of both is equal, so a second run writes nothing."""
    assert cleaned(sent) == cleaned(stored[sent])


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_contents_stay_different(stored, one, other):
    """A change of content is never taken for Odoo's own cleaning."""
    assert cleaned(one) != cleaned(stored[other])
    assert cleaned(other) != cleaned(stored[one])


def test_random_html_comes_back_as_it_was_sent(client):
    """Three hundred trees of usual elements, in one call."""
    chance = random.Random(19)
    sent = [_tree(chance) for _ in range(300)]
    ids = client.create("res.partner", [{"name": "random", "comment": html} for html in sent], context=CONTEXT)
    rows = {row["id"]: row["comment"] or "" for row in client.read("res.partner", ids, ["comment"])}
    assert [html for html, one in zip(sent, ids, strict=True) if cleaned(html) != cleaned(rows[one])] == []


def _tree(chance, depth=0):
    """Well-formed HTML, blocks outside and inline elements inside."""
    pieces = []
    for _ in range(chance.randint(0, 3)):
        tag = chance.choice(["", "", "p", "h2", "b", "i", "a", "span", "pre", "div", "blockquote", "ul", "ol", "table"])
        style = chance.choice(["", "", ' class="c"', ' style="color:red"', " title='a &amp; b'"])
        if not tag or depth > 3:
            pieces.append(chance.choice(["text", " ", "a &amp; b", "\n", "1 &lt; 2", "é", "&nbsp;", "<br>"]))
        elif tag in {"ul", "ol"}:
            items = "".join(f"<li>{_tree(chance, depth + 2)}</li>" for _ in range(2))
            pieces.append(f"<{tag}{style}>{items}</{tag}>")
        elif tag == "table":
            cells = "".join(f"<td>{_tree(chance, depth + 2)}</td>" for _ in range(2))
            pieces.append(f"<table{style}><tr>{cells}</tr></table>")
        else:
            inline = chance.choice(["in", " w ", "<br>x", "<i>k</i> z", "<code>q</code>", ""])
            inner = _tree(chance, depth + 1) if tag in {"div", "blockquote"} else inline
            pieces.append(f"<{tag}{style}>{inner}</{tag}>")
    return "".join(pieces)
