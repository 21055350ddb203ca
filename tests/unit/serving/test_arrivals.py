"""Files that have arrived: new ones, whole ones, and those that are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.serving.arrivals import Inbox, key_of, listing_of, why_not
from odoo_etl.spec import CsvSource

NAMES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"]), max_size=3)


def csv(path: str) -> CsvSource:
    """A source."""
    return CsvSource.model_validate({"type": "csv", "path": path})


def test_files_of_this_machine_are_listed_with_size_and_time(tmp_path):
    one = tmp_path / "one.csv"
    one.write_text("a")
    (tmp_path / "~$one.csv").write_text("a")
    (tmp_path / "folder.csv").mkdir()
    first = listing_of([csv(f"{tmp_path}/*.csv")])
    assert list(first) == [str(one)]
    one.write_text("ab")
    assert listing_of([csv(f"{tmp_path}/*.csv")])[str(one)] != first[str(one)]
    assert listing_of([csv(f"{tmp_path}/*.txt"), csv(str(one))]).keys() == {str(one)}


def test_files_of_a_store_are_listed_as_well():
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe("/inbox_a/one.csv", b"a")
    try:
        listing = listing_of([csv("memory://inbox_a/*.csv")])
        assert list(listing) == ["memory://inbox_a/one.csv"]
        system.pipe("/inbox_a/one.csv", b"ab")
        assert listing_of([csv("memory://inbox_a/*.csv")]) != listing
        assert listing_of([csv("memory://inbox_a/*.txt")]) == {}
    finally:
        system.rm("/inbox_a", recursive=True)


def test_a_store_that_does_not_tell_is_no_empty_one():
    with pytest.raises(SourceError, match="nobody knows the protocol"):
        listing_of([csv("nosuch://inbox/*.csv")])


def test_a_new_file_counts_once_it_has_stayed_the_same():
    now = [0.0]
    inbox = Inbox([], 30.0, lambda: now[0])
    assert inbox.look({"a": "1"}) is None
    now[0] = 29.0
    assert inbox.look({"a": "2"}) is None
    now[0] = 58.0
    assert inbox.look({"a": "2"}) is None
    assert inbox.is_settling
    now[0] = 59.0
    arrived = inbox.look({"a": "2"})
    assert arrived is not None
    assert arrived.files == ["a"]


def test_all_new_files_wait_for_the_last_of_them():
    now = [0.0]
    inbox = Inbox([key_of("old", "1")], 30.0, lambda: now[0])
    assert inbox.look({"old": "1", "a": "1"}) is None
    now[0] = 30.0
    assert inbox.look({"old": "1", "a": "1", "b": "1"}) is None
    now[0] = 60.0
    arrived = inbox.look({"old": "1", "a": "1", "b": "1"})
    assert arrived is not None
    assert arrived.files == ["a", "b"]
    assert arrived.keys == {key_of("old", "1"), key_of("a", "1"), key_of("b", "1")}


@given(st.lists(NAMES, min_size=1, max_size=12))
def test_each_file_is_new_once_as_long_as_it_stays(listings):
    """Whatever comes and goes: what has been seen and lies there still is not new, everything else is."""
    inbox = Inbox([], 0.0, lambda: 0.0)
    seen = set[tuple[str, str]]()
    for listing in listings:
        seen &= set(listing.items())
        inbox.seen -= inbox.gone(listing)
        arrived = inbox.look(listing)
        assert (sorted(arrived.files) if arrived else []) == sorted(name for name, _ in set(listing.items()) - seen)
        if arrived:
            inbox.saw(arrived.keys)
            seen |= set(listing.items())


def test_why_files_cannot_be_looked_for():
    assert why_not({}) == ""
    assert why_not(SourceError("the store is away")) == "the store is away"
    assert why_not(KeyError("x")) == "KeyError: 'x'"
