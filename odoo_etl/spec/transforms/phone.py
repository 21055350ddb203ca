"""`phone`: a phone number as Odoo's own forms write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from odoo_etl.spec.transforms.base import Arguments, Change, Unreadable
from odoo_etl.spec.transforms.country import code_of, column_of
from odoo_etl.spec.value_kinds import invalid

_BEFORE: Final = re.compile(r"(?i:tel|phone|fon|t|mobile?|fax)?[.:\s]*(?=[+(\d])")


def _country(text: str) -> str:
    import phonenumbers

    if not column_of(text) and text not in phonenumbers.SUPPORTED_REGIONS:
        raise invalid("is no country with phone numbers", "two capitals are a country, such as DE; others a column")
    return text


class Phone(Arguments):
    """A phone number, checked and written in one way."""

    example: ClassVar[str] = "{phone: {country: DE}}"
    short: ClassVar[str] = "country"

    country: Annotated[str, Field(min_length=1), AfterValidator(_country)] | None = Field(
        default=None,
        description="Where numbers without + are from: two capitals (DE), or the column that names the country.",
    )
    format: Literal["international", "e164", "national"] = Field(
        default="international", description="How it is written: +49 30 123456, +4930123456 or 030 123456."
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """The column of the country, if it is one."""
        return column_of(self.country)

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for numbers of the country."""
        return lambda text: self._written(text.strip(), code_of(self.country, cells)) if text.strip() else ""

    def _written(self, text: str, region: str | None) -> str:
        import phonenumbers

        number = _parsed(text, region)
        if not phonenumbers.is_valid_number(number):
            raise Unreadable("bad_phone", f"is no phone number{_of(region, text)}")
        if self.format == "e164" and number.extension:
            raise Unreadable("bad_phone", "has an extension, which e164 does not hold; take `format: international`")
        return phonenumbers.format_number(number, _format(self.format))


def _parsed(text: str, region: str | None) -> Any:
    import phonenumbers

    before = _BEFORE.match(text)
    if before is None:
        raise Unreadable("bad_phone", f"is no phone number{_of(region, text)}")
    try:
        return phonenumbers.parse(text[before.end() :], region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == error.INVALID_COUNTRY_CODE and region is None and "+" not in text:
            raise Unreadable("bad_phone", "names no country: give `country`, or numbers that begin with +") from error
        raise Unreadable("bad_phone", f"is no phone number{_of(region, text)}") from error


def _format(name: str) -> int:
    from phonenumbers import PhoneNumberFormat

    return int(getattr(PhoneNumberFormat, name.upper()))


def _of(region: str | None, text: str) -> str:
    return f" of {region}" if region and "+" not in text else ""
