"""The pages that come from the code have everything: each key of each file, each verb, each option."""

import re

import pytest
import typer

from docs.site.commands import verbs
from docs.site.reference import PAGES
from odoo_etl.cli.main import app
from odoo_etl.reporting.schemas import events_schema, results_schema
from odoo_etl.spec.json_schema import SCHEMAS, json_schema

FILES = {**{kind: json_schema(kind) for kind in SCHEMAS}, "results": results_schema(), "events": events_schema()}


def _properties(node):
    """Every name of a key, wherever it stands."""
    if isinstance(node, list):
        for item in node:
            yield from _properties(item)
    elif isinstance(node, dict):
        yield from node.get("properties", {})
        for name, value in node.items():
            if name not in {"default", "const", "enum"}:
                yield from _properties(value)


@pytest.mark.parametrize("kind", FILES)
def test_each_key_of_a_file_has_a_line(kind):
    page = PAGES[f"reference/{kind}-keys.md"]()
    assert [key for key in set(_properties(FILES[kind])) if f"| `{key}` |" not in page] == []


@pytest.mark.parametrize("kind", FILES)
def test_each_link_leads_to_a_heading(kind):
    page = PAGES[f"reference/{kind}-keys.md"]()
    headings = {line[3:].lower().replace(" ", "-") for line in page.splitlines() if line.startswith("## ")}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) == headings


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_key_says_what_it_means(kind):
    page = PAGES[f"reference/{kind}-keys.md"]()
    assert [line for line in page.splitlines() if line.endswith("|  |") and line.startswith("| `")] == []


def test_each_verb_has_a_section_with_its_options():
    page = PAGES["reference/commands.md"]()
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    found = dict(verbs(typer.main.get_command(app)))
    assert set(found) < set(sections)
    missing = [
        (path, option)
        for path, command in found.items()
        for one in command.params
        if not getattr(one, "hidden", False)
        for option in (one.opts if one.param_type_name == "option" else ())
        if f"`{option}" not in sections[path]
    ]
    assert missing == []


def test_each_decision_is_listed():
    assert "(0001-read-first.md)" in PAGES["decisions/index.md"]()
