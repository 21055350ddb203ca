"""Is what Odoo keeps the value that was sent, in a form of its own? Pure.

Odoo writes VAT numbers without blanks, addresses of websites with their scheme, phone numbers with their country,
amounts with the digits of their unit, HTML as its sanitiser leaves it. The value is the same to a person. What became
empty, lost a part or is another value was not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from html import unescape
from typing import Any

from odoo_etl.fieldtypes import TargetField, differing_properties

SHORTEST = 4  # characters that must be the same before what surrounds them may be Odoo's own
LONGEST_MARK = 16  # characters that Odoo puts around a value: a scheme, the code of a country
MOST_DIGITS = 12

_WIDE = Context(prec=400)  # a double has up to 309 digits before the point
_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|title|iframe|object|noscript)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE
)


def is_form_of(field: TargetField, sent: Any, kept: Any) -> bool:
    """Whether Odoo keeps the sent value in a form of its own; `kept` differs from it."""
    if not field.stored and not field.depends and not kept:
        return True  # passwords and their like: taken, and never given back
    return bool(sent and kept and FORMS.get(field.ttype, _never)(sent, kept))


def _same_text(sent: Any, kept: Any) -> bool:
    ours, theirs = _bare(str(sent)), _bare(str(kept))
    if ours == theirs:
        return bool(ours)
    core = ours.lstrip("0")
    return len(core) >= SHORTEST and core in theirs and len(theirs) <= len(core) + LONGEST_MARK


def _same_page(sent: Any, kept: Any) -> bool:
    return _bare(_seen(str(sent))) == _bare(_seen(str(kept)))


def _seen(html: str) -> str:
    """The text that a browser shows."""
    return unescape(_UNSEEN.sub(" ", html))


def _bare(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _same_number(sent: Any, kept: Any) -> bool:
    """Whether one is the other with fewer digits after the point."""
    ours, theirs = Decimal(repr(float(sent))), Decimal(repr(float(kept)))
    if abs(ours - theirs) <= abs(ours) * Decimal("1e-12"):
        return True
    steps = (Decimal(1).scaleb(-digits) for digits in range(MOST_DIGITS))
    return any(
        theirs == ours.quantize(step, rounding=way, context=_WIDE)
        for step in steps
        for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def _same_properties(sent: Any, kept: Any) -> bool:
    return all(
        one.sent and one.kept and FORMS.get(one.ttype, _never)(*one[1:]) for one in differing_properties(sent, kept)
    )


def _always(_sent: Any, _kept: Any) -> bool:
    return True


def _never(_sent: Any, _kept: Any) -> bool:
    return False


FORMS: Mapping[str, Callable[[Any, Any], bool]] = {
    "char": _same_text,
    "text": _same_text,
    "html": _same_page,
    "float": _same_number,
    "monetary": _same_number,
    "properties": _same_properties,
    "json": _always,
}
