"""Files over HTTP: copied where they are new or changed, with a login that shows nowhere."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.copies.on_web import ATTEMPTS, fetched
from odoo_etl.web import KeptDownloads
from tests.unit.sources.copies.conftest import refusal, rows_of

ROWS = b"a;b\n1;2\n"
SHEET = "/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"


def test_an_unchanged_file_is_not_sent_again(web, csv):
    """The second run is answered by 304; a changed file is read as it is now."""
    web.page("/a.csv", ROWS, ETag='"1"')
    url = web.url("/a.csv")
    assert rows_of(csv(url)) == {url: [("1", "2")]}
    assert rows_of(csv(url)) == {url: [("1", "2")]}
    assert [one.headers.get("If-None-Match") for one in web.requests] == [None, '"1"']
    web.page("/a.csv", b"a;b\n3;4\n", ETag='"2"')
    assert rows_of(csv(url)) == {url: [("3", "4")]}


def test_a_source_asks_once(web, csv):
    """However often its columns and rows are read: half of them could be of another version."""
    web.page("/a.csv", ROWS)
    source = open_source(csv(web.url("/a.csv")))
    assert source.columns() == ["a", "b"]
    web.page("/a.csv", b"c\n7\n")
    assert [chunk.columns for chunk in source.chunks(10)] == [{"a": ["1"], "b": ["2"]}]
    assert web.asked.total() == 1


def test_copies_are_private(web, csv, tmp_path):
    """They hold rows."""
    web.page("/a.csv", ROWS)
    rows_of(csv(web.url("/a.csv")))
    folder = tmp_path / "state" / "downloads"
    assert [one.stat().st_mode & 0o077 for one in (folder, *folder.iterdir())] == [0, 0, 0]


def test_gzip_on_the_way(web, csv):
    """Packed by the server, or a packed file."""
    web.page("/a.csv", gzip.compress(ROWS), Content_Encoding="gzip")
    web.page("/a.csv.gz", gzip.compress(ROWS))
    for path in ("/a.csv", "/a.csv.gz"):
        assert list(rows_of(csv(web.url(path))).values()) == [[("1", "2")]]
    assert web.headers["Accept-Encoding"] == "gzip"


def test_a_login_is_sent_and_not_shown(web, csv):
    """As headers, or as user and password of the address."""
    web.page("/a.csv", ROWS)
    spec = csv(web.url("/a.csv"), storage_options={"headers": {"Authorization": "Bearer s3cret-token"}})
    assert list(rows_of(spec)) == [web.url("/a.csv")]
    assert web.headers["Authorization"] == "Bearer s3cret-token"
    named = csv(web.url("/a.csv").replace("://", "://anna:s3cret%40pass@"))
    assert list(rows_of(named)) == [web.url("/a.csv")]
    assert web.headers["Authorization"] == f"Basic {base64.b64encode(b'anna:s3cret@pass').decode()}"
    assert {"s3cret-token", "s3cret@pass", "s3cret%40pass"} <= spec.secrets | named.secrets


def test_a_login_stays_with_its_server(web, csv):
    """A redirect to another origin, as stores make them, gets no headers."""
    web.page("/a.csv", status=302, Location=web.url("/b.csv", "localhost"))
    web.page("/b.csv", ROWS)
    spec = csv(web.url("/a.csv"), storage_options={"headers": {"X-Api-Key": "s3cret-token"}})
    assert list(rows_of(spec)) == [web.url("/a.csv")]
    assert ["X-Api-Key" in one.headers for one in web.requests] == [True, False]
    web.page("/a.csv", status=302, Location="/b.csv")
    rows_of(csv(web.url("/a.csv"), storage_options={"headers": {"X-Api-Key": "another-token"}}))
    assert ["X-Api-Key" in one.headers for one in web.requests[2:]] == [True, True]


def test_a_signature_in_an_address_does_not_show(web, csv):
    """Neither in the name of the file nor in an error; what tells files apart does."""
    web.page("/a.csv", ROWS)
    path = "/a.csv?part=2&X-Amz-Signature=0123456789abcdef"
    assert list(rows_of(csv(web.url(path)))) == [web.url("/a.csv?part=2&X-Amz-Signature=***")]
    assert web.asked[path] == 1
    assert "0123456789abcdef" not in refusal(csv(web.url(path.replace("a.csv", "none.csv"))))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "no such file (so the server says)"),
        (401, "the server answers 401: it is not for everyone (give one: storage_options: {headers:"),
        (403, "the server answers 403: it is not for everyone (give one: storage_options: {headers:"),
        (400, "the server answers 400"),
    ],
)
def test_answers_that_are_no_file(web, csv, status, reason):
    """Each is asked for once, and says what to do."""
    web.page("/a.csv", b"<html>", status=status)
    assert reason in refusal(csv(web.url("/a.csv")))
    assert web.asked.total() == 1


def test_a_busy_server_is_asked_again(web, csv, tmp_path):
    """Some times, with longer and longer waits between."""
    waits, kept = [], KeptDownloads(tmp_path / "kept")
    kept.begin()
    web.page("/a.csv", status=503)
    with pytest.raises(SourceError, match=f"the server answers 503; it was asked {ATTEMPTS} times"):
        fetched(csv(web.url("/a.csv")), kept, waits.append)
    assert (web.asked["/a.csv"], len(waits)) == (ATTEMPTS, ATTEMPTS - 1)
    assert waits == sorted(waits)


def test_endless_and_slow_answers_end(web, csv, tmp_path):
    """By their size, or by the time they take; nothing is left of them."""
    web.page("/large.csv", b"x" * 5000)
    web.page("/endless.csv", b"x" * 5000, Content_Length="", Connection="close")
    web.page("/slow.csv", [b"a;b\n", b"1;2\n"])
    assert "has 5,000 bytes, more than the 1,000 of max_size" in refusal(csv(web.url("/large.csv"), max_size=1000))
    assert "has more than 1,000 bytes" in refusal(csv(web.url("/endless.csv"), max_size=1000))
    kept = KeptDownloads(tmp_path / "kept")
    kept.begin()
    with pytest.raises(SourceError, match=r"no whole answer within the .* s of timeout; it was asked 3 times"):
        fetched(csv(web.url("/slow.csv"), timeout=0.1), kept, lambda _: None)
    assert not list(tmp_path.rglob("*.part"))


def test_a_cut_off_answer_is_no_file(web, csv, tmp_path):
    """It is shorter than the server says."""
    web.page("/cut.csv", ROWS, Content_Length=str(len(ROWS) + 10), Connection="close")
    kept = KeptDownloads(tmp_path / "kept")
    kept.begin()
    with pytest.raises(SourceError, match="broke off"):
        fetched(csv(web.url("/cut.csv")), kept, lambda _: None)


def test_a_page_in_place_of_a_table(web, csv):
    """As the first bytes of any file say it."""
    web.page("/a.csv", b"<!doctype html><title>Log in</title>", Content_Type="text/html")
    assert "is an HTML page, not CSV" in refusal(csv(web.url("/a.csv")))


def test_a_sheet_is_exported(web, csv):
    """By the address that the browser shows."""
    web.page(f"{SHEET}/export", ROWS, Content_Type="text/csv")
    url = web.url(f"{SHEET}/edit#gid=7")
    assert rows_of(csv(url)) == {url: [("1", "2")]}
    assert list(web.asked) == [f"{SHEET}/export?format=csv&gid=7"]


@pytest.mark.parametrize("answer", [{"Content_Type": "text/html; charset=utf-8"}, {"status": 401}])
def test_a_sheet_that_is_not_shared(web, csv, answer):
    """A page to log in on comes, or a refusal; neither is kept as the sheet."""
    web.page(f"{SHEET}/export", b"<html>", ETag='"1"', **answer)
    spec = csv(web.url(f"{SHEET}/edit"))
    for _ in range(2):
        assert "share it with everyone who has the link" in refusal(spec)


def test_a_copy_that_is_gone_is_fetched_again(web, csv):
    """By whoever reads it, unless it is another file by now."""
    web.page("/a.csv", b"a;b\n" + b"1;2\n" * 10, ETag='"1"')
    source = open_source(csv(web.url("/a.csv")))
    parts = source.ranges(2)
    for path in {Path(part._file.file.stored) for part in parts}:
        path.unlink()
    assert sum(len(chunk.lines) for part in parts for chunk in part.chunks(100)) == 10
    assert web.asked.total() == 2
    web.page("/a.csv", b"a;b\n" + b"1;3\n" * 10)
    for path in {Path(part._file.file.path) for part in parts}:
        path.unlink()
    with pytest.raises(SourceError, match="has changed since the reading began"):
        list(parts[0].chunks(100))
