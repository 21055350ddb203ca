"""The examples of docs/rest.md: a source, what is asked and answered, and the rows."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import yaml

from odoo_etl.sources.http import HttpRecords
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.nested import nested_source
from odoo_etl.spec.sources import HttpSource
from odoo_etl.text import text_of
from tests.web import as_json

PAGE = (Path(__file__).parents[4] / "docs/rest.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"^```yaml\n(source:.*?)^```\n```http\n(.*?)^```\n```csv\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)


def text(cell):
    """A cell as CSV has it."""
    return "" if cell is None else text_of(cell)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_documented_pages(web, number):
    """Are asked for as the page says, and become the rows that it shows."""
    source, exchanges, plain = EXAMPLES[number]
    asked, answers = zip(*(one.split("\n", 1) for one in exchanges.strip().split("\n\n")), strict=True)
    left = [as_json(json.loads(answer)) for answer in answers]
    for line in asked:
        web.page(line.split()[1].partition("?")[0], lambda _: left.pop(0))
    written = yaml.safe_load(source)["source"]
    written["url"] = written["url"].replace("https://shop.example.com", web.url(""))
    spec = HttpSource.model_validate(written)
    rows = nested_source(HttpRecords(spec, SourceMemory()), spec)
    found = [rows.columns()]
    for chunk in rows.chunks(100):
        found += [list(map(text, row)) for row in zip(*chunk.columns.values(), strict=True)]
    assert found == list(csv.reader(plain.splitlines()))
    assert left == []
    said = [json.dumps(one.json["variables"]) if one.body and "variables" in one.json else "" for one in web.requests]
    assert [f"{one.method} {one.path} {body}".strip() for one, body in zip(web.requests, said, strict=True)] == list(
        asked
    )


def test_the_page_has_examples():
    """All of them are found."""
    assert len(EXAMPLES) == PAGE.count("```http\n") == 4
