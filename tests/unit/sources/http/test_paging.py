"""From one page to the next, on values alone."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.documents import Page
from odoo_etl.sources.http.paging import Answered, next_link, paging
from odoo_etl.sources.http.requests import PageRequest
from odoo_etl.spec.sources import PagesSpec

START = PageRequest("GET", "https://a.example/x?q=1")


def follow(spec, document, request=START, *, last=None, count=1, number=1, read=1, headers=None):
    """The request after an answer."""
    way = paging(TypeAdapter(PagesSpec).validate_python(spec), request)
    page = Page([{}] * count, document)
    return way.next_page(Answered(way.first, headers or {}, page, count, last, number, read))


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://a/2>; rel="next"', "https://a/2"),
        ("<https://a/2>; rel=next", "https://a/2"),
        ('<https://a/1>; rel="prev", <https://a/3>; rel="next"', "https://a/3"),
        ('<https://a/2>; title="a, b; rel=x"; rel="last next"', "https://a/2"),
        ("<https://a/?x=1,2>; REL=Next; type=a", "https://a/?x=1,2"),
        ('<https://a/2>;rel="nextpage"', None),
        ('<https://a/2>; rel="prev"', None),
        ("https://a/2; rel=next", None),
        ("", None),
    ],
)
def test_links_of_headers(header, link):
    """Relations are words, in any case, quoted or not; commas in addresses and texts separate nothing."""
    assert next_link(header) == link


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/y?p=2", "https://a.example/y?p=2"),
        ("?p=2", "https://a.example/x?p=2"),
        ("https://a.example/z#top", "https://a.example/z"),
        ("http://a.example:80/z?p=2", "https://a.example/z?p=2"),
        (None, None),
        ("", None),
        (False, None),
    ],
)
def test_addresses_of_answers(link, url):
    """Relative ones, and those that a server behind a proxy writes without encryption."""
    found = follow({"type": "url", "at": "n"}, {"n": link})
    assert (found.url if found else None) == url


@pytest.mark.parametrize("link", ["https://b.example/x", "ftp://a.example/x", "https://[", "https://a.example/\x00"])
def test_addresses_that_are_not_asked(link):
    """Other hosts, other protocols, no addresses."""
    with pytest.raises(SourceError, match=r"https://a\.example/x: "):
        follow({"type": "url", "at": "n"}, {"n": link})


@pytest.mark.parametrize(("cursor", "sent"), [("a b&c", "a%20b%26c"), (17, "17"), (0, "0"), ("0", "0")])
def test_cursors(cursor, sent):
    """Are sent as they came, in place of the last one."""
    found = follow({"type": "cursor", "at": "m.c", "param": "after"}, {"m": {"c": cursor}}, START.at("?q=1&after=old"))
    assert found.url == f"https://a.example/x?q=1&after={sent}"


@pytest.mark.parametrize("document", [{"m": {"c": None}}, {"m": {"c": ""}}, {"m": {"c": False}}, {"m": {}}, {}, []])
def test_the_last_page_has_no_cursor(document):
    """In whatever way it says so."""
    assert follow({"type": "cursor", "at": "m.c", "param": "after"}, document) is None


@pytest.mark.parametrize(
    ("spec", "document", "words"),
    [
        ({"type": "url", "at": "n"}, {"n": {"href": "x"}}, "'n' is no address in the answer, but an object"),
        ({"type": "url", "at": "n"}, {"n": True}, "but true or false"),
        ({"type": "cursor", "at": "c", "param": "p"}, {"c": ["x"]}, "'c' is no cursor in the answer, but a list"),
        ({"type": "cursor", "at": "c", "param": "p"}, {"c": True}, "'c' is no cursor"),
        ({"type": "cursor", "of_last": "id", "param": "p"}, {}, "the last record of a page has no 'id'"),
        ({"type": "page", "param": "p", "count": "c"}, {}, "'c', the number of pages, is missing"),
        ({"type": "page", "param": "p", "count": "c"}, {"c": "many"}, "'c', the number of pages, is a text"),
        ({"type": "offset", "param": "p", "total": "t"}, {"t": True}, "'t', the number of records, is true or false"),
        ({"type": "page", "param": "p", "more": "m"}, {}, "the answer has no 'm', which says whether more follow"),
    ],
)
def test_answers_that_do_not_say_it(spec, document, words):
    """A slip of the pen is no last page, as far as anybody can know."""
    with pytest.raises(SourceError, match=words) as caught:
        follow(spec, document, last={"n": 1})
    assert caught.value.at == ("source", "pages")


@pytest.mark.parametrize(
    ("more", "follows"),
    [(True, True), (False, False), ("true", True), ("false", False), (1, True), (0, False), ("0", False)],
)
def test_more(more, follows):
    """Says whether another page follows, whatever else it says."""
    for way in ({"type": "page", "param": "p"}, {"type": "cursor", "at": "c", "param": "p"}):
        assert (follow({**way, "more": "m"}, {"m": more, "c": "x"}) is not None) == follows


@pytest.mark.parametrize(("number", "follows"), [(1, True), (2, True), (3, False)])
def test_counted_pages(number, follows):
    """The last one is the one whose number is the count, also as text."""
    for count in (3, "3"):
        found = follow({"type": "page", "param": "p", "count": "c"}, {"c": count}, number=number, read=number)
        assert (found.url if found else None) == (f"https://a.example/x?q=1&p={number + 1}" if follows else None)


def test_numbers_begin_where_the_job_says():
    """And count on from there."""
    found = follow({"type": "page", "param": "p", "first": 0}, {}, number=4)
    assert found.url == "https://a.example/x?q=1&p=4"
    found = follow({"type": "offset", "param": "o", "first": 1}, {}, number=4, read=60)
    assert found.url == "https://a.example/x?q=1&o=61"


def test_a_body_says_which_page():
    """The rest of it stays."""
    start = PageRequest("POST", "https://a.example/x", {"query": "q", "variables": {"first": 10}})
    found = follow({"type": "cursor", "at": "c", "body": "variables.after"}, {"c": "x"}, start)
    assert found.body == {"query": "q", "variables": {"first": 10, "after": "x"}}
    assert start.body == {"query": "q", "variables": {"first": 10}}
