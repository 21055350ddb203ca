"""llms.txt: one line a page, under the sections of the site."""

from docs.site.llms import Page, Written


def _site(*pages):
    return Written("odoo_etl", "Keep Odoo in step.", "https://docs.example.org/", pages)


def test_a_page_is_told_by_its_title_and_first_sentence():
    page = Page(
        "How to", "files.md", "# Files\n\n```\ncode\n```\n\nMost **files** are [a header](x.md) and rows. Others not.\n"
    )
    assert _site(page).index().splitlines()[-1] == (
        "- [Files](https://docs.example.org/files.html): Most files are a header and rows."
    )


def test_sections_come_once():
    pages = [Page("A", "a.md", "# a\n"), Page("A", "b.md", "# b\n"), Page("B", "c.md", "# c\n")]
    assert [line for line in _site(*pages).index().splitlines() if line.startswith("## ")] == ["## A", "## B"]
