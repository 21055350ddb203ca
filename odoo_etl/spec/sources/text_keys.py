"""The keys of files of text."""

from __future__ import annotations

import codecs

from pydantic import Field, field_validator

from odoo_etl.spec.sources.file_keys import FileKeys


class TextKeys(FileKeys):
    """How the text of files is written."""

    encoding: str = Field(default="utf-8-sig", description="Any encoding that Python knows.")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        """Refuse what Python cannot decode text with."""
        try:
            "".encode(codecs.lookup(encoding).name)
        except LookupError as error:
            raise ValueError(f"unknown encoding {encoding!r}; for example utf-8-sig, cp1252, utf-16") from error
        return encoding
