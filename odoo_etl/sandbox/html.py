"""Cleans HTML as Odoo does on the way in (`odoo.tools.mail.html_sanitize`), by the standard library's parser.

Scripts, styles and frames go with their content; unknown tags go and leave their content; unsafe attributes and
comments go; open tags are closed; bare text becomes a paragraph; `&nbsp;` stays an entity.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

KILLED = frozenset(
    "base embed frame head iframe link meta noscript object script style title applet layer textarea select "
    "option optgroup".split()
)
VOID = frozenset("area br col hr img input wbr source track".split())
ALLOWED = frozenset(
    (
        "a abbr acronym address area article aside audio b bdi big blockquote br button caption center cite code col "
        "colgroup command datalist dd del details dfn dir div dl dt em fieldset figcaption figure font footer "
        "h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd keygen label legend li main map mark menu meter nav ol "
        "output p pre progress q rp rt ruby s samp section small span strike strong sub summary sup table tbody "
        "td tfoot th thead time tr tt u ul var video wbr"
    ).split()
)
BLOCKS = frozenset(
    (
        "address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer h1 h2 h3 "
        "h4 h5 h6 header hgroup hr li main menu nav ol p pre section table tbody td tfoot th thead tr ul"
    ).split()
)
SAFE_ATTRIBUTES = frozenset(
    (
        "abbr accept accept-charset accesskey action align alt axis border cellpadding cellspacing char charoff "
        "charset checked cite class clear color cols colspan compact coords datetime dir disabled enctype for frame "
        "headers height href hreflang hspace id ismap label lang longdesc loop maxlength media method multiple name "
        "nohref noshade nowrap placeholder prompt readonly rel rev rows rowspan rules scope selected shape size span "
        "src start style summary tabindex target title type usemap valign value vspace width"
    ).split()
)
UNSAFE_SCHEMES = ("javascript:", "vbscript:", "data:text/html")


class _Cleaner(HTMLParser):
    """Collects what may stay, and closes what was left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._killing: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an allowed tag with its safe attributes."""
        if self._killing or tag in KILLED:
            if tag not in VOID and tag not in ("base", "embed", "frame", "link", "meta"):
                self._killing.append(tag)
            return
        if tag not in ALLOWED:
            return
        if tag in BLOCKS and self._open and self._open[-1] == "p":
            self.handle_endtag("p")
        self._wrap_text(tag)
        self.parts.append(f"<{tag}{_attributes(attrs)}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag and everything left open inside it."""
        if self._killing:
            if tag in self._killing:
                del self._killing[self._killing.index(tag) :]
            return
        if tag not in self._open:
            return
        while True:
            last = self._open.pop()
            self.parts.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep text, escaped; text outside every element starts a paragraph."""
        if self._killing:
            return
        if not self._open and data.strip():
            self._wrap_text("")
        self.parts.append(escape(data, quote=False))

    def _wrap_text(self, tag: str) -> None:
        """Open a paragraph for inline content at the very beginning."""
        if not self._open and tag not in BLOCKS and not "".join(self.parts).strip() and tag == "":
            self.parts.append("<p>")
            self._open.append("p")

    def finish(self) -> str:
        """The cleaned text."""
        self.close()
        while self._open:
            self.parts.append(f"</{self._open.pop()}>")
        return "".join(self.parts).replace("\xa0", "&nbsp;")


def _attributes(attributes: list[tuple[str, str | None]]) -> str:
    kept = []
    for name, value in attributes:
        text = value or ""
        safe = name in SAFE_ATTRIBUTES or name.startswith("data-oe-")
        if safe and not text.strip().lower().startswith(UNSAFE_SCHEMES):
            kept.append(f' {name}="{escape(text)}"')
    return "".join(kept)


def sanitize(text: str) -> str:
    """The text as Odoo would store it in an HTML field that sanitises."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    return cleaner.finish()
