"""Odoo's public methods: the order of their parameters, and what sending one twice does.

The old protocols send arguments by position because parameters were renamed over the versions (`search(args)` became
`search(domain)` in 16); JSON-2 takes names only. One table serves both directions. Names are those of Odoo 19
(`odoo/orm/models.py`, `addons/web/models/models.py`), positions hold since Odoo 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Again(Enum):
    """The effect of sending a call a second time after the first one got no answer."""

    NOTHING = "it only reads"
    SAME = "it writes the same thing again, unless its values hold commands that create or delete"
    NAMED = "records and their external ids appear together: the same thing where every row has an external id"
    TWICE = "it may create or trigger something twice, or find its records gone"


@dataclass(frozen=True, slots=True)
class Signature:
    """A method's named parameters in order; `on_records` is True where it works on the records in `ids`."""

    params: tuple[str, ...]
    on_records: bool = False
    again: Again = Again.NOTHING


METHODS: dict[str, Signature] = {
    "search": Signature(("domain", "offset", "limit", "order")),
    "search_count": Signature(("domain", "limit")),
    "search_read": Signature(("domain", "fields", "offset", "limit", "order")),
    "read": Signature(("fields", "load"), on_records=True),
    "read_group": Signature(("domain", "fields", "groupby", "offset", "limit", "orderby", "lazy")),
    "formatted_read_group": Signature(("domain", "groupby", "aggregates", "having", "offset", "limit", "order")),
    "fields_get": Signature(("allfields", "attributes")),
    "default_get": Signature(("fields",)),
    "name_search": Signature(("name", "domain", "operator", "limit")),
    "context_get": Signature(()),
    "has_access": Signature(("operation",), on_records=True),
    "check_access_rights": Signature(("operation", "raise_exception")),
    "get_metadata": Signature((), on_records=True),
    "get_external_id": Signature((), on_records=True),
    "export_data": Signature(("fields_to_export",), on_records=True),
    "get_field_translations": Signature(("field_name", "langs"), on_records=True),
    "web_read": Signature(("specification",), on_records=True),
    "web_search_read": Signature(("domain", "specification", "offset", "limit", "order", "count_limit")),
    "write": Signature(("vals",), on_records=True, again=Again.SAME),
    "web_save_multi": Signature(("vals_list", "specification"), on_records=True, again=Again.SAME),
    "update_field_translations": Signature(
        ("field_name", "translations", "source_lang"), on_records=True, again=Again.SAME
    ),
    "unlink": Signature((), on_records=True, again=Again.TWICE),
    "action_archive": Signature((), on_records=True, again=Again.SAME),
    "action_unarchive": Signature((), on_records=True, again=Again.SAME),
    "create": Signature(("vals_list",), again=Again.TWICE),
    "load": Signature(("fields", "data"), again=Again.NAMED),
    "name_create": Signature(("name",), again=Again.TWICE),
    "copy": Signature(("default",), on_records=True, again=Again.TWICE),
    "web_save": Signature(("vals", "specification", "next_id"), on_records=True, again=Again.TWICE),
}
