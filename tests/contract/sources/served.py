"""Servers that make up what they answer: pages of an API, records of an Odoo; as many as are asked for, or a break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from odoo_etl.spec import ConnectionSpec
from odoo_etl.spec import Server as ConnectedServer
from odoo_etl.spec.sources import HttpSource, OdooSource, SourceSpec
from tests.web import Asked, Web, as_json

Answer = tuple[int, dict[str, str], bytes]

_WIDE = "x" * 200
_FIELDS = {"id": "integer", "street": "char"}
_FAULT = {"name": "builtins.OverflowError", "message": "value overflow", "arguments": [], "debug": ""}


class Served(NamedTuple):
    """A kind of sources behind a server.

    Attributes:
        make: describes a source of n and v with so many rows, of 200 characters each, so many a page; with a break the
            last one cannot be read.
    """

    make: Callable[[Web, int, int, bool], SourceSpec]

    def broken(self, web: Web, last: int) -> SourceSpec:
        """Rows of n and v, the last of which cannot be read."""
        return self.make(web, last, 2, True)

    def wide(self, web: Web, rows: int) -> SourceSpec:
        """Rows of n and v with 200 characters."""
        return self.make(web, rows, 2_000, False)


def _api(web: Web, rows: int, size: int, is_broken: bool) -> HttpSource:
    """An API, of which a page that is broken is cut off in the middle of its last record."""

    def page(request: Asked) -> Answer:
        first = int(request.params["first"])
        last = min(first + size, rows)
        status, headers, body = as_json([{"n": n, "v": _WIDE} for n in range(first + 1, last + 1)])
        return status, headers, body[:-9] if is_broken and last == rows else body

    web.page("/rows", page)
    pages = {"type": "offset", "param": "first"}
    keys = {"columns": ["n", "v"], "retry": {"attempts": 1}, "max_pages": 1_000_000}
    return HttpSource.model_validate({"type": "http", "url": web.url("/rows"), "pages": pages, **keys})


def _odoo(web: Web, rows: int, _: int, is_broken: bool) -> OdooSource:
    """An Odoo whose partners have the ids 1 to `rows`; it fails at computing the last one where it is broken."""

    def search(request: Asked) -> Answer:
        above = max((one[2] for one in request.json["domain"] if one[:2] == ["id", ">"]), default=0)
        return as_json(list(range(above + 1, min(above + request.json["limit"], rows) + 1)))

    def read(request: Asked) -> Answer:
        ids = request.json["ids"]
        if is_broken and rows in ids:
            return as_json(_FAULT, 500)
        return as_json([{"id": one, "street": _WIDE} for one in ids])

    def fields_get(_: Asked) -> Answer:
        return as_json({name: {"type": kind, "string": name, "store": True} for name, kind in _FIELDS.items()})

    methods: dict[str, Callable[[Asked], Answer]] = {"search": search, "read": read, "fields_get": fields_get}
    for name, answer in methods.items():
        web.page(f"/json/2/res.partner/{name}", answer)
    web.page("/json/2/res.users/context_get", lambda _: as_json({"uid": 2, "lang": "en_US"}))
    web.page("/web/version", lambda _: as_json({"version": "19.0", "version_info": [19]}))
    login = ConnectionSpec.model_validate({"url": web.url(""), "db": "old", "api_key": "key", "protocol": "json2"})
    spec: dict[str, Any] = {"connection": "old", "model": "res.partner", "fields": {"n": "id", "v": "street"}}
    return OdooSource.model_validate({"type": "odoo", **spec}).on(ConnectedServer(login, Path()))


SERVED = {"http": Served(_api), "odoo": Served(_odoo)}
