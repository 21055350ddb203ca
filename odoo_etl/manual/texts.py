"""Title and first sentence of a page of the documentation."""

from __future__ import annotations

import re


def title_of(text: str, otherwise: str = "") -> str:
    """The first heading of a page."""
    return next((line[2:] for line in text.splitlines() if line.startswith("# ")), otherwise)


def about_of(text: str) -> str:
    """The first sentence of a page, as plain text; "" where it begins with no paragraph."""
    for part in re.split(r"\n\s*\n", text):
        if re.match(r"[\w*\[]|`(?!``)", part.strip()):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(part.split())).replace("**", "")
            return re.split(r"(?<=[.!?])\s", plain)[0].rstrip(":")
    return ""
