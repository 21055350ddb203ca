"""`unguard`: takes off what spreadsheets, and Odoo's own CSV export, put before text that is no formula."""

from __future__ import annotations

import re
from typing import Final

# An apostrophe before what would be run as a formula, or before a number that is to stay text; not before a name ('t).
_APOSTROPHE: Final = re.compile(r"'(?='*[=+\-@\t\r\n＝＋－＠]|[\d.,/ :-]*\d[\d.,/ :-]*\Z)")
_QUOTED: Final = re.compile(r'=\s*"((?:[^"]|"")*)"\s*', re.DOTALL)


def unguard(text: str) -> str:
    """`'-12` is -12, `="01000"` is 01000; other text stays as it is."""
    bare = text.strip()
    if found := _QUOTED.fullmatch(bare):
        return found[1].replace('""', '"')
    return bare[1:] if _APOSTROPHE.match(bare) else text
