"""Every code has its page, and every page its code."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import odoo_etl
from odoo_etl.cli.main import app
from odoo_etl.codes import REJECT_CODES
from odoo_etl.errors import UsageError
from odoo_etl.explaining import all_chapters, explain
from odoo_etl.results import Counts, Discrepancies, JobResult, UndoneRecords

ROOT = Path(odoo_etl.__file__).parent
CHAPTERS = {chapter.title: {page.code for page in chapter.pages} for chapter in all_chapters()}
REJECTS = ("Lines of the source", "Cells and values", "Records and lookups")
PAGES = [page for chapter in all_chapters() for page in chapter.pages]


def sources():
    """The syntax trees of the package, but for the sandbox, whose errors are Odoo's."""
    for path in ROOT.rglob("*.py"):
        if "sandbox" not in path.relative_to(ROOT).parts:
            yield path, ast.parse(path.read_text("utf-8"))


def errors():
    """The classes of errors of the package that a caller may meet, by name."""
    bases = {}
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    found, size = {"OdooEtlError", "Interrupted"}, 0
    while size != len(found):
        size = len(found)
        found |= {name for name, its in bases.items() if its & found}
    return found


def test_each_reject_code_has_its_page_and_each_page_its_code():
    """A code that is new in `codes` needs a page."""
    assert set().union(*(CHAPTERS[title] for title in REJECTS)) == REJECT_CODES


def test_no_code_of_a_reject_is_left_over():
    """Each stands as a text in some other module: `codes` types what makes rejects, so that mypy knows no others."""
    texts = set()
    for path, tree in sources():
        if path.name != "codes.py":
            texts |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert REJECT_CODES - texts == set()


def test_each_class_of_errors_has_its_page_and_each_page_its_class():
    """Narrower ones may stand in the page of a wider one, under `also`."""
    explained = {name for page in PAGES if page.chapter == "Errors" for name in (page.code, *page.also)}
    assert explained == errors()


def test_each_exit_code_has_its_page():
    """The table of the README names them all."""
    readme = (ROOT.parent / "README.md").read_text("utf-8")
    table = readme.split("| exit code | meaning |")[1].split("\n\n")[0]
    documented = {code for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(", ")}
    assert documented <= CHAPTERS["Exit codes"]
    assert CHAPTERS["Exit codes"] - documented <= {"7"}


def test_each_word_of_the_report_is_one_of_its_fields():
    """A field that is gone from the results takes its page with it; each count of rows has one."""
    known = {field.name for kind in (Counts, JobResult, Discrepancies, UndoneRecords) for field in fields(kind)}
    assert CHAPTERS["Words of the report"] <= known
    assert {field.name for field in fields(Counts)} - {"read"} <= CHAPTERS["Words of the report"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_page_is_whole(page):
    """Sentences, at least one cause and one cure, and a command that there is."""
    for text in (page.means, page.example, *page.causes, *page.cure):
        assert text.rstrip("`").endswith((".", "!", "?")), text
    assert page.causes
    assert page.cure
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands} | {"history", "schema"}
    program, verb, *_ = page.next_command.split()
    assert (program, verb in verbs) == ("odoo-etl", True)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("bad_date", "bad_date"),
        ("BAD-DATE", "bad_date"),
        ("ValidationError", "odoo.exceptions.ValidationError"),
        ("odoo.exceptions.validationerror", "odoo.exceptions.ValidationError"),
        ("Undecodable", "SourceError"),
        ("3", "3"),
        ("odoo.addons.shop.exceptions.Closed", "refused"),
    ],
)
def test_a_code_is_found(asked, code):
    """By any case, by the end of Odoo's names, by other names; any name of Odoo is explained."""
    assert explain(asked)[0].code == code


def test_a_code_may_mean_several_things():
    """The class of errors and the code of a reject have the same name."""
    assert [page.chapter for page in explain("refused")] == ["Records and lookups", "Errors"]


def test_a_misspelt_code_is_met_with_the_nearest():
    """The message names them."""
    with pytest.raises(UsageError, match="did you mean lookup_missing"):
        explain("lokup_mising")
    with pytest.raises(UsageError, match="`odoo-etl explain` lists all codes"):
        explain("qqqq")
