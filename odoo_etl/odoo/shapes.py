"""Is this the answer that a method gives? JSON from something else than Odoo may come with status 200, too.

A gateway that answers `{"status": "maintenance"}` to a `create` must not pass for Odoo having created anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from odoo_etl.odoo.call import Call


def fits(call: Call, answer: Any) -> bool:
    """True if Odoo can have answered this to the call; True for methods whose answer we don't know."""
    fit = _FITS.get(call.method)
    return fit is None or fit(call, answer)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_ids(answer: Any) -> bool:
    return isinstance(answer, list) and all(map(_is_id, answer))


def _are_records(answer: Any) -> bool:
    return isinstance(answer, list) and all(isinstance(record, dict) for record in answer)


def _created(call: Call, answer: Any) -> bool:
    """One id for each record given."""
    if isinstance(call.params.get("vals_list"), Mapping):
        return _is_id(answer)
    return _are_ids(answer) and len(answer) == call.size


def _loaded(_: Call, answer: Any) -> bool:
    return isinstance(answer, dict) and answer.keys() >= {"ids", "messages"}


def _changed(_: Call, answer: Any) -> bool:
    """Odoo's True, or whatever small thing a module's own method gives; never a document."""
    return not isinstance(answer, dict | str)


_FITS: dict[str, Callable[[Call, Any], bool]] = {
    "search": lambda _, answer: _are_ids(answer) or _is_id(answer),  # a number with `count` before Odoo 17
    "search_count": lambda _, answer: _is_id(answer),
    "search_read": lambda _, answer: _are_records(answer),
    "read": lambda _, answer: _are_records(answer),
    "fields_get": lambda _, answer: isinstance(answer, dict) and _are_records(list(answer.values())),
    "create": _created,
    "load": _loaded,
    "web_save_multi": lambda call, answer: _are_records(answer) and len(answer) == call.size,
    "write": _changed,
    "unlink": _changed,
}
