"""Values that a function of the project gives: row by row, or for many rows at once as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from odoo_etl.fieldtypes import BadValue
from odoo_etl.spec import Foreign, PythonError, PythonSpec
from odoo_etl.text import OutOfRange

REFUSED: Final = "python_refused"


def calling_per_row(spec: PythonSpec, field: str) -> Callable[[Mapping[str, Any]], Any]:
    """The function from a row to what the project's function makes of it.

    It raises `BadValue` where that raises ValueError, and `PythonError` where it fails.
    """
    function = spec.imported()
    foreign = Foreign(_failed(spec, field), passes=(ValueError,))

    def value(row: Mapping[str, Any]) -> Any:
        cells = {name: str(cell) if type(cell) is OutOfRange else cell for name, cell in row.items()}
        with foreign:
            try:
                found = function(cells)
            except ValueError as error:
                raise _refused(error) from None
        return _given(found)

    return value


def calling_per_frame(spec: PythonSpec, field: str) -> Callable[[Mapping[str, Sequence[Any]], int], list[Any]]:
    """The function from columns to the values that the project's function makes of all their rows.

    It raises `PythonError` where that fails.
    """
    function = spec.imported()
    foreign = Foreign(_failed(spec, field))

    def values(columns: Mapping[str, Sequence[Any]], count: int) -> list[Any]:
        import pandas as pd

        cells = {name: [str(one) if type(one) is OutOfRange else one for one in some] for name, some in columns.items()}
        frame = pd.DataFrame(cells, index=range(count), dtype=object)
        with foreign:
            found = function(frame)
        series = found if isinstance(found, pd.Series) else pd.Series(_list(spec, found), dtype=object)
        if len(series) != count or set(series.index) != set(range(count)):
            message = f"`{spec.function}` gave {len(series):,} values for the {count:,} rows of its frame"
            raise PythonError(f"{message}; it must give one for each, in their order or under their index")
        ordered = series.reindex(range(count)).astype(object)
        return [None if lacks else one for one, lacks in zip(ordered.tolist(), ordered.isna().tolist(), strict=True)]

    return values


def given(value: Any) -> Any:
    """A value of such a list; it raises `BadValue` for an error that stands in the place of one."""
    if isinstance(value, ValueError):
        raise _refused(value)
    return _given(value)


def _given(value: Any) -> Any:
    """A value as sources have it: numbers of numpy and moments of pandas are Python's."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return value.item()
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def _list(spec: PythonSpec, found: Any) -> list[Any]:
    is_list = isinstance(found, (list, tuple)) or (type(found).__module__ == "numpy" and hasattr(found, "tolist"))
    if not is_list:
        message = f"`{spec.function}` gave a {type(found).__name__}"
        raise PythonError(f"{message}; per frame it must give a Series, list or array of values")
    return list(found)


def _failed(spec: PythonSpec, field: str) -> str:
    return f"`{spec.function}`, which gives the field {field} its values, failed (ValueError rejects a row)"


def _refused(error: ValueError) -> BadValue:
    return BadValue(REFUSED, str(error) or f"{type(error).__name__} without a text")
