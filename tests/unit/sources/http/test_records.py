"""Web APIs read as a job reads them: pages of every kind, once each, and what only a whole reading can notice."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from tests.unit.sources.http.conftest import rows_of
from tests.web import as_json

ALL = [{"id": number} for number in range(1, 8)]


def pages_of(web, size=3, path="/orders"):
    """Serve ALL in pages, whose next one every known way leads to."""

    def answer(request):
        number, offset = int(request.params.get("page", 1)), int(request.params.get("offset", -1))
        if "cursor" in request.params:
            offset = int(request.params["cursor"][1:])
        if "after" in request.params:
            offset = int(request.params["after"])
        first = offset if offset >= 0 else (number - 1) * size
        items, rest = ALL[first : first + size], ALL[first + size :]
        after = f"c{first + size}" if rest else None
        link = web.url(f"{path}?page={number + 1}")
        meta = {"next": after, "count": len(ALL), "pages": 3, "more": bool(rest)}
        beside = {"Link": f'<{web.url(path)}>; rel="first", <{link}>; rel="next"'} if rest else {}
        return as_json({"items": items, "meta": meta, "next": link if rest else None}, **beside)

    web.page(path, answer)


WAYS = {
    "link": ({"type": "link"}, 3),
    "url": ({"type": "url", "at": "next"}, 3),
    "cursor": ({"type": "cursor", "at": "meta.next", "param": "cursor"}, 3),
    "cursor of the last record": ({"type": "cursor", "of_last": "id", "param": "after"}, 4),
    "cursor of the last record, more": ({"type": "cursor", "of_last": "id", "param": "after", "more": "meta.more"}, 3),
    "page": ({"type": "page", "param": "page"}, 4),
    "page, count": ({"type": "page", "param": "page", "count": "meta.pages"}, 3),
    "page, total": ({"type": "page", "param": "page", "total": "meta.count"}, 3),
    "page, more": ({"type": "page", "param": "page", "more": "meta.more"}, 3),
    "offset": ({"type": "offset", "param": "offset"}, 4),
    "offset, total": ({"type": "offset", "param": "offset", "total": "meta.count"}, 3),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_record_comes_once_whichever_way_pages_follow(api, web, way):
    """All pages are asked for, in order, and none after the last one."""
    pages, requests = WAYS[way]
    pages_of(web)
    assert api.rows(pages=pages) == ALL
    assert len(web.requests) == requests


def test_pages_are_asked_for_once_however_often_the_rows_are_read(api, web):
    """Columns and rows are those of one reading."""
    pages_of(web)
    source = api.source(api.spec(pages={"type": "link"}))
    assert (source.columns(), rows_of(source), rows_of(source, 2)) == (["id"], ALL, ALL)
    assert len(web.requests) == 3


def test_a_single_page_needs_no_pages(api, web):
    """Without `pages`, one request is sent."""
    web.page("/orders", as_json([{"id": 1}, {"id": 2}])[2])
    assert (api.rows(), len(web.requests)) == ([{"id": 1}, {"id": 2}], 1)


def test_values_keep_their_types_and_nested_ones_become_columns_and_rows(api, web):
    """As for files of JSON."""
    web.page("/orders", b'{"data": [{"no": "01", "sum": 1.10, "to": {"city": "Ulm"}, "lines": [{"sku": "A"}]}]}')
    assert api.rows(records="data") == [
        {"no": "01", "sum": Decimal("1.10"), "to.city": "Ulm"},
        {"no": "01", "sum": Decimal("1.10"), "to.city": "Ulm", "lines.sku": "A"},
    ]


def test_lines_of_json(api, web):
    """Each line is a record; blank ones are none."""
    web.page("/orders", b'{"id": 1}\n\n{"id": 2}\r\n{"id": 3}')
    assert api.rows(format="jsonl") == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_lines_of_json_in_pages(api, web):
    """Pages are counted until one has no line."""
    web.page(
        "/orders", lambda asked: (200, {}, b'{"id": %s}\n' % asked.params["n"].encode() * (asked.params["n"] < "3"))
    )
    assert api.rows(format="jsonl", pages={"type": "page", "param": "n"}) == [{"id": 1}, {"id": 2}]


def test_what_is_sent(api, web):
    """Parameters, those in the address among them, headers, and a body that says which page."""

    def answer(request):
        return as_json({"items": [{"n": n} for n in range(request.json["from"], min(request.json["from"] + 2, 3))]})

    web.page("/search", answer)
    keys = {"method": "POST", "json": {"filter": {"state": "open"}}, "headers": {"X-Tenant": "t1"}}
    params = {"status": ["a b", "c"], "deep": True, "n": 5}
    assert api.rows("/search?fix=1", **keys, params=params, pages={"type": "offset", "body": "from"}) == [
        {"n": 0},
        {"n": 1},
        {"n": 2},
    ]
    first = web.requests[0]
    assert first.path == "/search?fix=1&status=a%20b&status=c&deep=true&n=5"
    assert [one.json["from"] for one in web.requests] == [0, 2, 3]
    assert first.json["filter"] == {"state": "open"}
    assert (first.headers["X-Tenant"], first.headers["Content-Type"]) == ("t1", "application/json")
    assert first.headers["User-Agent"] == "odoo-etl"


@pytest.mark.parametrize(
    ("page", "pages", "words"),
    [
        (
            as_json({"items": [{"n": 1}], "next": "/orders"}),
            {"type": "url", "at": "next"},
            "page 1 leads back to a page",
        ),
        (as_json({"items": [{"n": 1}], "c": 5}), {"type": "cursor", "at": "c", "param": "c"}, "have the same records"),
        (as_json({"items": [{"n": 1}]}), {"type": "page", "param": "p"}, "pages 1 and 2 have the same records"),
        (as_json({"items": [{"n": 1}]}), {"type": "offset", "param": "o"}, "pages 1 and 2 have the same records"),
        (as_json([{"n": 1}], Link='</orders>; rel="next"'), {"type": "link"}, "page 1 leads back to a page"),
    ],
)
def test_pages_that_go_round_are_an_error(api, web, page, pages, words):
    """No run asks for ever, and no page counts twice."""
    web.page("/orders", lambda _: page)
    with pytest.raises(SourceError, match=words) as caught:
        api.rows(pages=pages)
    assert caught.value.at == ("source", "pages")


def test_cursors_that_go_round_are_an_error(api, web):
    """Also where each page has other records."""
    web.page(
        "/orders",
        lambda asked: as_json(
            {
                "items": [{"n": len(web.requests)}],
                "c": "b" if "c" not in asked.params else "a" if asked.params["c"] == "b" else "b",
            }
        ),
    )
    with pytest.raises(SourceError, match="page 3 leads back to a page that was read"):
        api.rows(pages={"type": "cursor", "at": "c", "param": "c"})


def test_too_many_pages(api, web):
    """At the limit all is well; beyond it nobody knows."""
    pages_of(web)
    assert len(api.rows(pages={"type": "link"}, max_pages=3)) == 7
    with pytest.raises(SourceError, match="more pages than max_pages, 2") as caught:
        api.rows(pages={"type": "link"}, max_pages=2)
    assert caught.value.at == ("source", "max_pages")


def test_too_many_bytes(api, web):
    """Those of all pages together count."""
    web.page("/orders", lambda asked: as_json([{"t": "x" * 90, "n": asked.params["p"]}] * (asked.params["p"] < "4")))
    each = len(as_json([{"t": "x" * 90, "n": "1"}])[2])
    pages = {"type": "page", "param": "p"}
    assert len(api.rows(pages=pages, max_bytes=3 * each + 2)) == 3
    with pytest.raises(SourceError, match="more than max_bytes, 300;") as caught:
        api.rows(pages=pages, max_bytes=300)
    assert caught.value.at == ("source", "max_bytes")


def test_records_that_come_twice_count_once(api, web):
    """While people write, records move to later pages; with `record_id` the last one stands, in its first place."""
    pages = {"1": [{"id": 1, "s": "a"}, {"id": 2, "s": "a"}], "2": [{"id": 2, "s": "b"}, {"id": 3, "s": "a"}], "3": []}
    web.page("/orders", lambda asked: as_json(pages[asked.params["p"]]))
    found = api.rows(pages={"type": "page", "param": "p"}, record_id="id")
    assert found == [{"id": 1, "s": "a"}, {"id": 2, "s": "b"}, {"id": 3, "s": "a"}]
    assert len(api.rows(pages={"type": "page", "param": "p"})) == 4


def test_records_without_a_key_are_never_the_same(api, web):
    """A null says nothing; keys of several values are equal as a whole."""
    web.page("/orders", as_json([{"a": 1, "b": None}, {"a": 1, "b": None}, {"a": 1, "b": 2}, {"a": 1, "b": 2}])[2])
    assert len(api.rows(record_id=["a", "b"])) == 3


def test_a_key_that_no_record_has(api, web):
    """A slip of the pen does not switch the comparison off; one record with the key is enough."""
    web.page("/orders", as_json([{"id": 1, "no": 1}, {"id": None, "no": 2}])[2])
    assert len(api.rows(record_id=["id", "no"])) == 2
    web.page("/orders", as_json([{"id": 1}])[2])
    with pytest.raises(SourceError, match=r"the records have no 'idd' \(did you mean 'id'\?\)"):
        api.rows(record_id="idd")


def test_fewer_records_than_promised(api, web):
    """A record that moves to a page that was read is missed: the count tells."""
    pages = {"": [{"id": 1}, {"id": 2}], "2": []}
    web.page("/orders", lambda asked: as_json({"items": pages.get(asked.params.get("p", ""), []), "total": 3}))
    way = {"type": "cursor", "of_last": "id", "param": "p", "total": "total"}
    with pytest.raises(SourceError, match="2 records came of the 3 that total promises") as caught:
        api.rows(pages=way)
    assert caught.value.at == ("source", "pages", "total")


def test_an_address_on_another_host_is_not_asked(api, web):
    """What an answer names is no reason to ask others."""
    web.page("/orders", as_json({"items": [{"n": 1}], "next": "http://169.254.169.254/x"})[2])
    with pytest.raises(SourceError, match="its next page is on another host, 169"):
        api.rows(pages={"type": "url", "at": "next"})


STAMPS = [
    {"id": 1, "at": "2024-05-01T12:00:00+02:00"},
    {"id": 2, "at": "2024-05-01T09:59:59.5Z"},
    {"id": 3, "at": None},
    {"id": 4, "at": "2024-05-01T10:00:00.250+00:00"},
]


def test_incremental_rows_are_sorted_by_their_cursor(api, web):
    """As moments, whatever zone and digits they are written with; those without one come first, and each time."""
    web.page("/orders", as_json(STAMPS)[2])
    source = api.source(api.spec(incremental={"cursor": "at", "param": "since"}))
    assert [row["id"] for row in rows_of(source)] == [3, 2, 1, 4]
    assert (source.cursor, api.asked) == ("at", ["/orders"])
    assert [line for chunk in source.chunks(3) for line in chunk.lines] == [1, 2, 3, 4]


def test_incremental_asks_since_the_watermark(api, web):
    """The server is asked, and what it gives from before that is left out."""
    web.page("/orders", as_json(STAMPS)[2])
    found = api.rows(watermark="2024-05-01T10:00:00Z", incremental={"cursor": "at", "param": "since"})
    assert [row["id"] for row in found] == [3, 1, 4]
    assert web.requests[0].params == {"since": "2024-05-01T10:00:00Z"}


@pytest.mark.parametrize(
    ("keys", "watermark", "said"),
    [
        ({"lag": "10m"}, "2024-05-01T10:00:00Z", "2024-05-01T09:50:00Z"),
        ({"initial": "2024-01-01"}, None, "2024-01-01"),
        ({"initial": "2024-01-01"}, "2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
        ({"value": "modified ge {since}"}, "2024-05-01T10:00:00Z", "modified ge 2024-05-01T10:00:00Z"),
        ({"lag": "0.5"}, Decimal("17.25"), "16.75"),
        ({}, 10**12, "1000000000000"),
    ],
)
def test_what_the_server_is_asked_for(api, web, keys, watermark, said):
    """The watermark less the lag, or where the first run begins, in the words of the server."""
    web.page("/orders", b"[]")
    api.rows(watermark=watermark, incremental={"cursor": "at", "param": "since", **keys})
    assert web.requests[0].params == {"since": said}


def test_a_body_may_say_since_when(api, web):
    """Numbers stay numbers there."""
    web.page("/orders", b"[]")
    keys = {"method": "POST", "json": {"a": {"b": 1}}, "incremental": {"cursor": "at", "body": "a.since"}}
    api.rows(watermark=17, **keys)
    api.rows(watermark="2024-05-01", **keys)
    assert [one.json for one in web.requests] == [{"a": {"b": 1, "since": 17}}, {"a": {"b": 1, "since": "2024-05-01"}}]


def test_a_cursor_that_no_record_has(api, web):
    """Else each run would read everything, and sort it by nothing."""
    web.page("/orders", as_json([{"updated_at": 1}])[2])
    with pytest.raises(SourceError, match=r"have no 'updatedat' \(did you mean 'updated_at'"):
        api.rows(incremental={"cursor": "updatedat", "param": "since"})


def test_another_process_reads_what_was_asked_for(api, web):
    """Its records are those of this one; the file goes with whoever has asked."""
    pages_of(web)
    source = open_source(api.spec(pages={"type": "link"}))
    assert source.columns() == ["id"]
    copy, again = (pickle.loads(pickle.dumps(source)) for _ in range(2))
    assert (rows_of(copy), rows_of(again), rows_of(source), len(web.requests)) == (ALL, ALL, ALL, 3)
    kept = copy.records._copy
    assert [path.stat().st_mode & 0o077 for path in (kept.parent,)] == [0]
    del source
    assert not kept.parent.exists()


def test_a_process_elsewhere_asks_for_itself(api, web):
    """Where there is no such file, on another machine say, or nothing was asked for yet."""
    pages_of(web)
    source = open_source(api.spec(pages={"type": "link"}))
    assert (rows_of(pickle.loads(pickle.dumps(source))), len(web.requests)) == (ALL, 3)
    source.columns()
    copy = pickle.dumps(source)
    del source
    assert (rows_of(pickle.loads(copy)), len(web.requests)) == (ALL, 9)
