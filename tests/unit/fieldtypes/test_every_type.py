"""The contract of field types: the same cases for each of them. A new type is one more row of `TYPES`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pytest

from odoo_etl.fieldtypes import (
    FIELD_TYPES,
    BadValue,
    FieldType,
    IdList,
    answered_as,
    are_planned_texts,
    to_write,
    type_of,
)
from odoo_etl.fieldtypes.cells import PARSERS
from odoo_etl.fieldtypes.properties import Properties
from odoo_etl.spec import CONTENT_TYPES
from tests.builders import field_spec, target

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
OF_TEXT = ("char", "text")
OF_NUMBERS = (*OF_TEXT, "integer", "decimal")
OF_MOMENTS = (*OF_TEXT, "date", "datetime")
UNLOADABLE = None  # Odoo's `load` takes no such field


@dataclass(frozen=True)
class Case:
    """A value of one type on its way.

    Attributes:
        cell: as a source has it; `...` where cells hold several.
        planned: what it becomes.
        answered: how Odoo answers it.
        other: how Odoo answers another value, which is no form of this one.
        is_a: the flags that hold for the type.
        bad: cells that cannot become a value, and the code of the reject.
        attributes: what `fields_get` says of the field besides its type.
        written: what `create` takes, where that is something else.
        loaded: the text that `load` takes; `BadValue` where it cannot read it.
        shown: in a report, where that is something else.
        key: the value as a key, where that is something else.
        nothing: how Odoo answers that the field is empty; shown as `shown_nothing`.
        searched: what finds the fields without a value.
        form: a form of the value that Odoo may keep of it.
        fitting: the declared types that can become one; None for all.
    """

    cell: Any
    planned: Any
    answered: Any
    other: Any
    is_a: frozenset[str]
    bad: tuple[Any, str] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    written: Any = ...
    loaded: str | None = UNLOADABLE
    shown: Any = ...
    key: Any = ...
    nothing: Any = False
    shown_nothing: Any = None
    searched: tuple[Any, ...] = (False,)
    form: Any = ...
    fitting: tuple[str, ...] | None = None


def flags(text: str) -> frozenset[str]:
    """Names of attributes of a type."""
    return frozenset(text.split())


TYPES = {
    "binary": Case(
        *(PNG, PNG, PNG, "AAAA", flags("is_dated is_heavy is_file is_writable")),
        bad=("photos/1.png", "bad_binary"),
        loaded=PNG,
        shown="48 bytes, sha1 bab3d0735a88",
        fitting=("base64", "file", "url", *OF_TEXT),
    ),
    "boolean": Case(
        *("yes", True, True, False, flags("is_exact is_dated is_writable is_restorable false_is_a_value never_empty")),
        bad=("perhaps", "bad_boolean"),
        loaded="1",
        shown_nothing=False,
        fitting=("integer", "decimal", "boolean"),
    ),
    "char": Case(
        *("BE 0477", "BE 0477", "BE 0477", "BE0478"),
        flags("is_text is_exact is_dated is_unique is_writable is_restorable"),
        bad=("a\0", "bad_text"),
        loaded="BE 0477",
        searched=(False, ""),
        form="BE0477",
    ),
    "date": Case(
        *(" 0999-01-02", "0999-01-02", "999-01-02", "2024-01-02"),
        flags("is_exact is_dated is_unique is_moment is_writable is_restorable"),
        bad=("2024-02-30", "bad_date"),
        loaded=BadValue,
        shown="999-01-02",
        key="0999-01-02",
        fitting=OF_MOMENTS,
    ),
    "datetime": Case(
        *("2024-02-29T23:30:00+01:00", "2024-02-29 22:30:00", "2024-02-29 22:30:00", "2024-02-29 22:30:01"),
        flags("is_exact is_dated is_unique is_moment has_time is_writable is_restorable"),
        bad=("yesterday", "bad_datetime"),
        loaded="2024-02-29 22:30:00",
        fitting=OF_MOMENTS,
    ),
    "float": Case(
        *(
            "0.285",
            0.285,
            0.29,
            0.31,
            flags("is_exact_at_digits is_dated is_number is_writable is_restorable never_empty"),
        ),
        bad=("1,5", "bad_number"),
        attributes={"digits": [16, 2]},
        loaded="0.285",
        shown=0.29,
        nothing=0.0,
        shown_nothing=0.0,
        searched=(False, 0),
        form=0.3,
        fitting=OF_NUMBERS,
    ),
    "html": Case(
        *("a < b\nc", "<p>a &lt; b<br>c</p>", "<p>a &lt; b<br/>c</p>", "<p>a</p>"),
        flags("is_dated is_heavy is_rewritten is_markup is_writable is_restorable"),
        bad=("half \ud83d", "bad_text"),
        loaded="<p>a &lt; b<br>c</p>",
        shown="<p>a &lt; b<br/>c</p>",
        form="<div>a &lt; b c</div>",
    ),
    "integer": Case(
        *(
            "7.0",
            7,
            7,
            8,
            flags("is_number is_exact is_dated is_unique is_writable is_restorable never_empty any_model"),
        ),
        bad=(2**31, "out_of_range"),
        loaded="7",
        nothing=0,
        shown_nothing=0,
        searched=(False, 0),
        fitting=OF_NUMBERS,
    ),
    "json": Case(
        *({"a": 1}, {"a": 1}, {"a": 1}, {"a": 2}, flags("is_writable is_restorable")),
        loaded='{"a": 1}',
        form={"a": 1, "b": None},
    ),
    "many2many": Case(
        *(..., IdList((3, 7), "set"), [7, 3], [7], flags("is_many has_model is_reference is_writable is_restorable")),
        written=[[6, 0, [3, 7]]],
        loaded="3,7",
        shown=[3, 7],
        nothing=[],
        shown_nothing=[],
        fitting=OF_NUMBERS,
    ),
    "many2one": Case(
        *("7", 7, [7, "Seven"], [8, "Eight"]),
        flags("is_exact is_dated is_unique has_model is_reference is_writable is_restorable"),
        bad=("Seven", "bad_number"),
        loaded="7",
        fitting=OF_NUMBERS,
    ),
    "many2one_reference": Case(
        *(7, 7, 7, 8, flags("is_exact any_model is_reference is_writable is_restorable")),
        bad=("Seven", "bad_number"),
        loaded="7",
    ),
    "monetary": Case(
        *("1234.565", 1234.565, 1234.565, 1234.99),
        flags("is_rewritten is_money is_number is_writable is_restorable never_empty"),
        bad=("1e400", "bad_number"),
        loaded="1234.565",
        nothing=0.0,
        shown_nothing=0.0,
        searched=(False, 0),
        form=1234.57,
        fitting=OF_NUMBERS,
    ),
    "one2many": Case(
        *(..., IdList((3,), "add"), [7, 3], [7], flags("is_many is_lines has_model")),
        written=[[4, 3, 0]],
        shown=[3],
        nothing=[],
        shown_nothing=[],
    ),
    "properties": Case(
        '{"size": "L"}',
        Properties(size="L"),
        [{"name": "size", "type": "char", "value": "L"}, {"name": "color", "type": "char", "value": "red"}],
        [{"name": "size", "type": "char", "value": "M"}],
        flags("is_rewritten is_writable is_restorable"),
        bad=("L", "bad_properties"),
        written={"size": "L", "color": "red"},
        nothing=[],
        shown_nothing=[],
        form=[{"name": "size", "type": "char", "value": "l "}],
    ),
    "properties_definition": Case(
        *([{"name": "a"}], [{"name": "a"}], [{"name": "a"}], [], flags("is_writable is_restorable")),
    ),
    "reference": Case(
        *("res.partner,7", "res.partner,7", "res.partner,7", "res.partner,8"),
        flags("is_exact any_model is_reference names_model is_writable is_restorable"),
        loaded="res.partner,7",
    ),
    "selection": Case(
        *("draft", "draft", "draft", "sale", flags("is_text is_exact is_dated has_choices is_writable is_restorable")),
        bad=("Draft", "bad_selection"),
        attributes={"selection": [["draft", "Quotation"], ["sale", "Order"]]},
        loaded="draft",
    ),
    "text": Case(
        *("a\r\nb", "a\r\nb", "a\nb", "b", flags("is_text is_exact is_dated is_writable is_restorable")),
        bad=("a\0", "bad_text"),
        loaded="a\r\nb",
        shown="a\nb",
        key="a\r\nb",
        searched=(False, ""),
        form="A B",
    ),
}


@pytest.fixture(params=sorted(TYPES))
def name(request):
    """The name of each type."""
    return request.param


@pytest.fixture
def case(name):
    """Its case."""
    return TYPES[name]


@pytest.fixture
def a_field(name, case):
    """A field of that type."""
    return target(name, relation="res.partner", **case.attributes)


def or_else(value, default):
    """The value, unless the case says nothing of it."""
    return default if value is ... else value


def test_every_type_has_its_case():
    """And there is none without a type."""
    assert TYPES.keys() == FIELD_TYPES.keys()


def test_a_cell_becomes_the_planned_value(case, a_field):
    """It is read, then encoded."""
    if case.cell is not ...:
        kind = a_field.type
        assert kind.encode(a_field)(kind.read(field_spec())(case.cell)) == case.planned


def test_a_planned_value_encodes_as_itself(case, a_field):
    """So that constants of a job may be values already."""
    if not a_field.type.is_many:
        assert a_field.type.encode(a_field)(case.planned) == case.planned


def test_what_cannot_become_a_value_is_refused_with_its_code(case, a_field):
    """And a reason to read."""
    if case.bad:
        cell, code = case.bad
        with pytest.raises(BadValue) as caught:
            a_field.type.encode(a_field)(a_field.type.read(field_spec())(cell))
        assert caught.value.code == code
        assert caught.value.reason


def test_cells_that_are_taken_as_text_are_values_already(case, a_field):
    """One by one, and a whole column at once."""
    if a_field.type.takes_text(field_spec()):
        assert a_field.type.encode(a_field)(case.cell) is case.cell
        assert are_planned_texts([case.cell, case.cell], a_field)
        assert not are_planned_texts([case.cell, "\0"], a_field)


def test_the_value_is_what_odoo_answers_of_it(case, a_field):
    """Nothing is left to write; of another value, there is."""
    same = a_field.comparer()
    assert same(case.planned, case.answered)
    assert not same(case.planned, case.other)
    assert not same(case.planned, case.nothing)


def test_the_empty_value_is_what_odoo_answers_of_it(case, a_field):
    """In whatever form it says so."""
    same, cleared = a_field.comparer(), a_field.type.cleared
    assert same(cleared, case.nothing)
    assert same(cleared, False)
    assert a_field.type.is_none(None)
    assert a_field.type.is_none(False) is not a_field.type.false_is_a_value
    assert not same(cleared, case.answered) or a_field.ttype == "properties"  # those that are not named stay


def test_an_answer_that_is_put_back_is_the_same(case, a_field):
    """As undo does it."""
    assert a_field.comparer()(a_field.type.from_answered(case.answered), case.answered)


def test_an_answer_as_a_source_gives_it_is_the_same(case, a_field):
    """Once it has been planned again; of nothing it is None, or what a field without a value has."""
    cell, encode = a_field.type.typed(case.answered), a_field.type.encode(a_field)
    planned = IdList(tuple(map(encode, cell)), "set") if a_field.type.is_many else encode(cell)
    assert a_field.comparer()(planned, case.answered)
    nothing = a_field.type.typed(case.nothing)
    assert nothing is None or (a_field.type.never_empty and nothing == case.nothing)


def test_a_value_as_it_is_written(case, a_field):
    """In place of what the field holds; afterwards Odoo answers it so."""
    assert to_write(case.planned, case.answered) == or_else(case.written, case.planned)
    assert a_field.comparer()(case.planned, answered_as(case.planned, case.answered))
    if isinstance(case.planned, IdList):
        assert IdList.of_written(case.written) == case.planned


def test_a_value_as_load_reads_it(case, a_field):
    """A text; or the type is none that `load` takes."""
    cell = a_field.type.cell
    if case.loaded is BadValue:
        with pytest.raises(BadValue, match="Odoo cannot be given"):
            cell(case.planned)
    else:
        assert (cell and cell(case.planned)) == case.loaded


def test_a_value_as_reports_show_it(case, a_field):
    """What is planned, what Odoo has, and what is empty."""
    show = a_field.type.show
    plain = case.planned
    if isinstance(plain, IdList):
        plain = list(plain.ids) if plain.command == "set" else {plain.command: list(plain.ids)}
    assert show(case.planned) == (case.shown if a_field.type.is_file else plain)
    assert show(case.answered) == or_else(case.shown, plain) or a_field.type.is_many or a_field.ttype == "properties"
    assert show(case.nothing) == case.shown_nothing


def test_both_sides_of_a_key_are_equal_values(case, a_field):
    """Of the types whose fields can be keys."""
    if a_field.type.is_exact:
        key = or_else(case.key, case.planned)
        assert a_field.comparable(case.planned) == key
        assert a_field.comparable(case.answered) == key or a_field.type.is_text  # line ends are no matter of keys
        assert a_field.comparable(case.other) != key
        assert not a_field.comparable(False)


def test_values_are_searched_for_as_odoo_keeps_them(case, a_field):
    """A value as it is, none in each form that it may have."""
    if a_field.type.is_exact:
        assert a_field.type.searched([case.planned]) == [case.planned]
        found = a_field.type.searched([False, case.planned])
        assert found == ([False, case.planned] if a_field.type.false_is_a_value else [case.planned, *case.searched])


def test_what_odoo_makes_of_a_value(case, a_field):
    """A form of its own is the value still; another value is not."""
    if case.form is not ...:
        assert a_field.is_form(case.planned, case.form)
    assert not a_field.is_form(case.planned, case.nothing)
    assert not a_field.is_form(case.planned, case.other) or a_field.ttype == "json"  # which Odoo keeps as it likes


def test_which_declared_types_can_become_one(case, a_field):
    """All, where a type says nothing."""
    fitting = a_field.type.fitting
    assert fitting == case.fitting
    assert set(fitting or ()) <= {*PARSERS, *(CONTENT_TYPES if a_field.type.is_file else ())}


def test_what_a_type_is(case, a_field):
    """Each flag, by name."""
    names = [one.name for one in fields(FieldType) if one.type == "bool"]
    assert {name for name in names if getattr(a_field.type, name)} == case.is_a


def test_flags_go_together():
    """Whatever the type."""
    for kind in FIELD_TYPES.values():
        assert not (kind.has_model and kind.any_model)
        assert not kind.names_model or (kind.any_model and kind.is_reference)
        assert not kind.is_unique or kind.is_exact
        assert not kind.is_text or kind.is_exact
        assert not kind.is_many or (kind.has_model and not kind.is_exact and not kind.is_dated)
        assert not kind.false_is_a_value or kind.never_empty
        assert not kind.is_money or not kind.is_dated
        assert kind.takes_lookup or not kind.is_reference


def test_a_type_that_nobody_knows_takes_what_it_is_given():
    """Of modules that bring their own."""
    kind, strange = type_of("geo_point"), target("geo_point")
    assert kind.encode(strange)(kind.read(field_spec())((4.35, 50.85))) == (4.35, 50.85)
    assert strange.comparer()("POINT(1 2)", "POINT(1 2)")
    assert not strange.comparer()("POINT(1 2)", "POINT(1 3)")
    assert (kind.cell, kind.is_exact, kind.takes_lookup) == (None, True, False)
