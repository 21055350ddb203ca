"""The examples of fields in the docs are what a job may say."""

from pathlib import Path

import pytest

from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("lookups.md",)


def examples() -> list[tuple[str, str]]:
    """Each YAML example of the pages, and where it stands."""
    found = []
    for page in PAGES:
        lines, text = (DOCS / page).read_text("utf-8").splitlines(), list[str]()
        for number, line in enumerate(lines, 1):
            if line == "```yaml":
                text, begin = [], number
            elif line == "```" and text:
                found.append((f"{page}:{begin}", "\n".join(text)))
                text = []
            else:
                text.append(line)
    return found


@pytest.mark.parametrize(("place", "text"), examples())
def test_documented_fields_are_valid(make_project, place, text):
    """Copied into a job as they stand."""
    fields = "\n  ref: ref\n" + "".join(f"  {line}\n" for line in text.splitlines())
    jobs = load_project(make_project(partners=job_text(fields=fields)), {}).jobs
    assert len(jobs["partners"].spec.fields) > 1, place
