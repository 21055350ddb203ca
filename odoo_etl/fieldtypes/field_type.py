"""The knowledge of one type of Odoo's fields. The files beside this one say it, a family of types each."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from odoo_etl.fieldtypes.cells import Convert, parse_as_is
from odoo_etl.spec import FieldSpec

Same = Callable[[Any, Any], bool]


class Field(Protocol):
    """The field that a type is asked about: the attributes of `TargetField` that it may use."""

    @property
    def model(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def selection(self) -> frozenset[Any] | None: ...
    @property
    def decimals(self) -> int | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def sanitized(self) -> bool: ...
    @property
    def searched(self) -> bool: ...


def encode_as_is(_: Field) -> Convert:
    """Values that the API takes as they are."""
    return lambda value: value


def equal(ours: Any, theirs: Any) -> bool:
    """Whether two values are equal as they stand."""
    return bool(ours == theirs)


def never(*_: Any) -> bool:
    """For what no value of a type is."""
    return False


def first_or_value(value: Any) -> Any:
    """A value as a key; of a record that comes with its name, the id."""
    if isinstance(value, (list, tuple)):
        return value[0] if value else False
    return False if value == "" else value


def show_value(value: Any) -> Any:
    """A value as it stands; None where there is none."""
    return None if value is False else value


def as_answered(value: Any) -> Any:
    """A value that is written as Odoo answers it."""
    return value


def typed_or_none(value: Any) -> Any:
    """An answered value as it stands; False is the lack of one."""
    return None if value is False else value


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """One type of fields. A type that says nothing of some matter has the default.

    Values come in three forms: *typed* (a cell that was read: text, `Decimal`, `date`, ...), *planned* (what planning
    compares and the journal keeps: mostly as the API takes it, `IdList` and `Properties` besides), and *answered* (as
    `search_read(load="_classic_write")` gives it).

    Attributes:
        read: by what a job says of a field, the function from a cell that is not empty to a typed value.
        takes_text: whether a text cell is the planned value already, unless the field cannot hold it.
        encode: by the field, the function from a typed to a planned value; both may raise `BadValue`.
        fitting: the declared types (`type:` of a job) that can become one; None for all.
        cleared: the planned value that empties a field.
        from_answered: the planned value that puts an answered one back.
        typed: the typed value of an answered one, as a source gives it; None where there is none.
        same: by the field, whether a planned value is what Odoo answered.
        comparable: by the field, a planned or answered value of a key such that equal ones are equal values.
        is_form: whether what Odoo keeps is the value that was sent, in a form of its own; neither is empty.
        cell: the text that `load` reads as a planned value that is not empty; None where it takes no such fields.
        load_context: what a call of `load` needs in its context to read such texts.
        show: a planned or answered value as reports show it.
        is_empty: whether an answered value is none.
        empties: what a search has to ask for, to find the fields without a value.
        false_is_a_value: False is no lack of one.
        never_empty: a field without a value is one with the value 0 or False.
        is_text: keys are texts and equal as they stand.
        is_exact: a search finds what was written. Others are rounded, cleaned, or kept as sets and documents by Odoo.
        is_exact_at_digits: where the field has digits, a search finds what was rounded to them.
        is_dated: each change of the value moves the record's `write_date`, and equal values stay equal.
        is_heavy: long to read, and to compare.
        is_rewritten: Odoo may keep another form of what it is sent.
        is_unique: the value may be one that only one record can have.
        is_writable: values can be written at all.
        is_restorable: values are short, and the record's own, so that a journal may keep them.
        is_file: the value is the content of a file; checksums are compared where Odoo has them.
        is_markup: the value is HTML.
        is_moment: the value is a date, or a date and time.
        has_time: of a moment: it has a time of day.
        is_number: values can be added up.
        is_money: the value is an amount, which is rounded to its currency.
        has_choices: the field offers values, which have labels.
        is_many: the value is any number of records.
        is_lines: they are there through this field alone.
        has_model: Odoo says of which model the records are.
        any_model: the value may be the id of a record of whatever model.
        is_reference: a value is never a bare number: it is found by a lookup.
        names_model: a record is written as "model,id".
    """

    read: Callable[[FieldSpec], Convert] = parse_as_is
    takes_text: Callable[[FieldSpec], bool] = never
    encode: Callable[[Field], Convert] = encode_as_is
    fitting: tuple[str, ...] | None = None
    cleared: Any = False
    from_answered: Callable[[Any], Any] = as_answered
    typed: Callable[[Any], Any] = typed_or_none
    same: Callable[[Field], Same] = lambda _: equal
    comparable: Callable[[Field], Convert] = lambda _: first_or_value
    is_form: Same = never
    cell: Callable[[Any], str] | None = None
    load_context: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[Any], Any] = show_value
    is_empty: Callable[[Any], bool] = operator.not_
    empties: tuple[Any, ...] = (False,)
    false_is_a_value: bool = False
    never_empty: bool = False
    is_text: bool = False
    is_exact: bool = True
    is_exact_at_digits: bool = False
    is_dated: bool = False
    is_heavy: bool = False
    is_rewritten: bool = False
    is_unique: bool = False
    is_writable: bool = True
    is_restorable: bool = True
    is_file: bool = False
    is_markup: bool = False
    is_moment: bool = False
    has_time: bool = False
    is_number: bool = False
    is_money: bool = False
    has_choices: bool = False
    is_many: bool = False
    is_lines: bool = False
    has_model: bool = False
    any_model: bool = False
    is_reference: bool = False
    names_model: bool = False

    @property
    def takes_lookup(self) -> bool:
        """Whether a record that a lookup finds can be its value."""
        return self.any_model or (self.has_model and self.is_writable)

    @property
    def is_one_record(self) -> bool:
        """Whether the value is one record of the model that Odoo says."""
        return self.has_model and not self.is_many

    def is_none(self, value: Any) -> bool:
        """Whether a planned value is the lack of one."""
        return value is None or (value is False and not self.false_is_a_value)

    def searched(self, values: Sequence[Any]) -> list[Any]:
        """Values of a key as `in` finds them in every version of Odoo.

        A field without a value is NULL, or holds what counts as none. Odoo 19 finds both by either, older versions only
        what is said (`odoo/orm/domains.py`, `odoo/osv/expression.py`).
        """
        given = [value for value in values if value]
        if len(given) == len(values) or self.false_is_a_value:
            return list(values)
        return [*given, *self.empties]
