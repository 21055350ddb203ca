"""The examples of docs/odoo-source.md that no command of the page carries out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from odoo_etl.spec import OdooSource
from odoo_etl.spec.lines import LinesSpec
from odoo_etl.spec.sources import IncrementalSpec

PAGE = (Path(__file__).parents[4] / "docs/odoo-source.md").read_text("utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
KEYS = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE.partition("## Columns")[0], re.MULTILINE)))


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "source" in one])
def test_sources_are_valid(example):
    """And have the columns that their job reads."""
    spec = OdooSource.model_validate(example["source"])
    lines = {name: LinesSpec.model_validate(one) for name, one in example.get("lines", {}).items()}
    read = [field.column for one in lines.values() for field in one.fields.values()]
    assert set(read) <= set(spec.columns)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "incremental" in one])
def test_cursors_are_valid(example):
    """As the page has them."""
    assert IncrementalSpec.model_validate(example["incremental"]).cursor == "write_date"


def test_every_key_is_on_the_page():
    """Each in its row."""
    assert set(KEYS) == OdooSource.model_fields.keys() - {"type"}
    assert EXAMPLES
