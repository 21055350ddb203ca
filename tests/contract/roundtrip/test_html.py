"""HTML that a real Odoo has sanitised: still the same to us, and different where it differs."""

from __future__ import annotations

import pytest

from odoo_etl.planning.html import cleaned
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
