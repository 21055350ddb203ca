"""The way to the server of a source, and what goes wrong on it, said of the source's connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from odoo_etl.connections import open_client
from odoo_etl.errors import AccessRefused, CannotStart, OdooError, SourceError, SpecError
from odoo_etl.odoo import OdooClient
from odoo_etl.spec import OdooSource

THREADS: Final = 4  # calls at once, unless the connection allows fewer

_AT_CONNECTION: Final = ("source", "connection")


@contextmanager
def reached(spec: OdooSource, sleep: Callable[[float], None] = time.sleep) -> Iterator[OdooClient]:
    """A client for the server that the source reads from.

    Raises:
        SourceError: nobody has said what its connection is; the server gives no answer, or refuses what is asked.
        SpecError: the connection cannot be used: a variable is not set, say.
        CannotStart, AccessRefused: the server cannot be reached, or does not let us in.
    """
    server = spec.server
    if server is not None and server.problems:
        raise SpecError(list(server.problems))
    if server is None or server.connection is None:
        raise SourceError(f"there is no connection `{spec.connection}`", _AT_CONNECTION)
    with (
        said_of(spec),
        open_client(server.connection, server.state_dir, pool_size=threads_of(spec), sleep=sleep) as client,
    ):
        yield client


def threads_of(spec: OdooSource) -> int:
    """How many calls are made at once."""
    allowed = spec.server.connection.concurrency if spec.server and spec.server.connection else None
    return min(THREADS, allowed or THREADS)


@contextmanager
def said_of(spec: OdooSource) -> Iterator[None]:
    """Errors of the server become those of the source; that it lets nobody in stays what it is."""
    where = f"the source's connection `{spec.connection}`"
    try:
        yield
    except CannotStart as error:
        raise CannotStart(f"{where}: {error}") from error
    except AccessRefused as error:
        raise AccessRefused(f"{where}: {error}", name=error.name, debug=error.debug) from error
    except OdooError as error:
        raise SourceError(f"{where}: {spec.model}: {error}", ("source",)) from error
