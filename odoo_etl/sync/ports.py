"""The client that a job needs: `odoo_etl.odoo.OdooClient` is one, and so are the tests' servers in memory."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from odoo_etl.odoo import Listener, ServerVersion
from odoo_etl.text import OdooContent

Context = Mapping[str, Any] | None
Fence = Callable[[], object] | None  # called right before each attempt of a call, repeats included; may raise


class Journal(Protocol):
    """The notes that the run of a job writes down; `odoo_etl.state.JobLedger` keeps them, `NoJournal` does not."""

    def gathered(self, source_hash: str, rows: int) -> None:
        """The source was read: what it holds, and how many rows."""

    def sent(  # noqa: PLR0913 - what there is to know about a call
        self,
        chunk: int,
        kind: str,
        *,
        keys: Sequence[Any] = (),
        ids: Sequence[int] = (),
        before: Sequence[Mapping[str, Any]] | None = None,
        after: Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """A call is about to be sent; its number. On disk when this returns."""
        ...

    def again(self, call: int) -> None:
        """A call is about to be sent later than it was to be, or once more. On disk when this returns.

        Raises:
            StateError: somebody else has taken over what we work on.
        """

    def done(self, call: int, ids: Sequence[int] | None = None) -> None:
        """The call was carried out; the ids of created records."""

    def refused(self, call: int) -> None:
        """The call was certainly not carried out."""

    def unknown(self, call: int) -> None:
        """The call got no answer."""

    def settled(self, call: int, ids: Sequence[int]) -> None:
        """The outcome of a call without an answer is known: the records it made, none if it never landed."""

    def stamp(self, stamps: Mapping[int, str]) -> None:
        """The `write_date` of each call's records."""

    def confirmed(self, chunk: int, counts: Mapping[str, int], rejects: Sequence[Mapping[str, Any]] = ()) -> None:
        """Every row of the chunk has its outcome."""

    def finish(self, status: str, counts: Mapping[str, int], result: Mapping[str, Any] | None = None) -> None:
        """The job ended; the result, besides its counts, of one that is done."""


class NoJournal:
    """The journal of a plan, which writes nothing."""

    def __init__(self) -> None:
        self._calls = itertools.count(1)

    def gathered(self, source_hash: str, rows: int) -> None:
        """Keep nothing."""

    def sent(self, chunk: int, kind: str, **what: Any) -> int:  # noqa: ARG002
        """Count the call."""
        return next(self._calls)

    def again(self, call: int) -> None:
        """Keep nothing."""

    def done(self, call: int, ids: Sequence[int] | None = None) -> None:
        """Keep nothing."""

    def refused(self, call: int) -> None:
        """Keep nothing."""

    def unknown(self, call: int) -> None:
        """Keep nothing."""

    def settled(self, call: int, ids: Sequence[int]) -> None:
        """Keep nothing."""

    def stamp(self, stamps: Mapping[int, str]) -> None:
        """Keep nothing."""

    def confirmed(self, chunk: int, counts: Mapping[str, int], rejects: Sequence[Mapping[str, Any]] = ()) -> None:
        """Keep nothing."""

    def finish(self, status: str, counts: Mapping[str, int], result: Mapping[str, Any] | None = None) -> None:
        """Keep nothing."""


class ReadsElsewhere(Protocol):
    """Reads contents that another Odoo keeps; safe to use from several threads."""

    def read(self, cells: Iterable[OdooContent]) -> Mapping[OdooContent, str]:
        """The contents as base64; absent where there is none any more."""
        ...

    def close(self) -> None:
        """Let the servers go."""


class Odoo(Protocol):
    """The calls of a load; see `OdooClient` for what each does and raises. Safe to use from several threads."""

    @property
    def calls(self) -> Counter[str]:
        """Requests sent, by `model.method`."""
        ...

    @property
    def protocol(self) -> str:
        """The protocol in use."""
        ...

    def listening(self, listener: Listener) -> Odoo:
        """The same client, whose calls tell the listener before each wait; what it raises ends the call."""
        ...

    def version(self) -> ServerVersion:
        """The server's version."""
        ...

    def authenticate(self) -> int:
        """The user's id; asked once."""
        ...

    def default_get(self, model: str, fields: Sequence[str], *, context: Context = None) -> dict[str, Any]:
        """The values that new records get by themselves."""
        ...

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Context = None,
    ) -> dict[str, dict[str, Any]]:
        """The fields of the model."""
        ...

    def search_read(  # noqa: PLR0913 - Odoo's own parameters
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        load: str | None = None,
        limit: int | None = None,
        order: str | None = None,
        context: Context = None,
    ) -> list[dict[str, Any]]:
        """The records that match, at most so many."""
        ...

    def search_count(self, model: str, domain: Sequence[Any], *, context: Context = None) -> int:
        """How many records match."""
        ...

    def read(
        self,
        model: str,
        ids: Sequence[int],
        fields: Sequence[str] | None = None,
        *,
        load: str | None = None,
        context: Context = None,
    ) -> list[dict[str, Any]]:
        """Those of the records that exist."""
        ...

    def create(
        self, model: str, values: Sequence[Mapping[str, Any]], *, context: Context = None, fence: Fence = None
    ) -> list[int]:
        """Create records in one transaction; their ids, in order."""
        ...

    def load(
        self,
        model: str,
        fields: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        context: Context = None,
        fence: Fence = None,
    ) -> dict[str, Any]:
        """Odoo's import: records and external ids, all or nothing."""
        ...

    def write(
        self, model: str, ids: Sequence[int], values: Mapping[str, Any], *, context: Context = None, fence: Fence = None
    ) -> bool:
        """Write the same values to all records, in one transaction."""
        ...

    def web_save_multi(
        self,
        model: str,
        ids: Sequence[int],
        values_list: Sequence[Mapping[str, Any]],
        *,
        context: Context = None,
        fence: Fence = None,
    ) -> None:
        """Write each record its own values, in one transaction (Odoo 19)."""
        ...

    def unlink(self, model: str, ids: Sequence[int], *, context: Context = None, fence: Fence = None) -> bool:
        """Delete the records, in one transaction."""
        ...

    def execute(
        self,
        model: str,
        method: str,
        *args: Any,
        ids: Sequence[int] | None = None,
        context: Context = None,
        fence: Fence = None,
        **params: Any,
    ) -> Any:
        """Call any public method."""
        ...

    def may(self, model: str, operation: str) -> bool:
        """Whether the user's groups allow `read`, `create`, `write` or `unlink` on the model."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """Where a job writes: through which client, to which model, with which context.

    Attributes:
        context: of calls that read, and that set the links of records: archived records are seen.
        contents: records may bring contents of files, so that calls are bounded by their bytes.
        alone: fields whose value one `write` gives to the first of its records only.
        elsewhere: reads contents that the database of the source keeps; None where rows bring none.
    """

    client: Odoo
    model: str
    context: Mapping[str, Any]
    contents: bool = True
    alone: frozenset[str] = frozenset()
    elsewhere: ReadsElsewhere | None = None

    @contextmanager
    def contents_at_hand(self) -> Iterator[None]:
        """Let the servers that keep contents go at the end."""
        try:
            yield
        finally:
            if self.elsewhere is not None:
                self.elsewhere.close()

    @property
    def writing(self) -> Mapping[str, Any]:
        """The context of calls that write: what Odoo does and computes along with them is about active records.

        A template with one variant that is archived and one that is not passes its barcode on to the latter only then.
        """
        return {name: value for name, value in self.context.items() if name != "active_test"}
