"""The encoding of a text: by its mark, by what decodes it, by which letters come out."""

from __future__ import annotations

import codecs
from typing import Final

from charset_normalizer import from_bytes

DEFAULT: Final = "utf-8-sig"  # of a source that says none
_MARKS: Final = ((codecs.BOM_UTF8, DEFAULT), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WESTERN: Final = ("cp1252", "iso8859-15", "cp850", "mac_roman")
_LETTERS: Final = frozenset("äöüÄÖÜßéèêëàâçîïôùûúáíóñÉÈÀÇÑåæøÅÆØœìòõãÁÓÚÍ")
_SIGNS: Final = frozenset("€°–’“”«»§£®©²³µ½…„‚‘·×\xa0")
_SURE: Final = 0.8
_SAMPLE: Final = 1 << 20


def encoding_of(data: bytes) -> tuple[str, str]:
    """The encoding of a text, and why it may be another one ("" where it cannot)."""
    if known := next((name for mark, name in _MARKS if data.startswith(mark)), ""):
        return known, ""
    if wide := _wide(data):
        return wide, ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _of_one_byte(data[:_SAMPLE])
    return DEFAULT, ""


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin letters is zero."""
    start = data[:400]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 0.35 * len(start):
        return "utf-16-le"
    return "utf-16-be" if even > 0.35 * len(start) else ""


def _of_one_byte(data: bytes) -> tuple[str, str]:
    """The encoding whose letters are those that people write with."""
    scores = {name: _plausible(data, name) for name in _WESTERN}
    best = max(scores, key=lambda name: scores[name])  # the first of equal ones: cp1252 says most
    if scores[best] >= _SURE:
        return best, ""
    found = from_bytes(data).best()
    name = codecs.lookup(found.encoding).name if found else best
    return name, f"its letters are not certain: look at accents and umlauts; {best} is near, too"


def _plausible(data: bytes, name: str) -> float:
    """The share of letters and signs that are usual, of those beyond ASCII."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return 0.0
    found = [at for at, char in enumerate(text) if not char.isascii()]
    good = sum(_is_usual(text, at) for at in found[:5000])
    return good / max(1, len(found[:5000]))


def _is_usual(text: str, at: int) -> bool:
    """A letter of Western Europe in a word, or a sign that stands outside of one."""
    char = text[at]
    if char in _LETTERS:
        capital_inside = char.isupper() and at > 0 and text[at - 1].islower()
        return not capital_inside
    inside = 0 < at < len(text) - 1 and text[at - 1].isalpha() and text[at + 1].isalpha()
    return char in _SIGNS and (not inside or char == "’")
