"""A field as Odoo describes it (`fields_get`), as far as mapping and diffing need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from odoo_etl.fieldtypes.field_type import FieldType, Same
from odoo_etl.fieldtypes.text import PASSWORD, PASSWORDS
from odoo_etl.fieldtypes.types import type_of

# The attributes to ask of `fields_get`; the rest (labels, help, ...) costs the server time for nothing.
ATTRIBUTES = (
    "type",
    "relation",
    "relation_field",
    "domain",
    "required",
    "readonly",
    "store",
    "related",
    "depends",
    "searchable",
    "company_dependent",
    "translate",
    "attachment",
    "selection",
    "digits",
    "size",
    "sanitize",
    "currency_field",
)


class DescribesFields(Protocol):
    """Whoever knows the fields of models: a client, or snapshots."""

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """The fields of the model."""
        ...


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field of the target model.

    Attributes:
        ttype: the name of its type (`char`, `many2one`, ...), to be shown; what is known of that is `type`.
        relation: the comodel of a relational field, else "".
        computed: Odoo computes it and does not take what is written.
        derived: Odoo computes it when a record is made, so that a new one does not keep what is written.
        searchable: records can be found by it.
        selection: the allowed values of a selection field, else None.
        labels: the values of a selection field and what they are called in the language of the cells, in Odoo's order;
            only where they do.
        decimals: digits after the point of a float, None when Odoo keeps it as sent.
        size: the most characters of a text, where Odoo would silently cut it; else None.
        sanitized: whether Odoo cleans the HTML of this field.
        currency_field: for monetary fields, the field that holds the currency.
        dated: each change of its value moves the record's `write_date`, and equal values stay equal: not so for x2many,
            computed fields, those of other records or companies, and amounts, which hang on a currency.
        attached: Odoo keeps the content as an attachment, with its checksum.
        depends: the paths of fields that Odoo computes it from; empty for a field that only writes change.
        stored: it has a column of its own.
        by_company: each company has a value of its own.
        translated: it has a text in each language.
        searched: records are found by its values, so that these must come back as they were sent.
        inverse: of a one2many, the field of the lines that says whose they are, or "".
        narrowed: it shows some of them only, as `invoice_line_ids` does; that it leaves archived ones out says nothing.
        model: whose field it is, for messages; "" where nobody says it.
    """

    name: str
    ttype: str
    relation: str
    required: bool
    computed: bool
    derived: bool
    searchable: bool
    selection: frozenset[Any] | None
    decimals: int | None
    size: int | None
    sanitized: bool
    currency_field: str
    dated: bool
    attached: bool
    depends: tuple[str, ...]
    stored: bool
    by_company: bool = False
    translated: bool = False
    searched: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    inverse: str = ""
    narrowed: bool = False
    model: str = field(default="", compare=False)

    @classmethod
    def of(cls, name: str, attributes: Mapping[str, Any], model: str = "") -> TargetField:
        """Read one entry of a `fields_get` answer."""
        kind = type_of(attributes["type"])
        selection = attributes.get("selection") if kind.has_choices else None
        digits = attributes.get("digits")
        return cls(
            name=name,
            model=model,
            ttype=attributes["type"],
            inverse=str(attributes.get("relation_field") or ""),
            relation=attributes.get("relation") or "",
            required=bool(attributes.get("required")),
            computed=bool(attributes.get("readonly")) and not attributes.get("store", True),
            derived=bool(attributes.get("readonly"))
            and bool(not attributes.get("store", True) or attributes.get("depends") or attributes.get("related")),
            searchable=bool(attributes.get("searchable", attributes.get("store", True))),
            selection=frozenset(value for value, _ in selection) if selection else None,
            decimals=digits[1] if digits else None,
            size=attributes.get("size") or None,
            sanitized=bool(attributes.get("sanitize", True)),
            currency_field=attributes.get("currency_field") or "",
            dated=kind.is_dated
            and attributes.get("store", True)
            and not any(attributes.get(name) for name in ("related", "depends", "company_dependent", "attachment")),
            attached=kind.is_file and bool(attributes.get("attachment")) and not attributes.get("related"),
            depends=tuple(attributes.get("depends") or ()),
            stored=bool(attributes.get("store", True)),
            by_company=bool(attributes.get("company_dependent")),
            translated=bool(attributes.get("translate")),
            narrowed=kind.is_lines and not _takes_all(attributes),
        )

    @property
    def type(self) -> FieldType:
        """All that is known of fields of its type; passwords are texts that no report shows."""
        return PASSWORD if self.name in PASSWORDS else type_of(self.ttype)

    @property
    def is_computed_file(self) -> bool:
        """Whether it is a file that Odoo makes out of another field's, so that a new record may come without it."""
        return self.type.is_file and not self.attached

    @property
    def described(self) -> str:
        """The field in a sentence: `an integer field`."""
        return f"{'an' if self.ttype.startswith('i') else 'a'} {self.ttype} field"

    @property
    def is_exact(self) -> bool:
        """Whether records are found by what the field was given, at its digits."""
        return self.type.is_exact or self.rounds_keys

    @property
    def rounds_keys(self) -> bool:
        """Whether a key holds the value at the digits of the field, and not as it was given."""
        return self.type.is_exact_at_digits and self.decimals is not None

    def comparer(self) -> Same:
        """The function that tells whether a planned value is what Odoo answered."""
        return self.type.same(self)

    def comparable(self, value: Any) -> Any:
        """A value of a key such that equal ones are equal values, whichever side they come from."""
        return self.type.comparable(self)(value)

    def is_form(self, sent: Any, kept: Any) -> bool:
        """Whether Odoo keeps the sent value in a form of its own; `kept` differs from it.

        Odoo writes VAT numbers without blanks, addresses of websites with their scheme, phone numbers with their
        country, amounts with the digits of their unit, HTML as its sanitiser leaves it. The value is the same to a
        person. What became empty, lost a part or is another value was not kept.
        """
        if not self.stored and not self.depends and not kept and not self.type.is_file:
            return True  # passwords and their like: taken, and never given back
        return bool(sent and kept and self.type.is_form(sent, kept))


def _takes_all(attributes: Mapping[str, Any]) -> bool:
    """Whether a one2many field leaves no lines out but archived ones; older servers give its domain as text."""
    domain = attributes.get("domain") or []
    text = re.sub(r"[\s()\[\],]|&", "", str(domain)).replace('"', "'")
    return text in {"", "'active''=''True'", "'active''='True"}
