"""Settings of psycopg on a source's connection, so that no single value ends the query."""

from __future__ import annotations

import re
from typing import Any, Final

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.types.string import TextLoader

from odoo_etl.text import BEYOND, OutOfRange

# PostgreSQL has values of these that Python lacks: infinity, BC, years above 9999, 24:00, numbers of any length.
_WIDER: Final = {
    **dict.fromkeys(("date", "time", "timetz", "timestamp", "timestamptz"), BEYOND),
    **dict.fromkeys(("json", "jsonb"), "holds a number that is too long, or is nested too deeply"),
    "interval": "is no interval of a fixed length: write it as text or as a number in the query",
}
_FLUID: Final = re.compile(rb"mon|year")  # psycopg would count 30 and 365 days
# psycopg has classes of its own for these; a job knows only how PostgreSQL writes them.
_WRITTEN: Final = (
    *("uuid", "inet", "cidr", "record"),
    *("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"),
    *("int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange"),
)
_LONGEST: Final = 80  # characters of such a value that are kept, for messages


def read_every_value(connection: psycopg.Connection[Any]) -> None:
    """Make the connection give `OutOfRange` where it would raise, and text for types that a job does not know."""
    adapters = connection.adapters
    for name, why in _WIDER.items():
        kind = adapters.types[name].oid
        if inner := adapters.get_loader(kind, Format.TEXT):
            adapters.register_loader(kind, _tolerant(inner, why, _FLUID if name == "interval" else None))
    for name in _WRITTEN:
        adapters.register_loader(name, TextLoader)


def _tolerant(inner: Any, why: str, refused: re.Pattern[bytes] | None) -> type[Loader]:
    """A loader that does what another does, and never raises; what is `refused` is not even tried."""

    class Tolerant(Loader):
        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._load = inner(oid, context).load

        def load(self, data: Buffer) -> Any:
            try:
                if refused is None or not refused.search(data):
                    return self._load(data)
            except (psycopg.DataError, ValueError, OverflowError, RecursionError):
                pass
            return OutOfRange(bytes(data).decode("utf-8", "replace")[:_LONGEST], why)

    return Tolerant
