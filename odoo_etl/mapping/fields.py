"""One mapped field: a function from a cell to the value its record gets, or to a `BadValue`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import (
    BadValue,
    Convert,
    IdList,
    TargetField,
    are_planned_texts,
    as_text,
    holds_html,
    refers_to_content,
    shown,
)
from odoo_etl.mapping.record import CLEAR, SKIP, Ref, RefList
from odoo_etl.mapping.references import FindField, converter, referring
from odoo_etl.spec import FieldSpec
from odoo_etl.spec.transforms import NO_CELLS, Change, Unreadable, change_of
from odoo_etl.text import OutOfRange, values_in

AsTheyAre = Callable[[Sequence[Any]], bool]


def cell_mapper(
    spec: FieldSpec, target: TargetField, find_field: FindField, beside: Mapping[str, str] = NO_CELLS
) -> Convert:
    """Build the function that converts one cell (or, with `columns`, one tuple of cells).

    Args:
        beside: the cells of the columns that transforms read besides.

    Returns:
        A function that answers a planned value, `SKIP`, `Ref`, `RefList` or `IdList`, and raises `BadValue`.
    """
    prepare = _mapped(spec, _transformer(spec, beside, blank_is_empty=_blank_is_empty(spec, target)))
    empty = _on_empty(spec, target, find_field)
    value = _single(spec, target, find_field)

    def one(cell: Any) -> Any:
        cell = prepare(cell)
        return empty() if cell is None or cell == "" else value(cell)

    if not spec.columns:
        return _splitting(spec, prepare, empty, value) if target.type.is_many else one
    several = _together(spec, target, empty, value)
    if target.type.is_many and isinstance(spec.split, tuple):
        return _with_each(spec, prepare, empty, several)
    together = _listing(spec, several) if target.type.is_many else several
    return lambda cells: together(tuple(map(prepare, cells)))


def _together(spec: FieldSpec, target: TargetField, empty: Callable[[], Any], value: Convert) -> Convert:
    """The parts of one lookup. Without the first it is an empty cell; in a key, only where the job says so.

    Else it is one without all of them, as where something stands for empty parts.
    """
    stands = any(one.external_id is not None and one.external_id.empty for one in spec.lookup)
    first_decides = not stands and (not target.searched or spec.empty == "clear")
    may_lack = bool(spec.lookup) and spec.lookup[-1].on_missing == "empty" and not stands
    set_of = _cut(spec)[0] if any(one.exactly for one in spec.lookup) else -1

    def several(parts: tuple[Any, ...]) -> Any:
        blank = [part is None or part == "" for part in parts]
        if set_of >= 0:
            blank[set_of] = False  # no record is in the set
        if all(blank) or (blank[0] and first_decides):
            return empty()
        if any(blank) and may_lack:  # no record can have it
            return IdList((), spec.command) if target.type.is_many else CLEAR
        return value(parts)

    return several


def as_they_are(spec: FieldSpec, target: TargetField) -> AsTheyAre:
    """Whether `cell_mapper` would give back each cell of a column as it is.

    Most columns are texts for text fields: looked at together, they cost a tenth of what they cost one by one.
    """
    if spec.transform or spec.map is not None or spec.lookup or not target.type.takes_text(spec):
        return never

    def they_are(cells: Sequence[Any]) -> bool:
        return "" not in cells and are_planned_texts(cells, target)

    return they_are


def never(_: Sequence[Any]) -> bool:
    """For fields whose cells must be looked at one by one."""
    return False


def _blank_is_empty(spec: FieldSpec, target: TargetField) -> bool:
    """Whether cells of nothing but blanks are empty ones: wherever they are not kept as text."""
    return spec.map is None and (bool(spec.lookup) or not target.type.takes_text(spec))


def _transformer(spec: FieldSpec, beside: Mapping[str, str], *, blank_is_empty: bool) -> Convert:
    """The cell after its transforms; what no field can take is refused here, before any type is asked for."""
    steps = [change_of(step, beside) for step in spec.transform]

    def prepare(cell: Any) -> Any:
        if type(cell) is OutOfRange:
            raise BadValue(cell.code, f"{shown(cell)} {cell.why}")
        for change, takes_typed in steps:
            if cell is None or cell == "":
                break
            if takes_typed or isinstance(cell, str):
                cell = _changed(change, as_text(cell))
        return None if blank_is_empty and isinstance(cell, str) and not cell.strip() else cell

    return prepare


def _changed(change: Change, text: str) -> str:
    try:
        return change(text)
    except Unreadable as error:
        raise BadValue(error.code, f"{shown(text)} {error.reason}") from None


def _on_empty(spec: FieldSpec, target: TargetField, find_field: FindField) -> Callable[[], Any]:
    """Decide what an empty cell means: the default, else a reject if required, else as `empty` says."""
    if spec.has_default:
        default = constant(spec, spec.default, target, find_field)
        return lambda: default
    if spec.required or spec.empty == "reject":

        def refuse() -> Any:
            raise BadValue("required", f"{target.name} needs a value and the cell is empty")

        return refuse
    if spec.empty == "skip":
        return lambda: SKIP
    cleared = target.type.cleared
    return lambda: cleared


def constant(spec: FieldSpec, value: Any, target: TargetField, find_field: FindField) -> Any:
    """The planned value for a `value` or `default`; it is typed in the YAML already, looked up where a cell would be.

    A list is several records for a many2many, else the parts of one key for a lookup by several fields.
    """
    if target.type.is_none(value):
        return target.type.cleared
    one = _single(spec, target, find_field) if spec.lookup else converter(_as_constant(spec), target)
    parts = tuple(value) if isinstance(value, list) else (value,)
    by = spec.lookup[0].by if spec.lookup else ()
    if len(by) > 1:
        if len(parts) != len(by):
            raise BadValue("incomplete_lookup", f"a list of {', '.join(by)} is wanted, not {shown(value)}")
        found = [one(parts)]
    else:
        found = [one(part) for part in parts]
    if target.type.is_many:
        return _listed(found, spec.command) if found else target.type.cleared
    if len(found) != 1:
        raise BadValue("bad_constant", f"{target.name} takes one value, not {shown(value)}")
    return found[0]


def _as_constant(spec: FieldSpec) -> FieldSpec:
    """The part of what a field says that holds for constants too: they are typed, but markup and paths are texts."""
    if refers_to_content(spec):
        return spec
    return _HTML if holds_html(spec) else _PLAIN


_PLAIN = FieldSpec(value=None)
_HTML = FieldSpec(value=None, type="html")


def _single(spec: FieldSpec, target: TargetField, find_field: FindField) -> Convert:
    return referring(spec, target, find_field) if spec.lookup else converter(spec, target)


def _mapped(spec: FieldSpec, prepare: Convert) -> Convert:
    """Translate by `map` what `prepare` gives; null in the map makes the cell an empty one."""
    if spec.map is None:
        return prepare
    table = spec.map

    def translate(cell: Any) -> Any:
        cell = prepare(cell)
        if cell is None or cell == "":
            return None
        text = as_text(cell)
        if text not in table and not text.strip():
            return None
        if text not in table:
            some = ", ".join(map(repr, list(table)[:12]))
            hint = " (a truth of the source is 'true' or 'false')" if isinstance(cell, bool) else ""
            raise BadValue("not_in_map", f"{shown(text)} is not in the map; it knows {some}{hint}")
        return table[text]

    return translate


def _splitting(spec: FieldSpec, prepare: Convert, empty: Callable[[], Any], value: Convert) -> Convert:
    """Many2many: several values in one cell, parted by `split`, blanks around each ignored."""
    mark = spec.split if isinstance(spec.split, str) else ""

    def several(cell: Any) -> Any:
        pieces = values_in(cell, mark) if mark or isinstance(cell, (list, tuple)) else [cell]
        parts = [part for part in map(prepare, pieces) if part is not None and part != ""]
        return _listed([value(part) for part in parts], spec.command) if parts else empty()

    return several


def _listing(spec: FieldSpec, one: Convert) -> Convert:
    """Many2many from several columns: the one record that they name together."""

    def single(cells: tuple[Any, ...]) -> Any:
        value = one(cells)
        return _listed([value], spec.command) if isinstance(value, Ref) else value

    return single


def _with_each(spec: FieldSpec, prepare: Convert, empty: Callable[[], Any], several: Convert) -> Convert:
    """Many2many from several columns, of which one holds several values: each with the cells of the others."""
    place, mark = _cut(spec)

    def listing(cells: tuple[Any, ...]) -> Any:
        pieces = map(prepare, values_in(cells[place], mark))
        others = tuple(prepare(cell) for number, cell in enumerate(cells) if number != place)
        parts = [(*others[:place], piece, *others[place:]) for piece in pieces if piece is not None and piece != ""]
        found = list(map(several, parts))
        if not found:
            return empty()
        return _listed(found, spec.command) if isinstance(found[0], Ref) else found[0]  # without a part, all are empty

    return listing


def _cut(spec: FieldSpec) -> tuple[int, str]:
    """Which of several columns `split` cuts, and at what; -1 for none."""
    marks = spec.split if isinstance(spec.split, tuple) else ()
    return next(((number, mark) for number, mark in enumerate(marks) if mark is not None), (-1, ""))


def _listed(values: Sequence[Any], command: str) -> RefList | IdList:
    if isinstance(values[0], Ref):
        return RefList(tuple(dict.fromkeys(values)), command)
    return IdList(tuple(sorted(set(values))), command)
