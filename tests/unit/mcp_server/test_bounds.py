"""Answers: plain, without secrets, no longer than an assistant can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.mcp_server import bounds
from odoo_etl.mcp_server.bounds import MOST_LETTERS, answer, plain

TEXTS = st.text(st.characters(exclude_categories=("C",)), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
)


@dataclass
class One:
    """A value of ours."""

    at: datetime
    where: Path
    how_much: Decimal
    which: tuple[str, ...]


def test_values_of_ours_are_plain():
    """As JSON has them."""
    one = One(datetime(2026, 11, 30, 7, tzinfo=UTC), Path("/x"), Decimal("1.50"), ("a",))
    assert plain({"one": one, 2: {3}}) == {
        "one": {"at": "2026-11-30T07:00:00+00:00", "where": "/x", "how_much": "1.50", "which": ["a"]},
        "2": [3],
    }


@pytest.mark.parametrize("secret", ["s3cret", 'quo"te', "null", "12345"])
def test_secrets_are_redacted_wherever_they_stand(secret):
    """In texts and names, however they look; what is no text stays as it is."""
    told = answer({"said": [f"a {secret} b", {f"of {secret}": None}], "number": 12345}, [secret])
    assert told == {"said": ["a *** b", {"of ***": None}], "number": 12345}


def test_a_secret_that_is_cut_is_redacted_before():
    """No part of it is left at the end of what is shown."""
    told = answer({"text": "x" * 1995 + "verysecret" + "y" * 100}, ["verysecret"])
    assert "very" not in told["text"]


def test_control_characters_are_made_visible():
    """An assistant shows answers in terminals."""
    assert answer({"text": "a\x1b[31m\x00b"}, []) == {"text": "a\\x1b[31m\\x00b"}


@given(st.dictionaries(TEXTS, JSON, max_size=5))
def test_small_answers_stay_as_they_are(value):
    """Names and values in their order."""
    assert answer(value, []) == value


@pytest.mark.parametrize(
    "value",
    [
        {"rows": [{"cell": "x" * 5_000}] * 1_000},
        {"rows": {f"c{number}": "x" * 100 for number in range(10_000)}},
        {"rows": [{"cells": {f"{number}{'x' * 100_000}": "y" for number in range(20)}}]},
        {"text": "x" * 1_000_000},
        {"deep": [[["x" * 1_000] * 100] * 30] * 10},
    ],
)
def test_large_answers_are_cut(value):
    """Where, is told."""
    told = json.dumps(answer(value, []), ensure_ascii=False)
    assert len(told) <= MOST_LETTERS
    assert "more" in told


def test_names_that_are_cut_stay_apart():
    """Of columns that begin alike."""
    told = answer({"cells": {f"{'x' * 3_000}{end}": end for end in "ab"}}, [])
    assert list(told["cells"].values()) == ["a", "b"]


@pytest.mark.parametrize(
    "value",
    [
        {"rows": {f"c{number}": "x" * 1_000 for number in range(10_000)}},
        {"rows": [["x" * 1_000] * 100] * 100},
        {"text": "x" * 10_000_000},
        {"many": [1] * 200_000, "behind": ["x"] * 1_000},
    ],
)
def test_no_more_is_looked_at_than_there_is_room_for(monkeypatch, value):
    """Secrets are looked for in what may be told, and that costs time: the rest of millions of cells is left out."""
    looked = []
    monkeypatch.setattr(bounds, "redacted", lambda text, _: looked.append(len(text)) or text)
    told = answer(value, ["s3cret"])
    assert sum(looked) <= 2_100_000
    assert "more" in json.dumps(told) or "behind" in value
