"""Cleans HTML as Odoo does on the way in (`odoo.tools.mail.html_sanitize`), by the standard library's parser.

Scripts, styles and frames go with their content; unknown tags go and leave theirs; unsafe attributes and comments go;
open tags are closed; loose text and inline elements get a `<span>` round them; `&nbsp;` stays an entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser


def _words(text: str) -> frozenset[str]:
    """The words of a text: a long list that stays readable."""
    return frozenset(text.split())


KILLED = _words("applet base embed frame head iframe layer link meta noscript object script style title")
FORMS = _words("form button input select textarea option optgroup fieldset")
VOID = _words("area base br col embed frame hr img input link meta wbr")
BLOCKS = _words(
    "address article aside blockquote center dd details dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section table tbody td "
    "tfoot th thead tr ul"
)
INLINE = _words(
    "a abbr acronym audio b bdi bdo big br caption cite code col colgroup del dfn em font i img ins "
    "kbd label legend map mark meter output progress q rp rt ruby s samp small source span strike "
    "strong sub sup time track tt u var video area summary"
)
ALLOWED = (BLOCKS | INLINE) - FORMS
# Which open elements a new one ends, as browsers do.
CLOSES = {"li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "tr": ("tr", "td", "th"), "td": ("td", "th")}
CLOSES["th"] = CLOSES["td"]
SAFE_ATTRIBUTES = _words(
    "abbr align alt axis border cellpadding cellspacing char cite class clear color cols colspan "
    "compact coords datetime dir disabled for frame headers height href hreflang hspace id ismap "
    "label lang longdesc media name nowrap rel rev rows rowspan rules scope shape size span src start "
    "style summary tabindex target title type usemap valign value vspace width"
)
BLANKS = " \t\n\r\f"  # not the hard blank
HALF_TAG = re.compile(r"<[a-zA-Z/][^<>]*\Z")  # at the end of the text, never closed
UNSAFE_SCHEMES = ("javascript:", "vbscript:", "data:text/html")


@dataclass
class _Element:
    """An element; a comment is one with the tag `!`."""

    tag: str
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    children: list[_Element | str] = field(default_factory=list)


class _Tree(HTMLParser):
    """Builds the elements, closing what was left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("body")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; one that cannot stand inside the last one ends it first."""
        if tag in ("html", "body"):
            return
        ends = CLOSES.get(tag, ())
        if tag in BLOCKS:
            ends = (*ends, "p")
        while self._open[-1].tag in ends:
            self._open.pop()
        element = _Element(tag, attrs)
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<br/>` is `<br>`."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close the element and everything left open inside it."""
        tags = [element.tag for element in self._open[1:]]
        if tag in tags:
            del self._open[len(tags) - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Keep text; blanks before everything else go."""
        if self._open == [self.root] and not self.root.children:
            data = data.lstrip(BLANKS)
        if data:
            self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        """Remember that there was one: it goes, but counts as an element."""
        self._open[-1].children.append(_Element("!", [("", data)]))


def sanitize(text: str) -> str:
    """The text as Odoo would store it in an HTML field that sanitises."""
    tree = _Tree()
    tree.feed(HALF_TAG.sub("", text))
    tree.close()
    body = tree.root
    elements = [child for child in body.children if isinstance(child, _Element)]
    loose = any(isinstance(child, str) and child.strip(BLANKS) for child in body.children)
    inner = "".join(_render(body.children)).replace("\xa0", "&nbsp;")
    if len(elements) == 1 and not loose:
        known = elements[0].tag in ALLOWED | KILLED | FORMS
        return inner.strip() if known else f"<div>{inner.strip()}</div>"
    if not inner or _has_block(body):
        return inner
    return f"<span>{inner}</span>"


def _has_block(element: _Element) -> bool:
    return any(child.tag in BLOCKS or _has_block(child) for child in element.children if isinstance(child, _Element))


def _render(children: list[_Element | str]) -> Iterator[str]:
    for child in children:
        if isinstance(child, str):
            yield escape(child, quote=False)
        elif child.tag in ALLOWED:
            yield f"<{child.tag}{_attributes(child.attributes)}>"
            yield from _render(child.children)
            yield "" if child.tag in VOID else f"</{child.tag}>"
        elif child.tag not in KILLED and child.tag != "!":
            yield from _render(child.children)


def _attributes(attributes: list[tuple[str, str | None]]) -> str:
    kept = []
    for name, value in attributes:
        if name in SAFE_ATTRIBUTES or name.startswith("data-oe-"):
            text = value or ""
            safe = "" if text.strip().lower().startswith(UNSAFE_SCHEMES) else text
            kept.append(f' {name}="{escape(safe)}"')
    return "".join(kept)
