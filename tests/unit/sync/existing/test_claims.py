"""Two rows that stand for one record are found, near and far apart."""

from __future__ import annotations

from odoo_etl.sync.existing.claims import BLOCK, Claims


def test_places_of_one_record_are_found_in_one_batch():
    """Each record with the places that share it."""
    assert Claims().shared({("m.a",): 7, ("m.b",): 7, ("m.c",): 8}) == {7: [("m.a",), ("m.b",)]}


def test_a_place_that_comes_again_is_no_other_row():
    """The second look at a record asks for it once more."""
    claims = Claims()
    assert claims.shared({("m.a",): 7}) == {}
    assert claims.shared({("m.a",): 7}) == {}


def test_a_later_batch_finds_what_an_earlier_one_claimed():
    """Whatever the size of the ids; the first row keeps its claim."""
    claims = Claims()
    for number in (7, BLOCK - 1, BLOCK, 5 * BLOCK + 3, 2**40):
        assert claims.shared({(f"m.a{number}",): number}) == {}
        assert claims.shared({(f"m.b{number}",): number}) == {number: [(f"m.b{number}",)]}
        assert claims.shared({(f"m.a{number}",): number}) == {}
