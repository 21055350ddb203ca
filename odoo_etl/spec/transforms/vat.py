"""`vat`: a tax number, checked and in one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field

from odoo_etl.spec.transforms.base import Arguments, Change, Unreadable
from odoo_etl.spec.transforms.country import code_of, column_of
from odoo_etl.spec.value_kinds import invalid

# Codes that numbers begin with: Greece has another one than the country, and Northern Ireland has British numbers.
_PREFIX: Final = {"GR": "EL"}
_NUMBERS_OF: Final = {"EL": "gr", "XI": "gb"}
_BRITISH: Final = "GB"  # the one code outside of the EU that Odoo has before the number, too


def _country(text: str) -> str:
    if not column_of(text) and _module(text) is None:
        raise invalid("is no country whose tax numbers are known", "two capitals are a country, others a column")
    return text


def _module(code: str) -> Any:
    """The module of python-stdnum for the tax numbers of a country; None where it has none."""
    from stdnum.util import get_cc_module

    return get_cc_module(_NUMBERS_OF.get(code, code.lower()), "vat")


class Vat(Arguments):
    """A tax number, checked (length, check digits) and without blanks and marks."""

    example: ClassVar[str] = "{vat: {country: BE}}"
    short: ClassVar[str] = "country"

    country: Annotated[str, Field(min_length=1), AfterValidator(_country)] | None = Field(
        default=None,
        description="Where numbers without a code are from: two capitals (BE), or the column that names the country.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """The column of the country, if it is one."""
        return column_of(self.country)

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for numbers of the country."""
        return lambda text: _written(text.strip(), code_of(self.country, cells)) if text.strip() else ""


def _written(text: str, code: str | None) -> str:
    found = list(dict.fromkeys(_readings(text, code)))
    if len(found) == 1:
        return found[0]
    if found:
        raise Unreadable("ambiguous_vat", f"may be {' or '.join(found)}; write it with its country")
    if code is not None:
        raise Unreadable("bad_vat", f"is no tax number of {code}")
    raise Unreadable("bad_vat", "is no tax number of the EU with its country; `country` says whose others are")


def _readings(text: str, code: str | None) -> Iterator[str]:
    """The number as one of the country, and as one that says its country itself."""
    own = text[:2].upper()
    if code is not None:
        yield from _reading(text, code)
    if own == _BRITISH or _is_member(own):
        yield from _reading(text, own)


def _reading(text: str, code: str) -> Iterator[str]:
    from stdnum.exceptions import ValidationError

    module = _module(code)
    if module is None:
        return
    try:
        number = str(module.validate(text.strip()[2:] if code == "XI" else text))
    except ValidationError:
        return
    yield _prefixed(number, _PREFIX.get(code, code), module) if code == _BRITISH or _is_member(code) else number


def _prefixed(number: str, prefix: str, module: Any) -> str:
    """The number with its code; the modules of some countries leave it where it stands, others take it off."""
    has_prefix = number.startswith(prefix) and module.compact(prefix + number) != number
    return number if has_prefix else prefix + number


def _is_member(code: str) -> bool:
    """Whether a code, as numbers or lists of countries have it, is of the EU or Northern Ireland."""
    from stdnum.eu import vat

    return code == "EL" or code.lower() in vat.MEMBER_STATES
