"""The examples of docs/files.md and docs/rows.md: a file, its source, and the rows as a plain file has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from odoo_etl.sources import SOURCES, open_source
from odoo_etl.spec.sources import CsvSource, ExcelSource, SourceSpec
from tests.workbooks import write_xlsx

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [(DOCS / name).read_text("utf-8") for name in ("files.md", "rows.md")]
EXAMPLE = re.compile(r"^```text\n(.*?)^```\n```yaml\n(.*?)^```\n```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [example for page in PAGES for example in EXAMPLE.findall(page)]


def rows(spec):
    """The columns and rows of a source that has no bad line."""
    (chunk,) = open_source(spec).chunks(100)
    assert chunk.bad == ()
    return chunk.columns


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_documented_files(tmp_path, number):
    """Are read as the page says."""
    file, source, plain = EXAMPLES[number]
    (tmp_path / "file").write_text(file, "utf-8")
    (tmp_path / "plain.csv").write_text(plain, "utf-8")
    spec = CsvSource.model_validate(yaml.safe_load(source)["source"] | {"path": str(tmp_path / "file")})
    assert rows(spec) == rows(CsvSource(type="csv", path=str(tmp_path / "plain.csv"), delimiter=","))


def test_the_page_has_examples():
    """All of them are found."""
    counted = [page.count("```yaml\nsource: {type: csv") for page in PAGES]
    assert [len(EXAMPLE.findall(page)) for page in PAGES] == counted == [5, 3]


def test_documented_workbooks(tmp_path):
    """The sheet and the row of the example are those that the page says."""
    (source,) = re.findall(r"^```yaml\n(source: {type: excel.*?)^```$", PAGES[0], re.MULTILINE | re.DOTALL)
    write_xlsx(
        tmp_path / "prices-7.xlsx", {"Info": [["x"]], "Prices": [["Prices of 2024"], [], ["sku", "price"], ["A", 1]]}
    )
    pattern = str(tmp_path / "prices-*.xlsx")
    spec = ExcelSource.model_validate(yaml.safe_load(source)["source"] | {"path": pattern})
    (chunk,) = open_source(spec).chunks(100)
    assert (chunk.columns, chunk.lines) == ({"sku": ["A"], "price": [1]}, [4])
    assert chunk.file == str(tmp_path / "prices-7.xlsx#Prices")


TABLE = re.findall(r"^\| \[`(\w+)`\](.*)$", (DOCS / "sources.md").read_text("utf-8"), re.MULTILINE)
MODELS = {one.model_fields["type"].annotation.__args__[0]: one for one in SourceSpec.__origin__.__args__}


def test_every_kind_of_source_is_on_the_page():
    """Once, in the table."""
    assert sorted(kind for kind, _ in TABLE) == sorted(SOURCES)


@pytest.mark.parametrize(("kind", "row"), TABLE)
def test_what_the_table_says_of_a_kind_is_so(kind, row):
    """The keys of each are those that its row names."""
    new, divided, lines = (cell.strip() for cell in row.split("|")[3:6])
    keys = set(MODELS[kind].model_fields)
    assert new.strip("`") == ("files" if "only_new" in keys else "incremental")
    assert ("only_new" in keys) != ("incremental" in keys)
    assert ("split_by" in keys) == (divided == "`split_by`")
    assert ("lines" in keys) == (lines == "`lines`")
    assert ("records" in keys or kind == "jsonl") == lines.startswith("nested")
