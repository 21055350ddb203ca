"""The tutorial and the how-to pages, carried out: their commands print what they show."""

from pathlib import Path

import pytest

from tests.console import steps

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if "\n```console\n" in path.read_text("utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(DOCS)) for path in PAGES])
def test_a_page_shows_what_its_commands_print(page, tmp_path, zygote):
    """`make golden` writes the outputs anew."""
    for step in steps(page.read_text("utf-8"), tmp_path, zygote):
        assert step.printed == step.shown, step.command
