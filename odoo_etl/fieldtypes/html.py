"""`html`."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from odoo_etl.fieldtypes.cells import Convert, as_text, read_as
from odoo_etl.fieldtypes.field_type import Field, FieldType, Same
from odoo_etl.fieldtypes.html_tokens import cleaned
from odoo_etl.fieldtypes.text import bare, encode_text, same_text
from odoo_etl.spec import FieldSpec

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|title|iframe|object|noscript)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE
)

_PICTURE = re.compile(r"<(?:img|svg|video|audio|iframe|object|embed|hr|table)\b", re.IGNORECASE)


def read_html(spec: FieldSpec) -> Convert:
    """HTML where the job says so; else text, escaped, with its lines."""
    read = read_as("char")(spec)
    return read if holds_html(spec) else lambda cell: paragraph(as_text(read(cell)))


def holds_html(spec: FieldSpec) -> bool:
    """Whether the job says that its cells are HTML."""
    return spec.type == "html"


def paragraph(text: str) -> str:
    """Text as HTML: one paragraph, a `<br>` at each end of a line. Odoo's sanitiser keeps it to the byte."""
    return f"<p>{_LINE_END.sub('<br>', escape(text, quote=False))}</p>"


def text_of_paragraph(html: str) -> str:
    """The text that such a paragraph was made of."""
    return unescape(html.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n"))


def same_html(field: Field) -> Same:
    """Equal after Odoo's sanitiser, where the field has one."""
    return _same_when_cleaned if field.sanitized else same_text


def _same_when_cleaned(ours: Any, theirs: Any) -> bool:
    return ours == theirs or cleaned(ours or "") == cleaned(theirs or "")


def is_form_of_html(sent: Any, kept: Any) -> bool:
    """Whether a browser shows the same letters and digits."""
    return bare(_seen(str(sent))) == bare(_seen(str(kept)))


def _seen(html: str) -> str:
    """The text that a browser shows."""
    return unescape(_UNSEEN.sub(" ", html))


def shows_nothing(html: Any) -> bool:
    """Whether a browser shows neither text nor a picture."""
    return not html or not (_seen(html).strip() or _PICTURE.search(html))


HTML = FieldType(
    read=read_html,
    takes_text=holds_html,
    encode=encode_text,
    same=same_html,
    is_form=is_form_of_html,
    is_empty=shows_nothing,
    cell=str,
    is_exact=False,
    is_dated=True,
    is_heavy=True,
    is_rewritten=True,
    is_markup=True,
)
