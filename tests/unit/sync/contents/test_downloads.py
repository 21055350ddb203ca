"""Contents by their addresses: kept, asked for again only where they may have changed, bounded in every way."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import pytest

from odoo_etl.fieldtypes import BadValue, ContentRef, ContentRules
from odoo_etl.sync.contents import Downloads
from odoo_etl.sync.contents.downloads import IN_A_ROW
from odoo_etl.sync.contents.files import NoSuchFile
from odoo_etl.web import KeptDownloads


def ref(url, *, most=1000, timeout_s=5.0, hosts=("127.0.0.1",)):
    """A reference to an address."""
    return ContentRef(url, ContentRules("", most, "reject", on_the_web=True, hosts=hosts, timeout_s=timeout_s))


@pytest.fixture
def downloads(tmp_path):
    """What asks the server, and waits for nothing."""
    return Downloads(KeptDownloads(tmp_path / "downloads"), sleep=lambda _: None)


def refused(downloads, one):
    """The code and reason of a refusal."""
    with pytest.raises(BadValue) as caught:
        downloads.content(one)
    return caught.value.code, caught.value.reason


def test_a_content_is_downloaded(web, downloads):
    """With its size and checksum, into a file of the owner alone."""
    web.page("/a.png", b"red")
    content = downloads.content(ref(web.url("/a.png")))
    assert (content.size, content.sha1) == (3, hashlib.sha1(b"red", usedforsecurity=False).hexdigest())
    assert Path(content.path).read_bytes() == b"red"
    assert Path(content.path).stat().st_mode & 0o077 == 0
    assert Path(content.path).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("header", [{"ETag": '"1"'}, {"ETag": 'W/"1"'}])
def test_what_has_not_changed_is_not_sent_again(web, downloads, tmp_path, header):
    """Also by another run; what has changed is."""
    web.page("/a.png", b"red", **header)
    first = downloads.content(ref(web.url("/a.png")))
    later = Downloads(KeptDownloads(tmp_path / "downloads"))
    assert later.content(ref(web.url("/a.png"))) == first
    assert web.headers["If-None-Match"] == header["ETag"]
    web.page("/a.png", b"blue", ETag='"2"')
    assert later.content(ref(web.url("/a.png"))).size == 4


def test_a_date_does_as_well(web, downloads):
    """Where there is no ETag."""
    date = "Mon, 01 Jan 2024 00:00:00 GMT"
    web.page("/a.png", b"red", Last_Modified=date)
    downloads.content(ref(web.url("/a.png")))
    downloads.content(ref(web.url("/a.png")))
    assert web.headers["If-Modified-Since"] == date


def test_a_kept_file_that_is_not_whole_is_downloaded_anew(web, downloads):
    """Somebody emptied the folder, or a disk was full."""
    web.page("/a.png", b"red", ETag='"1"')
    content = downloads.content(ref(web.url("/a.png")))
    Path(content.path).write_bytes(b"re")
    assert Path(downloads.content(ref(web.url("/a.png"))).path).read_bytes() == b"red"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.0.0.2"])
def test_private_addresses_are_refused(web, downloads, host):
    """Whichever they are; nothing is asked of them."""
    web.page("/a.png", b"red")
    code, reason = refused(downloads, ref(web.url("/a.png", host), hosts=()))
    assert code in {"private_address", "not_available"}
    assert "hosts" in reason or "resolve" in reason
    assert not web.asked


def test_a_redirect_is_judged_like_an_address(web, downloads):
    """To a host that is not named, to no web, and round in circles."""
    web.page("/a.png", status=302, Location="/b.png")
    web.page("/b.png", b"red")
    web.page("/private", status=301, Location=web.url("/b.png", "localhost"))
    web.page("/file", status=307, Location="file:///etc/passwd")
    web.page("/circle", status=308, Location="/circle")
    web.page("/none", status=302, Location="http://[x")
    assert downloads.content(ref(web.url("/a.png"))).size == 3
    assert refused(downloads, ref(web.url("/private")))[0] == "private_address"
    assert refused(downloads, ref(web.url("/file")))[0] == "bad_url"
    assert refused(downloads, ref(web.url("/none")))[0] == "bad_url"
    assert refused(downloads, ref(web.url("/circle")))[0] == "too_many_redirects"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/a",
        "file:///etc/passwd",
        "a.png",
        "//x/a",
        "https://",
        "http://u:p@x/",
        "http://x:99999/",
        "http://x/\n",
    ],
)
def test_addresses_that_are_none(downloads, url):
    """A login does not show in the reason."""
    code, reason = refused(downloads, ref(url))
    assert code == "bad_url"
    assert "u:p" not in reason


def test_the_size_has_limits(web, downloads, tmp_path):
    """Said beforehand, or found out; what was begun is not left behind."""
    web.page("/exact", b"x" * 1000)
    web.page("/large", b"x" * 1001)
    web.page("/endless", b"x" * 5000, Content_Length="", Connection="close")
    web.page("/nothing", b"")
    assert downloads.content(ref(web.url("/exact"))).size == 1000
    assert refused(downloads, ref(web.url("/large")))[0] == "file_too_large"
    assert refused(downloads, ref(web.url("/nothing")))[0] == "file_empty"
    assert not list((tmp_path / "downloads").glob("*.part"))


def test_an_answer_that_drips_is_ended(web, downloads):
    """However long it says to be."""
    web.page("/slow", [b"re", b"d"])
    code, _ = refused(downloads, ref(web.url("/slow"), timeout_s=0.2))
    assert code == "not_available"


def test_what_is_gone_and_what_is_not_to_be_had(web, downloads):
    """Missing, refused, and busy, which is tried three times."""
    web.page("/gone", status=410)
    web.page("/secret", status=403)
    web.page("/busy", status=503)
    for path in ("/gone", "/none"):
        with pytest.raises(NoSuchFile):
            downloads.content(ref(web.url(path)))
    assert refused(downloads, ref(web.url("/secret"))) == (
        "download_failed",
        f"'{web.url('/secret')}': the server answers 403",
    )
    assert refused(downloads, ref(web.url("/busy")))[0] == "not_available"
    assert web.asked["/busy"] == 3


def test_a_host_that_does_not_answer_is_left_alone(web, downloads):
    """After some addresses in a row; what answers in between starts the count anew."""
    web.page("/busy", status=503)
    web.page("/fine", b"red")
    web.page("/secret", status=403)
    for answered in ("/fine", "/secret", "/none"):
        for _ in range(IN_A_ROW - 1):
            refused(downloads, ref(web.url("/busy")))
        with suppress(BadValue, NoSuchFile):
            downloads.content(ref(web.url(answered)))
    for _ in range(IN_A_ROW):
        refused(downloads, ref(web.url("/busy")))
    asked = web.asked.total()
    assert "not asked any more in this run" in refused(downloads, ref(web.url("/fine")))[1]
    assert web.asked.total() == asked
