"""Compare HTML as Odoo keeps it.

Odoo parses, sanitises and serialises every HTML value again (`html_sanitize` in its `tools/mail.py`, with lxml), so
the text that comes back is never quite the text that was sent. `cleaned` gives both the same form. It approximates
from the lenient side: comments, `data-*` attributes and blanks between blocks do not count as content.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

Token = str | tuple[str, ...]  # text, ("<", tag, attributes ...) or ("/", tag)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What goes away together with its content (lxml's `kill_tags`, with `forms` and `embedded` on).
KILLED = _words(
    "base embed frame head iframe link meta noscript object script style title button input select textarea applet"
)
VOID = _words("area base br col frame hr img input link meta param source track wbr")  # never have an end tag
ALLOWED = _words(
    "a abbr acronym address area article aside audio b bdi bdo big blockquote br canvas caption center cite code col"
    " colgroup command datalist dd del details dfn dir div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4"
    " h5 h6 header hgroup hr i img ins kbd keygen label legend li main map mark math menu meter nav ol optgroup option"
    " output p pre progress q rp rt ruby s samp section small source span strike strong sub summary sup svg table tbody"
    " td tfoot th thead time tr track tt u ul var video wbr"
)
ATTRIBUTES = _words(
    "abbr align alt axis border cellpadding cellspacing char charoff checked cite class clear color cols colspan"
    " compact coords datetime dir face for frame headers height href hreflang hspace id ismap label lang longdesc"
    " maxlength media method name nohref noshade nowrap rel rev rows rowspan rules scope selected shape size span src"
    " start style summary tabindex target title type usemap valign value vspace width"
)
ESCAPED = _words("href src name")  # lxml writes blanks and other than ASCII in these as %XX
BLOCKS = _words(
    "address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5"
    " h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption"
)
# An element that starts ends these open ones, up to the nearest of the fence.
ENDS = {
    "li": (_words("li p"), _words("ul ol menu dir")),
    "dt": (_words("dt dd p"), _words("dl")),
    "dd": (_words("dt dd p"), _words("dl")),
    "td": (_words("td th p"), _words("tr table")),
    "th": (_words("td th p"), _words("tr table")),
    "tr": (_words("tr td th p"), _words("table")),
    "thead": (_words("thead tbody tfoot tr td th p"), _words("table")),
    "tbody": (_words("thead tbody tfoot tr td th p"), _words("table")),
    "tfoot": (_words("thead tbody tfoot tr td th p"), _words("table")),
    "option": (_words("option"), _words("select datalist")),
}
AUTO_P = (_words("p"), _words("table td th li dd div section article"))  # a block ends an open paragraph

_OUTLOOK = re.compile(r"</?o:.*?>")
_CUT_OFF = re.compile(r"<[a-zA-Z/!?][^>]*\Z")  # a tag that never ends
_SCRIPT = re.compile(r"javascript:[^)]*", re.IGNORECASE)
_NO_SEMICOLON = re.compile(r"&[a-zA-Z]+(?![a-zA-Z;])")  # parsers differ in whether this is an entity


class _Tokens(HTMLParser):
    """Collects what counts: text, elements that stay, the attributes that survive."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []
        self._open: list[tuple[str, bool]] = []  # tag, and whether its end is told
        self._killed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in KILLED:
            if tag not in VOID:
                self._killed.append(tag)
            return
        if self._killed:
            return
        ended, fence = ENDS.get(tag, AUTO_P if tag in BLOCKS else (_words(""), _words("")))
        self._end_open(ended, fence)
        kept = sorted(f"{name}={text}" for name, value in attrs if (text := _attribute(name, value or "")))
        shown = tag in ALLOWED and (tag != "span" or bool(kept))
        if shown:
            self.found.append(("<", tag, *kept))
        if tag not in VOID:
            self._open.append((tag, shown))

    def handle_endtag(self, tag: str) -> None:
        if self._killed:
            if tag == self._killed[-1]:
                self._killed.pop()
        elif any(tag == name for name, _ in self._open):
            while self._end_last() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._killed:
            last = self.found[-1] if self.found else None
            if isinstance(last, str):
                self.found[-1] = last + data
            else:
                self.found.append(data)

    def end(self) -> None:
        """End everything that is still open."""
        self.close()
        while self._open:
            self._end_last()

    def _end_last(self) -> str:
        tag, shown = self._open.pop()
        if shown:
            self.found.append(("/", tag))
        return tag

    def _end_open(self, ended: frozenset[str], fence: frozenset[str]) -> None:
        """End the outermost open element among `ended` that stands inside the fence."""
        outermost = None
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] in fence:
                break
            if self._open[place][0] in ended:
                outermost = place
        while outermost is not None and len(self._open) > outermost:
            self._end_last()


def _attribute(name: str, value: str) -> str:
    """The part of an attribute that counts; "" for one that does not survive or says nothing."""
    if name not in ATTRIBUTES:
        return ""
    if name == "style":
        rules = (rule.partition(":") for rule in _SCRIPT.sub("", value).split(";") if rule.strip())
        return ";".join(f"{key.strip().lower()}:{setting.strip()}" for key, _, setting in rules)
    if _SCRIPT.search("".join(value.split())):
        return ""
    return (unquote(_text(value)) if name in ESCAPED else _text(value)).strip()


def _text(text: str) -> str:
    return _NO_SEMICOLON.sub(lambda match: unescape(match[0]), text).replace("\r", "\n")


def cleaned(html: str) -> tuple[Token, ...]:
    """The tokens of an HTML value that survive Odoo's sanitiser; equal for what was sent and what came back."""
    parser = _Tokens()
    parser.feed(_CUT_OFF.sub("", _OUTLOOK.sub("", html.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))))
    parser.end()
    return tuple(_wrapped(_unwrapped(_trimmed(parser.found))))


def _trimmed(found: list[Token]) -> list[Token]:
    """Without blanks at the beginning, at the end, and beside the edges of blocks."""
    kept: list[Token] = []
    for place, token in enumerate(found):
        if not isinstance(token, str):
            kept.append(token)
            continue
        before = found[place - 1] if place else None
        after = found[place + 1] if place + 1 < len(found) else None
        text = token.lstrip(" \t\n") if before is None else token
        if before is None and after is not None and not text.strip():
            continue  # hard blanks before a sole element get lost
        text = text.rstrip(" \t\n") if after is None else text
        if text.strip(" \t\n") or (text and not _is_edge(before) and not _is_edge(after)):
            kept.append(_text(text))
    return kept


def _is_edge(token: Token | None) -> bool:
    return token is None or (not isinstance(token, str) and token[1] in BLOCKS)


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Without a bare div around everything: Odoo adds one, or takes it away, as it needs a root."""
    while tokens[:1] == [("<", "div")] and _end_of(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _wrapped(tokens: list[Token]) -> list[Token]:
    """Loose content at the beginning is a paragraph: some versions of lxml write it so."""
    place = depth = 0
    while place < len(tokens) and (depth or not _is_edge(tokens[place])):
        token = tokens[place]
        if not isinstance(token, str) and token[1] not in VOID:
            depth += 1 if token[0] == "<" else -1
        place += 1
    return [("<", "p"), *tokens[:place], ("/", "p"), *tokens[place:]] if place else tokens


def _end_of(tokens: list[Token], start: int) -> int:
    """Where the div that starts there ends."""
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        if not isinstance(token, str) and token[1] == "div":
            depth += 1 if token[0] == "<" else -1
            if depth == 0:
                return place
    return len(tokens)
