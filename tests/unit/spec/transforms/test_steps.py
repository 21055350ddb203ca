"""Every transform as docs/transforms.md shows it, and steps as jobs write them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.transforms import TRANSFORMS, Unreadable, change_of
from odoo_etl.spec.tree import plain
from tests.builders import field_spec

PAGE = (Path(__file__).parents[4] / "docs/transforms.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([^`]+)`[^|]*\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


def steps_of(text):
    """The steps of a `transform`, as YAML."""
    return field_spec(transform=plain(parse_yaml(f"t: {text}".encode(), "x").root)["t"]).transform


def changed(steps, text, **cells):
    """The text after all steps."""
    for step in steps:
        change, _ = change_of(step, cells)
        text = change(text)
    return text


@pytest.mark.parametrize(("step", "text", "wanted"), ROWS, ids=[f"{step} {text}" for step, text, _ in ROWS])
def test_each_row_of_the_page(step, text, wanted):
    """The step makes of the text what the page says, or refuses it with that code."""
    if wanted.startswith("reject"):
        with pytest.raises(Unreadable) as caught:
            changed(steps_of(step), json.loads(text))
        assert caught.value.code == wanted.split("`")[1]
    else:
        assert changed(steps_of(step), json.loads(text)) == json.loads(wanted.strip("`"))


def test_the_page_shows_every_transform():
    """In a line of its own; the one table of rows is not read wrongly."""
    assert len(ROWS) == len(re.findall(r"^\| `", PAGE, re.MULTILINE))
    assert {re.match(r"\w+", step.strip("{"))[0] for step, _, _ in ROWS} == set(TRANSFORMS)


@pytest.mark.parametrize("name", [name for name, kind in TRANSFORMS.items() if isinstance(kind, type)])
def test_the_example_of_a_message_is_right(name):
    """It is shown where arguments lack."""
    (step,) = steps_of(TRANSFORMS[name].example)
    assert change_of(step, {})[0]


@pytest.mark.parametrize("name", TRANSFORMS)
@given(text=st.text(min_size=1, max_size=40))
def test_any_text_is_changed_or_refused(name, text):
    """Nothing else is raised, and what is refused has a code and a reason."""
    kind = TRANSFORMS[name]
    (step,) = steps_of(kind.example if isinstance(kind, type) else name)
    try:
        found = changed([step], text)
    except Unreadable as error:
        found = error.code if error.reason else None
    assert isinstance(found, str)


@pytest.mark.parametrize(
    "name", ["strip", "collapse", "nfc", "visible", "digits", "slug", "country_code", "email", "vat"]
)
@given(text=st.text(min_size=1, max_size=40))
def test_cleaning_twice_is_cleaning_once(name, text):
    """So that a second run compares equal."""
    try:
        once = changed(steps_of(name), text)
    except Unreadable:
        return
    assert not once or changed(steps_of(name), once) == once
