"""HTML fields."""

from __future__ import annotations

import re
from html import escape, unescape

_LINE_END = re.compile(r"\r\n|\r|\n")


def paragraph(text: str) -> str:
    """Text as HTML: one paragraph, a `<br>` at each end of a line. Odoo's sanitiser keeps it to the byte."""
    return f"<p>{_LINE_END.sub('<br>', escape(text, quote=False))}</p>"


def text_of_paragraph(html: str) -> str:
    """The text that such a paragraph was made of."""
    return unescape(html.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n"))
