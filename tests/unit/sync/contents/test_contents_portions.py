"""Calls are as large as their contents allow."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import Content, StoredContent
from odoo_etl.sync.contents import bytes_in, portions


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([4, 6, 1], [[4, 6], [1]]),
        ([11, 1, 12], [[11], [1], [12]]),
        ([0, 0, 0], [[0, 0, 0]]),
        ([5, 5, 5, 5], [[5, 5], [5, 5]]),
    ],
)
def test_portions(sizes, expected):
    """At the limit is not beyond it; what is larger alone goes alone."""
    assert [list(one) for one in portions(sizes, lambda size: size, most=10)] == expected


def test_bytes_of_values():
    """Of contents by reference, of texts, and of what stands in lines."""
    image = Content("a", "/a", 1000, "x")
    assert bytes_in(["four", 7, None, image, StoredContent(20, "y"), [[0, 0, {"scan": image}]]]) == 2024
