"""Charts as a page has them: drawn by a library, without its script, its styles and its links."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import pytest

from odoo_etl.reporting.pages import Series, bars, rows_of_bars

SERIES = [Series("a <b>", [1, 2], ["first & one", "second"]), Series("c", [0, 3], ["none", "third"])]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    "chart",
    [
        lambda: bars("x", "A title <i>", ["0:00", "0:01"], ["0:00"], SERIES),
        lambda: rows_of_bars("x", "A title <i>", ["jobs", "more"], SERIES),
    ],
)
def test_a_chart_stands_alone(chart):
    """It fetches and runs nothing, says what it is, and each bar says what it stands for."""
    text = chart()
    root = ET.fromstring(text)
    title = root.find(f"{SVG}title")
    assert (root.get("role"), root.get("aria-labelledby"), title.get("id")) == ("img", "x-title", "x-title")
    assert title.text == "A title <i>"
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "g", "path", "rect", "text", "title"}
    assert {"first & one", "second", "third"} <= {one.text for one in root.iter(f"{SVG}title")}
    assert (text.count("href"), text.count("http")) == (0, 1)


def test_the_library_leaves_imports_alone():
    """It adds a finder of its own, of which Python warns at each further import."""
    bars("x", "t", ["0"], ["0"], [Series("a", [1], ["one"])])
    assert [finder for finder in sys.meta_path if type(finder).__module__ == "pygal"] == []


def ticks(chart: str) -> list[str]:
    """The texts of its axes, in order."""
    return sorted({one.text for one in ET.fromstring(chart).iter(f"{SVG}text")})


def test_counts_have_whole_ticks():
    """Half a run is none."""
    assert ticks(bars("x", "t", ["a"], ["a"], [Series("done", [3], ["three"])])) == ["0", "1", "2", "3", "a"]


def test_no_two_ticks_of_short_times_are_the_same():
    chart = rows_of_bars("x", "t", ["a"], [Series("Odoo", [0.23], ["0.2 s"])])
    assert ticks(chart) == ["0", "0.08", "0.16", "a"]
