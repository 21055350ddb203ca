"""Compare HTML as Odoo keeps it. Odoo parses, sanitises and serialises every HTML value again (`tools/mail.py`), so the
text that comes back is never quite the text that was sent; `cleaned` gives both the same form.
"""

from __future__ import annotations

from html.parser import HTMLParser

# What html_sanitize removes together with its content, and what it unwraps.
KILLED = frozenset(
    ("base", "embed", "frame", "head", "iframe", "link", "meta", "noscript", "object", "script", "style", "title")
)
UNWRAPPED = frozenset({"html", "body", "form", "o:p"})
VOID = frozenset(["base", "embed", "frame", "link", "meta"])  # killed ones that never have an end tag
BLOCKS = frozenset({"p", "div"})  # what Odoo wraps loose text in
OPTIONAL_END = frozenset("li td th tr dt dd option tbody thead tfoot colgroup br hr img input col wbr".split())
KEPT_ATTRIBUTES = frozenset(
    "href src alt title style class target colspan rowspan width height align valign name id".split()
)
BREAK = "¶"

Token = str | tuple[str, ...]


class _Tokens(HTMLParser):
    """Collects what counts: text, tags that mean something, the attributes that survive sanitising."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []
        self._killed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in KILLED:
            if tag not in VOID:
                self._killed.append(tag)
            return
        if self._killed or tag in UNWRAPPED:
            return
        kept = sorted(f"{name}={_attribute(name, value or '')}" for name, value in attrs if _survives(name, value))
        self._mark(BREAK if tag in BLOCKS and not kept else ("<", tag, *kept))

    def handle_endtag(self, tag: str) -> None:
        if self._killed:
            if tag == self._killed[-1]:
                self._killed.pop()
            return
        if tag in BLOCKS:
            self._mark(BREAK)
        elif tag not in OPTIONAL_END and tag not in UNWRAPPED and tag not in KILLED:
            self._mark(("/", tag))

    def handle_data(self, data: str) -> None:
        if self._killed:
            return
        text = " ".join(data.split(" ")).strip("\n\r\t ") if not data.strip() else _spaces(data)
        if text:
            self._mark(text)

    def _mark(self, token: Token) -> None:
        """Add a token; neighbouring breaks count once, neighbouring texts are one."""
        last = self.found[-1] if self.found else BREAK
        if token == BREAK and last == BREAK:
            return
        if isinstance(token, str) and isinstance(last, str) and BREAK not in (token, last):
            self.found[-1] = last + token
        else:
            self.found.append(token)


def _spaces(text: str) -> str:
    """White space as a browser reads it: any run of blanks and line ends is one blank (not the hard blank)."""
    pieces = [piece for piece in text.replace("\r", " ").replace("\n", " ").replace("\t", " ").split(" ") if piece]
    lead, tail = text[:1] in " \n\r\t", text[-1:] in " \n\r\t"
    return (" " if lead else "") + " ".join(pieces) + (" " if tail and pieces else "")


def _survives(name: str, value: str | None) -> bool:
    return name in KEPT_ATTRIBUTES and "javascript:" not in (value or "").lower().replace(" ", "")


def _attribute(name: str, value: str) -> str:
    if name != "style":
        return value.strip()
    rules = (rule.partition(":") for rule in value.split(";") if rule.strip())
    return ";".join(f"{key.strip().lower()}:{setting.strip()}" for key, _, setting in rules)


def cleaned(html: str) -> tuple[Token, ...]:
    """The tokens of an HTML value that survive Odoo's sanitiser; equal for what was sent and what came back."""
    parser = _Tokens()
    parser.feed(html)
    parser.close()
    tokens = [token.strip(" ") if isinstance(token, str) else token for token in parser.found]
    tokens = [token for token in tokens if token]
    while tokens and tokens[-1] == BREAK:
        tokens.pop()
    return tuple(tokens)
