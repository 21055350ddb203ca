"""The examples of fields in the docs are what a job may say."""

import re
from pathlib import Path

import pytest
import yaml

from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("binary.md", "companies.md", "lookups.md", "transforms.md", "translations.md")


def examples(page: str) -> list[tuple[str, str]]:
    """Each YAML example of a page, and where it stands."""
    text = (DOCS / page).read_text("utf-8")
    blocks = re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(f"{page}:{text[: one.start()].count(chr(10)) + 1}", one[2]) for one in blocks if one[1] == "yaml"]


@pytest.mark.parametrize(("place", "text"), [*examples("lines.md"), *examples("line-fields.md")])
def test_documented_lines_are_valid(make_project, place, text):
    """Parts of a job: what they do not say is as in any."""
    parts = yaml.safe_load(text)
    whole = {**yaml.safe_load(job_text()), **parts}
    jobs = load_project(make_project(partners=yaml.safe_dump(whole)), {}).jobs
    assert jobs["partners"].spec.lines, place


@pytest.mark.parametrize(("place", "text"), [one for page in PAGES for one in examples(page)])
def test_documented_fields_are_valid(make_project, place, text):
    """Copied into a job as they stand."""
    fields = "\n  ref: ref\n" + "".join(f"  {line}\n" for line in text.splitlines())
    jobs = load_project(make_project(partners=job_text(fields=fields)), {}).jobs
    assert len(jobs["partners"].spec.fields) > 1, place
