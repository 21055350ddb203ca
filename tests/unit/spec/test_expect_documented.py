"""The examples of docs/expectations.md are what a job may say."""

import re
from pathlib import Path

import pytest

from odoo_etl.spec import load_project
from odoo_etl.spec.expect import SOURCE_CHECKS
from tests.unit.spec.conftest import job_text

PAGE = (Path(__file__).parents[3] / "docs/expectations.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_documented_expectations_are_valid(make_project, text):
    """Copied into a job as they stand."""
    assert load_project(make_project(partners=f"{job_text()}\n{text}"), {}).jobs["partners"].spec.expect


@pytest.mark.parametrize("kind", SOURCE_CHECKS)
def test_every_check_of_the_source_is_documented(kind):
    """In the table, and with an example."""
    assert f"| `{kind}: " in PAGE
    assert any(f"{{{kind}: " in text for text in EXAMPLES)
