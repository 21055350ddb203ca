"""Charts as SVG for pages: by pygal, without its script and its styles; those of the page colour them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pygal.graph.graph import Graph

_SPACE = "{http://www.w3.org/2000/svg}"
_UNUSED = ("defs", "desc")
_HIDDEN = ("tooltip", "text-overlay", "plot text-overlay", "plot tooltip-overlay", "plot overlay", "titles")


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one colour, and what a pointer on each is told."""

    name: str
    values: Sequence[float]
    told: Sequence[str]


def bars(name: str, title: str, labels: Sequence[str], shown: Sequence[str], series: Sequence[Series]) -> str:
    """Upright bars, those of each series upon the ones before.

    Args:
        name: of the chart in its page.
        title: for who cannot see it: what it shows, in a sentence.
        labels: below the bars.
        shown: the labels for which there is room.
    """
    are_whole = all(value == int(value) for one in series for value in one.values)
    scale = {"order_min": 0} if are_whole else {}  # half a run is none
    below = {"x_labels": labels, "x_labels_major": shown, "show_minor_x_labels": False}
    chart = _pygal().StackedBar(height=260, **below, **scale, **_PLAIN)
    return _drawn(chart, name, title, series)


def rows_of_bars(name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Lying bars, one a label, those of each series beside the ones before."""
    chart = _pygal().HorizontalStackedBar(x_labels=list(reversed(labels)), height=70 + 34 * len(labels), **_PLAIN)
    turned = [Series(one.name, list(reversed(one.values)), list(reversed(one.told))) for one in series]
    return _drawn(chart, name, title, turned)


_PLAIN: Mapping[str, Any] = {
    "width": 960,
    "css": (),
    "js": (),
    "show_legend": False,
    "print_values": False,
    "no_prefix": True,
    "disable_xml_declaration": True,
    "margin": 8,
    "spacing": 4,
    "truncate_label": -1,
    "max_scale": 5,
    "value_formatter": lambda value: f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}",
}


def _pygal() -> ModuleType:
    """The library, without the import hook that it adds for plug-ins: Python warns of that at each further import.

    Its trees are those of the standard library, whether lxml is there or not.
    """
    import pygal

    pygal.etree.etree.to_etree()
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return pygal  # type: ignore[no-any-return]  # it has no annotations


def _drawn(chart: Graph, name: str, title: str, series: Sequence[Series]) -> str:
    for one in series:
        values = [{"value": value or None, "label": told} for value, told in zip(one.values, one.told, strict=True)]
        chart.add(one.name, values)
    return _for_a_page(chart.render_tree(), name, title)


def _for_a_page(root: ET.Element, name: str, title: str) -> str:
    """The chart without what a page does not need; a pointer on a bar is told what it is."""
    for parent in list(root.iter()):
        label = next((one.text for one in parent.findall("desc") if one.get("class") == "label"), None)
        for child in [one for one in parent if _is_needless(one, parent)]:
            parent.remove(child)
        if label is not None:
            ET.SubElement(parent, "title").text = label
    for old in root.findall("title"):
        root.remove(old)
    root.attrib |= {"id": name, "role": "img", "aria-labelledby": f"{name}-title"}
    headline = ET.Element("title", {"id": f"{name}-title"})
    headline.text = title
    root.insert(0, headline)
    return ET.tostring(root, encoding="unicode")


def _is_needless(element: ET.Element, parent: ET.Element) -> bool:
    """Whether pygal has it for its script or its styles, or it says once more what an axis says."""
    if not isinstance(element.tag, str):
        return True
    tag, kind = element.tag.removeprefix(_SPACE), element.get("class", "")
    return tag in _UNUSED or kind in _HIDDEN or (tag == "title" and parent.get("class") == "guides")
