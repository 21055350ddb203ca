"""`load`: records and their external ids, created together or not at all, so that sending a call again is safe."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.errors import AccessRefused, ProtocolError, Refused, UnknownOutcome
from odoo_etl.loading.writing.isolate import RowsRefused

Context = Mapping[str, Any] | None

DATA = "ir.model.data"
READABLE = re.compile(r"[\w-]+")  # in a cell, where a comma separates ids and a dot ends the module


class Loads(Protocol):
    """The part of a client that this needs."""

    def load(
        self, model: str, fields: Sequence[str], rows: Sequence[Sequence[Any]], *, context: Context = None
    ) -> dict[str, Any]:
        """Odoo's import."""
        ...


class Reads(Protocol):
    """The part of a client that finding external ids needs."""

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, context: Context = None
    ) -> list[dict[str, Any]]:
        """The records that match."""
        ...


class ExternalNames:
    """External ids of records, asked once and remembered; may be used from several lanes."""

    def __init__(self, client: Reads) -> None:
        self._client = client
        self._known: dict[str, dict[int, str]] = {}
        self._asked: dict[str, set[int]] = {}
        self._lock = threading.Lock()

    def of(self, wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
        """Model to id to external id; records without one that `load` can read are absent."""
        with self._lock:
            for model, ids in wanted.items():
                asked = self._asked.setdefault(model, set())
                if missing := sorted(set(ids) - asked):
                    self._ask(model, missing)
                    asked.update(missing)
            return {model: self._known.get(model, {}) for model in wanted}

    def _ask(self, model: str, ids: Sequence[int]) -> None:
        domain = [["model", "=", model], ["res_id", "in", ids]]
        known = self._known.setdefault(model, {})
        for row in self._client.search_read(DATA, domain, ["module", "name", "res_id"]):
            if READABLE.fullmatch(row["name"]):
                known.setdefault(row["res_id"], f"{row['module']}.{row['name']}")


class RowRefused(Refused):
    """Odoo refused a row of a `load`.

    Attributes:
        field: the one it names, or "".
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def load_records(
    client: Loads, model: str, columns: Sequence[str], rows: Sequence[Sequence[str]], context: Context
) -> list[int]:
    """Create the records of some rows, or update those that have their external ids already; all of them or none.

    Args:
        columns: as `load` names them, `id` among them.
        rows: as long as the columns; see `planning.loadable`.

    Returns:
        The records' ids, in the order of the rows.

    Raises:
        RowsRefused: nothing was done, and Odoo names rows. A conflict with another transaction comes like this too,
            and so does what befell the call as a whole, told of the first row: see `isolate_named`.
        Refused: nothing was done, and no row is named.
        UnknownOutcome: Odoo answers fewer ids than there are rows (it lets go of rows on a database warning).
    """
    answer = client.load(model, columns, rows, context=context)
    ids, errors = answer.get("ids"), list(_errors(answer, f"{model}.load"))
    if errors:
        raise _refusal(errors, len(rows))
    if not isinstance(ids, list):
        raise ProtocolError(f"{model}.load answered neither ids nor errors")
    if len(ids) != len(rows):
        raise UnknownOutcome(f"{model}.load answered {len(ids)} ids for {len(rows)} rows")
    return ids


def _errors(answer: Mapping[str, Any], where: str) -> Iterator[tuple[int, RowRefused]]:
    """Row (-1 where none is named) and error of each message that is one."""
    for message in answer.get("messages", ()):
        if message.get("type") == "error":
            text = f"{where}: {message.get('message', '')}"
            yield message.get("record", -1), RowRefused(text, message.get("field") or "")


def _refusal(errors: Sequence[tuple[int, RowRefused]], rows: int) -> Refused:
    """The error of a call; what Odoo says of a row last is its own, the first row's first may be the call's."""
    named: dict[int, Refused] = {row: error for row, error in errors if 0 <= row < rows}
    return RowsRefused(named) if named else errors[0][1]


def find_external_ids(client: Reads, module: str, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Name to id and model of the record that has it as its external id; names that nobody has are absent.

    The record may be gone: `load` then makes it anew and gives it the id.

    Raises:
        AccessRefused: the user may not read external ids.
    """
    domain = [["module", "=", module], ["name", "in", list(names)]]
    try:
        rows = client.search_read(DATA, domain, ["name", "model", "res_id"])
    except AccessRefused as error:
        reason = f"{error}. Finding records by external id needs to read {DATA}: give the user access rights"
        hint = "(group base.group_erp_manager), or identify records by key"
        raise AccessRefused(f"{reason} {hint}", name=error.name, debug=error.debug) from error
    return {row["name"]: (row["res_id"], row["model"]) for row in rows}
