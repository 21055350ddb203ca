"""Text for HTML fields, and which cells look as if the job says the wrong one of `type: text` and `type: html`."""

from __future__ import annotations

import re
from html import escape

_LINE_END = re.compile(r"\r\n|\r|\n")
# Elements that people's notes are made of; "<b" of "a <b" is none.
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|strong|i|em|u|a|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|img|font|pre|hr|blockquote|html|body)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_LOST = re.compile(r"[\r\n<&]")  # what text loses when it is read as HTML


def paragraph(text: str) -> str:
    """Text as HTML: one paragraph, a `<br>` at each end of a line. Odoo's sanitiser keeps it to the byte."""
    return f"<p>{_LINE_END.sub('<br>', escape(text, quote=False))}</p>"


def looks_like_html(text: str) -> bool:
    """Whether a person who reads the text would see markup in it."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def looks_like_text(text: str) -> bool:
    """Whether a cell without any markup has lines or signs that HTML does not show."""
    return bool(_LOST.search(text.strip())) and not looks_like_html(text)
