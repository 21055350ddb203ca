"""Whose values a field has: those of one language, of one company, or the job's own."""

from __future__ import annotations

from typing import Any, NamedTuple

_AT, _COMPANY = "@", "company:"


class Variant(NamedTuple):
    """A language, a company, or both, whose values of a field are meant; without either, the job's own.

    Attributes:
        language: its code, such as `fr_FR`.
        company: its id.
    """

    language: str = ""
    company: int = 0

    def __str__(self) -> str:
        """`fr_FR`, `company:3` or `fr_FR,company:3`."""
        parts = [self.language, f"{_COMPANY}{self.company}" if self.company else ""]
        return ",".join(filter(None, parts))

    def path(self, name: str) -> str:
        """The name of a field's value here, as images and reports have it: `name@fr_FR`; the job's own is `name`."""
        return f"{name}{_AT}{self}" if any(self) else name

    @property
    def context(self) -> dict[str, Any]:
        """The part of Odoo's context in which these values are read and written."""
        language = {"lang": self.language} if self.language else {}
        return {**language, "allowed_company_ids": [self.company]} if self.company else language


OWN = Variant()


def at_path(path: str) -> tuple[str, Variant]:
    """The name and the variant of a `Variant.path`."""
    name, _, shown = path.partition(_AT)
    language, company = "", 0
    for part in filter(None, shown.split(",")):
        if part.startswith(_COMPANY):
            company = int(part.removeprefix(_COMPANY))
        else:
            language = part
    return name, Variant(language, company)
