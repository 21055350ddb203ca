"""`slug`: small letters and digits, joined by a mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from pydantic import Field

from odoo_etl.spec.transforms.base import Arguments, Change, Unreadable

# Latin letters that have no form of a plain letter and a mark.
_PLAIN: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "þ": "th", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ŋ": "ng"}
)
_MARKS: Final = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_BETWEEN: Final = re.compile(r"[\W_]+")


class Slug(Arguments):
    """Small letters and digits, joined by a mark: Latin letters without their accents, others as they are."""

    example: ClassVar[str] = "slug"
    short: ClassVar[str] = "mark"

    mark: Literal["-", "_", "."] = Field(default="-", description="What stands between the words.")

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for this mark."""
        del cells

        def slug(text: str) -> str:
            parts = unicodedata.normalize("NFKD", text).lower().translate(_PLAIN)  # ㎩ is small only as `pa`
            plain = unicodedata.normalize("NFC", _MARKS.sub("", parts))
            name = _BETWEEN.sub(self.mark, plain).strip(self.mark)
            if not name and text.strip():
                raise Unreadable("bad_slug", "holds no letter and no digit")
            return name

        return slug
