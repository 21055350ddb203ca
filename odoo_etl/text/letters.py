"""Small and capital letters, as PostgreSQL pairs them where Odoo compares texts in any case (`ilike`)."""

from __future__ import annotations


def lowered(text: str) -> str:
    """The text with a small letter for each capital one, which neither its neighbours nor its language change.

    So ß, ς and the ligatures are letters of their own, as in `lower()` of PostgreSQL, measured on Odoo 19: a search
    for `strasse` does not find `Straße`, one for `izmir` finds `İzmir`.
    """
    return text.replace("İ", "i").replace("Σ", "σ").lower()  # str.lower() makes two characters of İ, and ς of a last Σ
