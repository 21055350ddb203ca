"""`country_code`: the code of a country, of its name in any language."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from odoo_etl.spec.transforms.base import Unreadable

# Languages that are looked at first: the names of all 500 take a second to read.
COMMON: Final = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "gl", "he", "hi", "hr", "hu", "id"),
    *("is", "it", "ja", "ka", "ko", "lt", "lv", "ms", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv"),
    *("th", "tr", "uk", "vi", "zh", "zh_Hant"),
)
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # groups of them, and codes for tests
# Names in wide use that the Unicode consortium's lists do not have.
_ALSO: Final = {
    "AE": "UAE, U.A.E.",
    "BA": "Bosnia, Bosnien",
    "BY": "Weißrussland, Belorussia",
    "CD": "DR Congo, Democratic Republic of the Congo, Congo-Kinshasa, Demokratische Republik Kongo",
    "CG": "Republic of the Congo, Congo-Brazzaville, Republik Kongo",
    "CI": "Elfenbeinküste, Côte d'Ivoire",
    "CN": "PR China, PRC, P.R. China, VR China, People's Republic of China",
    "CZ": "Tschechische Republik, République tchèque, República Checa, Repubblica Ceca, Tsjechische Republiek",
    "GB": "Great Britain, Großbritannien, Grossbritannien, Grande-Bretagne, Gran Bretaña, Gran Bretagna,"
    " Groot-Brittannië, Northern Ireland, Scotland, Wales, U.K.",
    "GR": "EL, Hellas",
    "IE": "Republic of Ireland, Eire",
    "IR": "Islamic Republic of Iran",
    "KR": "Republic of Korea, Korea (Republic of), Korea, South, Korea Süd",
    "MD": "Republic of Moldova, Moldova (Republic of)",
    "MK": "Macedonia, Mazedonien, Macédoine",
    "RU": "Russian Federation, Russische Föderation",
    "SK": "Slovak Republic, Slowakische Republik",
    "SY": "Syrian Arab Republic",
    "TZ": "United Republic of Tanzania",
    "US": "U.S.A., U.S., United States of America, Vereinigte Staaten von Amerika, États-Unis d'Amérique",
    "VA": "Vatican City State",
    "VN": "Viet Nam",
}


def country_code(text: str) -> str:
    """The code (ISO 3166, two letters) of a country that is written as a name in any language, or as a code."""
    wanted = _folded(text)
    if not wanted:
        return ""
    found = _codes().get(wanted) or names(COMMON).get(wanted) or names().get(wanted, frozenset())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise Unreadable("ambiguous_country", f"names {' and '.join(sorted(found))}; give the code")
    near = get_close_matches(wanted, [name for name in names() if name[0] == wanted[0]], n=1, cutoff=0.8)
    hint = f"; {near[0]} would be {' or '.join(sorted(names()[near[0]]))}" if near else ""
    raise Unreadable("unknown_country", f"is no country in any language{hint}")


def _folded(text: str) -> str:
    """The form in which names are compared: case, blanks, dashes and kinds of apostrophes make no difference."""
    return " ".join(
        unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ").replace(".", "").split()
    )


@cache
def _codes() -> Mapping[str, frozenset[str]]:
    """Codes of two letters, three letters and three digits, with those that are not in use any more."""
    from babel import Locale
    from babel.core import get_global

    own = {str(code) for code in Locale("en").territories if len(str(code)) == 2} - _NO_COUNTRIES
    codes: dict[str, frozenset[str]] = {code.casefold(): frozenset({code}) for code in own}
    for alias, codes_now in get_global("territory_aliases").items():
        if len(codes_now) == 1:
            codes.setdefault(str(alias).casefold(), frozenset(map(str, codes_now)))
    return codes


@cache
def names(languages: Sequence[str] = ()) -> Mapping[str, frozenset[str]]:
    """Every name that a country has in some language, to the codes of those that have it.

    Args:
        languages: those that are looked at; all by default.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in _named(languages):
        found[_folded(name)].add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _named(languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    for code, some in _ALSO.items():
        yield from ((code, name) for name in some.split(", "))
    known = set(_codes())
    for identifier in languages or filter(_is_language, locale_identifiers()):
        try:
            territories: Mapping[str, Any] = Locale.parse(identifier).territories
        except UnknownLocaleError:
            continue
        yield from ((code, name) for code, name in territories.items() if len(code) == 2 and code.casefold() in known)


def _is_language(identifier: str) -> bool:
    """Whether it is a language, maybe with its script: `de`, `zh_Hant`; regions have the same names, or nearly."""
    return all(len(part) == 4 for part in identifier.split("_")[1:])
