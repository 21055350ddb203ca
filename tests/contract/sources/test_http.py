"""Web APIs over real lines: memory, encryption."""

from __future__ import annotations

import shutil

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import HttpSource
from tests.authorities import make_authority, server_context
from tests.contract.sources.reading import read_measured
from tests.forked import forked
from tests.web import as_json, serving


def test_memory_does_not_grow_with_pages_that_are_sorted(web):
    """Five times the records need about the same memory, also where their cursor puts them in order."""

    def page(request):
        number, rows = int(request.params["page"]), int(request.params["rows"])
        first = (number - 1) * 2_000
        return as_json([{"n": rows - n, "v": "x" * 300} for n in range(first, min(first + 2_000, rows))])

    web.page("/rows", page)

    def peak_mib(rows):
        pages = {"type": "page", "param": "page"}
        sorted_by = {"record_id": "n", "incremental": {"cursor": "n", "param": "since"}}
        source = {"type": "http", "url": web.url("/rows"), "params": {"rows": rows}, "pages": pages, **sorted_by}
        read, peak = forked(read_measured, HttpSource.model_validate(source))
        assert read == rows
        return peak

    assert peak_mib(120_000) < peak_mib(24_000) + 20


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with certificates."""
    if shutil.which("openssl") is None:
        pytest.skip("NO TLS TESTS: openssl is not installed")
    return make_authority(tmp_path_factory.mktemp("tls"))


def read(web, **keys):
    """All rows of a server with TLS."""
    url = web.url("/rows").replace("http:", "https:")
    spec = HttpSource.model_validate({"type": "http", "url": url, "retry": {"attempts": 1}, **keys})
    return [chunk.columns for chunk in open_source(spec).chunks(10)]


def test_one_s_own_authority_is_trusted(authority):
    """With `ca_file`, beside those of the system."""
    with serving(server_context(authority, "here")) as web:
        web.page("/rows", lambda _: as_json([{"n": 1}]))
        assert read(web, ca_file=authority / "ca.pem") == [{"n": [1]}]


@pytest.mark.parametrize(("name", "keys"), [("here", {}), ("there", {"ca_file": "ca.pem"})])
def test_others_are_not(authority, name, keys):
    """An authority that nobody knows, or a certificate of another host, ends the run before anything is sent."""
    keys = {key: authority / value for key, value in keys.items()}
    with serving(server_context(authority, name)) as web:
        with pytest.raises(SourceError, match=r"no safe connection: .*ca_file:"):
            read(web, auth={"bearer": "geheim"}, **keys)
        assert web.requests == []
