"""Sheets of Google: the address that a browser shows, turned into the one under which they are exported."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

# Whatever the host: a proxy may stand before Google.
_SHEET = re.compile(r"(?P<start>https?://[^/?#]+/spreadsheets/(?:u/\d+/)?d/[A-Za-z0-9_-]{20,})(?P<rest>[/?#].*)?")


def is_sheet(url: str) -> bool:
    """Whether an address is that of a sheet."""
    return _SHEET.fullmatch(url) is not None


def export_url(url: str, kind: str) -> str:
    """The address under which a sheet is exported; others stay.

    Args:
        kind: `csv`, with the tab that the address names; `xlsx`, with all of them.
    """
    found = _SHEET.fullmatch(url)
    if found is None or (found["rest"] or "").startswith("/export"):
        return url
    parts = urlsplit(url)
    said = {**parse_qs(parts.query), **parse_qs(parts.fragment)}
    tab = f"&gid={said['gid'][0]}" if kind == "csv" and "gid" in said else ""
    return f"{found['start']}/export?format={kind}{tab}"
