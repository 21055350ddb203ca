"""Times as pages have them: short, by the clock of the server; what others wrote, with its tricks made visible."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from odoo_etl.text import printable

# Marks that turn the direction of what stands around them, and characters that nobody sees.
_HIDDEN: Final = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb]"
)


def at(moment: datetime | None) -> str:
    """`29 Nov 07:30`, with the year where it is another one than now."""
    if moment is None:
        return ""
    here = moment.astimezone()
    year = "" if here.year == datetime.now().astimezone().year else f" {here:%Y}"
    return f"{here.day} {here:%b}{year} {here:%H:%M}"


def seen(text: object) -> str:
    """A text of others: control characters and marks that hide or turn text are spelled out."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(str(text)))
