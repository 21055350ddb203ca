"""The examples of docs/remote-files.md, on servers of this machine in place of those that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from odoo_etl.spec.sources import SourceSpec
from tests import sftp
from tests.unit.sources.copies.conftest import rows_of

PAGE = (Path(__file__).parents[4] / "docs/remote-files.md").read_text("utf-8")
EXAMPLE = re.compile(r"^```yaml\n(source:.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCES = [yaml.safe_load(text)["source"] for text in EXAMPLE.findall(PAGE)]
ROWS = b"a;b\n1;2\n"


def spec(source, **changes):
    """The source of an example, elsewhere."""
    return TypeAdapter(SourceSpec).validate_python({**source, **changes})


def example(start):
    """The only example whose path begins so."""
    (found,) = [source for source in SOURCES if source["path"].startswith(start)]
    return found


def test_every_example_is_tried():
    """The page has these four."""
    assert [source["path"].partition("/")[0] for source in SOURCES] == ["https:", "https:", "sftp:", "s3:"]


@pytest.mark.parametrize("start", ["https://shop.example.com", "https://docs.google.com"])
def test_on_the_web(web, start):
    """A file with a token, and a sheet by the address of the browser."""
    source = example(start)
    path = source["path"].removeprefix(start)
    served = path.partition("/edit")[0] + "/export" if "spreadsheets" in path else path
    web.page(served, ROWS)
    assert list(rows_of(spec(source, path=web.url(path))).values()) == [[("1", "2")]]
    headers = source.get("storage_options", {}).get("headers", {})
    assert headers.items() <= web.headers.items()


def test_on_an_sftp_server(server):
    """With a pattern, and the key of the server."""
    source = example("sftp://files.example.com")
    (server.folder / "out").mkdir()
    (server.folder / "out/orders-1.csv").write_bytes(ROWS)
    options = source["storage_options"]
    assert options.keys() == server.options.keys()
    assert options["username"] == sftp.USER
    path = server.url(source["path"].removeprefix("sftp://files.example.com"))
    assert list(rows_of(spec(source, path=path, storage_options=server.options))) == [server.url("/out/orders-1.csv")]


def test_in_s3(store):
    """The bucket and the options are those of the example, but for the address of the store."""
    source = example("s3://")
    store.put("in/1.csv", ROWS)
    assert {**source["storage_options"], **store.options} == store.options
    assert list(rows_of(spec(source, storage_options=store.options))) == ["s3://deliveries/in/1.csv"]
