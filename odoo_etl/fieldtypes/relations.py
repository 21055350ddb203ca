"""Fields whose values are records: `many2one`, `many2many`, `one2many`, `reference`, `many2one_reference`."""

from __future__ import annotations

from typing import Any

from odoo_etl.fieldtypes.cells import read_as
from odoo_etl.fieldtypes.field_type import FieldType, show_value
from odoo_etl.fieldtypes.numbers import NUMBERS, encode_integer
from odoo_etl.fieldtypes.written import IdList


def id_of_answered(answered: Any) -> Any:
    """The id of a record that may come as [id, display name], from servers before 15."""
    return answered[0] if isinstance(answered, (list, tuple)) and answered else answered


def same_record(ours: Any, theirs: Any) -> bool:
    """By id."""
    return (ours or False) == (id_of_answered(theirs) or False)


def same_records(ours: Any, theirs: Any) -> bool:
    """As sets; what is to be added must be among what is there, and what is to go must not."""
    wanted = ours if isinstance(ours, IdList) else IdList((), "set")
    return wanted.is_in(theirs or ())


def show_record(value: Any) -> Any:
    """A record by its id."""
    return show_id(id_of_answered(value)) if value else show_value(value)


def show_records(value: Any) -> Any:
    """Records by their ids; those that come in addition, or go, under that word, since others stay beside them."""
    if not isinstance(value, IdList):
        return show_value(value)
    ids = [show_id(each) for each in value.ids]
    return ids if value.command == "set" else {value.command: ids}


def show_id(record_id: int) -> int | str:
    """An id; the made-up ones of a plan mean nothing to a reader."""
    return record_id if record_id > 0 else "(new)"


def cell_of_records(value: IdList) -> str:
    """The ids, as `load` reads them for a new record."""
    return "" if value.command == "remove" else ",".join(map(str, value.ids))


def list_of_answered(answered: Any) -> IdList:
    """The records of an answer as those that a field is to hold."""
    return IdList(tuple(answered or ()), "set")


def typed_record(answered: Any) -> Any:
    """The id of a record, None for none."""
    return id_of_answered(answered) or None


def typed_records(answered: Any) -> list[int] | None:
    """The ids of records, None for none."""
    return list(answered or ()) or None


MANY2ONE = FieldType(
    read=read_as("integer"),
    encode=encode_integer,
    fitting=NUMBERS,
    from_answered=id_of_answered,
    typed=typed_record,
    same=lambda _: same_record,
    cell=str,
    show=show_record,
    is_dated=True,
    is_unique=True,
    has_model=True,
    is_reference=True,
)
MANY2MANY = FieldType(
    read=read_as("integer"),
    encode=encode_integer,  # of each; a list of them becomes an `IdList`
    fitting=NUMBERS,
    cleared=IdList((), "set"),
    from_answered=list_of_answered,
    typed=typed_records,
    same=lambda _: same_records,
    cell=cell_of_records,
    show=show_records,
    is_exact=False,
    is_many=True,
    has_model=True,
    is_reference=True,
)
ONE2MANY = FieldType(
    cleared=IdList((), "set"),
    from_answered=list_of_answered,
    typed=typed_records,
    same=lambda _: same_records,
    show=show_records,
    is_exact=False,
    is_writable=False,  # its lines are records of their own
    is_restorable=False,
    is_many=True,
    is_lines=True,
    has_model=True,
)
REFERENCE = FieldType(cell=str, any_model=True, is_reference=True, names_model=True)
MANY2ONE_REFERENCE = FieldType(encode=encode_integer, typed=typed_record, cell=str, any_model=True, is_reference=True)
