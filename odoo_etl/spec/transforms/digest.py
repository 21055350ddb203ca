"""`hash`: a digest of the text, in hexadecimal digits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from odoo_etl.spec.transforms.base import Arguments, Change
from odoo_etl.spec.value_kinds import Whole


class Hash(Arguments):
    """A digest of the text (UTF-8), in hexadecimal digits: equal texts have equal ones."""

    example: ClassVar[str] = "{hash: {length: 16}}"

    algorithm: Literal["sha256", "sha512", "sha1", "md5"] = Field(default="sha256", description="How it is made.")
    length: Whole = Field(default=128, ge=8, le=128, description="At most so many of its first digits.")

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for this algorithm."""
        del cells

        def digest(text: str) -> str:
            found = hashlib.new(self.algorithm, text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
            return found.hexdigest()[: self.length]

        return digest
