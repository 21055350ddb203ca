"""Pages as people and programs see them."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.explaining import all_chapters, as_json, as_markdown, explain, list_lines, page_lines

PAGES = [page for chapter in all_chapters() for page in chapter.pages]


def test_the_page_of_the_documentation_is_up_to_date():
    """`make golden` writes it."""
    assert Path(__file__).parents[3].joinpath("docs/codes.md").read_text("utf-8") == as_markdown(all_chapters())


def test_a_page_holds_80_columns():
    """No line is wider, in any page and in the list."""
    lines = [line for page in PAGES for line in page_lines(page)]
    assert max(map(len, [*lines, *list_lines(all_chapters())])) <= 80


def test_a_page_has_all_its_parts():
    """What it means first, the next command last."""
    lines = list(page_lines(explain("lookup_missing")[0]))
    assert lines[:2] == [
        "lookup_missing (Records and lookups)",
        "  No record in Odoo has the value that the cell names.",
    ]
    assert "  Usual causes:" in lines
    assert "  Cure, one of:" in lines
    assert lines[-1] == "  Next: odoo-etl retry"


def test_the_list_names_every_code():
    """Each begins a line."""
    begun = {line.split()[0] for line in list_lines(all_chapters()) if line.startswith("  ")}
    assert {page.code for page in PAGES} <= begun


def test_a_program_gets_the_same():
    """One object a page."""
    (page,) = as_json(explain("bad_date"))
    assert page["code"] == "bad_date"
    assert page["next_command"] == "odoo-etl retry"
    assert page["cure"]
