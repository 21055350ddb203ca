"""Requests as values."""

from __future__ import annotations

import pytest

from odoo_etl.sources.http.requests import PageRequest, shown_url, with_params


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?key=secret#part", "https://a.example/x"),
        ("http://ann:secret@a.example:8080/x", "http://a.example:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_what_is_shown_of_an_address(url, shown):
    """Nothing that may be a secret."""
    assert shown_url(url) == shown


@pytest.mark.parametrize(
    ("url", "params", "result"),
    [
        ("https://a/x", {"a": ("1", "2")}, "https://a/x?a=1&a=2"),
        ("https://a/x?a=0&b=&c=1", {"a": ("9",)}, "https://a/x?b=&c=1&a=9"),
        (
            "https://a/x",
            {"$filter": ("a ge 2024-01-01T00:00:00+02:00",)},
            "https://a/x?$filter=a%20ge%202024-01-01T00:00:00%2B02:00",
        ),
        ("https://a/x", {"f[a]": ("ü&=",)}, "https://a/x?f[a]=%C3%BC%26%3D"),
        ("https://a/x#part", {"a": ()}, "https://a/x"),
    ],
)
def test_parameters(url, params, result):
    """Take the place of those of the same name; a plus is no blank."""
    assert with_params(url, params) == result


def test_requests_that_ask_the_same():
    """By method, address and body."""
    one = PageRequest("POST", "https://a/x", {"a": 1, "b": 2})
    assert one.identity == PageRequest("POST", "https://a/x", {"b": 2, "a": 1}).identity
    others = [
        PageRequest("GET", "https://a/x"),
        PageRequest("POST", "https://a/x?p=1", one.body),
        PageRequest("POST", "https://a/x", {"a": 1, "b": 3}),
    ]
    assert len({each.identity for each in (one, *others)}) == 4
