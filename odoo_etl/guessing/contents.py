"""Kinds of contents, such as e-mail addresses and countries: known by the cells, whatever the header says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.core import get_global
from stdnum import ean, iban
from stdnum.eu import vat

from odoo_etl.guessing.names import folded

LEAST_SHARE: Final = 0.8
_MOST_LOOKED_AT: Final = 200
_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
_URL: Final = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|de|fr|es|it|nl|be|ch|at|org|net|eu|io|uk|pt)(?:/\S*)?",
    re.IGNORECASE,
)
_LANGUAGE: Final = re.compile(r"[a-z]{2}[_-][A-Z]{2}")
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # groups of them, and codes for tests
_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "da", "sv", "fi", "nb", "hu")
_ALSO: Final = frozenset({"usa", "uk", "great britain", "grossbritannien", "holland", "tschechische republik"})
_EXTERNAL_ID: Final = re.compile(r"[A-Za-z_]\w*\.[\w.-]+")
_IMAGE: Final = re.compile(r"[^\s:*?<>|][^:*?<>|]*\.(?:png|jpe?g|gif|webp|svg|bmp)", re.IGNORECASE)
_FILE: Final = re.compile(r"[^\s:*?<>|][^:*?<>|]*\.(?:pdf|docx?|xlsx?|zip|txt|odt|csv|msg|eml)", re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:p|br|div|ul|ol|li|b|i|strong|em|span|table|h[1-6]|a)\b[^>]*>", re.IGNORECASE)
_LEAST_DIGITS: Final = 5  # of a VAT number: `Deutschland` begins as one
_PHONE: Final = re.compile(r"[+(0][\d\s()/.\-]{5,}\d")
_BIC: Final = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}")
_STREET: Final = re.compile(r"[^\W\d].*\s\d{1,4}\s?[a-zA-Z]?(?:[/-]\d+)?|\d{1,4}[a-zA-Z]?,?\s+[^\W\d].*")
_MESSAGE_ID: Final = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def kind_of(cells: Sequence[Any]) -> str:
    """The kind of the contents of cells that are not empty; "" where it is none that is known."""
    texts = list(dict.fromkeys(_text(cell) for cell in cells))[:_MOST_LOOKED_AT]
    if not texts:
        return ""
    for kind, fits in _KINDS.items():
        if sum(map(fits, texts)) >= LEAST_SHARE * len(texts):
            return kind
    return ""


def is_of_kind(cell: Any, kind: str) -> bool:
    """Whether one cell is of a kind; countries may be names and codes."""
    return _KINDS[kind](_text(cell)) or (kind == "codes of countries" and _is_country(_text(cell)))


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_iban(text: str) -> bool:
    return len(text) > 14 and bool(iban.is_valid(text))


def _is_barcode(text: str) -> bool:
    return (
        len(text) in {8, 12, 13, 14}
        and text.isdigit()
        and bool(ean.is_valid(text.zfill(13) if len(text) == 12 else text))
    )


def _is_vat(text: str) -> bool:
    bare = re.sub(r"[\s.\-/]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2,3}[A-Z0-9]{7,13}", bare) or sum(map(str.isdigit, bare)) < _LEAST_DIGITS:
        return False
    if bare.startswith("CHE"):
        return re.match(r"CHE\d{9}", bare) is not None
    return bare[:2].lower() in vat.MEMBER_STATES or bare[:2] in {"EL", "GB", "XI", "NO"}


def _is_country_code(text: str) -> bool:
    return text.isupper() and text in _country_codes()


def _is_country(text: str) -> bool:
    return len(text) > 1 and (text in _country_codes() or folded(text) in _country_names())


@cache
def _country_codes() -> frozenset[str]:
    """Codes of two letters and of three."""
    own = {str(code) for code in Locale("en").territories if len(str(code)) == 2} - _NO_COUNTRIES
    return frozenset(own) | {
        str(code)
        for code, now in get_global("territory_aliases").items()
        if len(str(code)) == 3 and len(now) == 1 and str(code).isalpha()
    }


@cache
def _country_names() -> frozenset[str]:
    """Names in the languages of most tables, folded."""
    territories = [Locale(language).territories for language in _LANGUAGES]
    codes = _country_codes()
    return frozenset(folded(name) for named in territories for code, name in named.items() if code in codes) | _ALSO


@cache
def _currencies() -> frozenset[str]:
    every = {code for used in get_global("territory_currencies").values() for code, *_ in used}
    return frozenset(every) | {"EUR", "USD"}


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isupper() and text in _currencies()


def _is_phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return (
        _PHONE.fullmatch(text) is not None
        and 6 <= digits <= 15
        and (text[0] in "+(" or not text.isdigit() or digits > 8)
    )


_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    "message ids": _matching(_MESSAGE_ID),
    "e-mail addresses": _matching(_EMAIL),
    "names of images": _matching(_IMAGE),
    "names of files": _matching(_FILE),
    "web addresses": _matching(_URL),
    "IBANs": _is_iban,
    "barcodes with a right check digit": _is_barcode,
    "VAT numbers": _is_vat,
    "HTML": lambda text: _HTML.search(text) is not None,
    "colours": _matching(_COLOUR),
    "codes of languages": _matching(_LANGUAGE),
    "codes of currencies": _is_currency,
    "codes of countries": _is_country_code,
    "names of countries": _is_country,
    "BICs": _matching(_BIC),
    "phone numbers": _is_phone,
    "external ids": _matching(_EXTERNAL_ID),
    "streets": _matching(_STREET),
}
# What holds such contents: names of fields, and `-> model` for those that lead to records of it.
FIELDS_OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    "message ids": ("message_id",),
    "e-mail addresses": ("email", "work_email", "email_from", "login"),
    "names of images": ("image_1920", "image_variant_1920"),
    "names of files": (),
    "web addresses": ("website",),
    "IBANs": ("acc_number",),
    "barcodes with a right check digit": ("barcode",),
    "VAT numbers": ("vat",),
    "HTML": (),
    "colours": ("html_color",),
    "codes of languages": ("lang", "-> res.lang"),
    "codes of currencies": ("-> res.currency",),
    "codes of countries": ("-> res.country",),
    "names of countries": ("-> res.country",),
    "BICs": ("bic", "-> res.bank"),
    "phone numbers": ("phone", "work_phone", "mobile"),
    "external ids": (),
    "streets": ("street",),
}
# Kinds that a text field does not hold unless its name says so.
TELLING: Final = frozenset(FIELDS_OF_KIND) - {"streets", "HTML", "external ids", "names of files", "BICs"}
