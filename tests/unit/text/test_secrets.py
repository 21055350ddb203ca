"""Secrets are found in every spelling that an echo may have."""

from __future__ import annotations

import json
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.text.secrets import SHORTEST, redacted

WAYS = [str, escape, quote, repr, json.dumps, lambda text: json.dumps(text, ensure_ascii=False)]
SECRETS = st.text(min_size=SHORTEST).filter(lambda text: "***" not in text and text.isprintable())


@given(SECRETS, st.sampled_from(WAYS), st.sampled_from(WAYS))
def test_a_secret_is_blotted_however_it_is_spelled(secret, inner, outer):
    """Also where one echo holds another: a body of JSON in Python's repr."""
    assert secret not in redacted(f"(7, {outer(inner(secret))}, 7)", [secret])


@pytest.mark.parametrize("secret", ["", "abc", None, 12345])
def test_words_like_any_other_stay(secret):
    """Blotting a short secret would tell it; what is no text is none."""
    assert redacted("abc 12345", [secret]) == "abc 12345"


def test_the_longer_of_two_secrets_goes_first():
    """Else the rest of it would show."""
    assert redacted("secret-tail", ["secret", "secret-tail"]) == "***"
