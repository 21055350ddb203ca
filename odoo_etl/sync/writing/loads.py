"""`load`: records and their external ids, created together or not at all, so that sending a call again is safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.errors import ProtocolError, Refused, UnknownOutcome
from odoo_etl.sync.ports import Context, Fence
from odoo_etl.sync.writing.bisection import RowsRefused


class Loads(Protocol):
    """The part of a client that this needs."""

    def load(
        self,
        model: str,
        fields: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        context: Context = None,
        fence: Fence = None,
    ) -> dict[str, Any]:
        """Odoo's import."""
        ...


class RowRefused(Refused):
    """Odoo refused a row of a `load`.

    Attributes:
        field: the one it names, or "".
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def load_records(  # noqa: PLR0913 - a call's own parameters
    client: Loads,
    model: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    context: Context,
    fence: Fence = None,
) -> list[int]:
    """Create the records of some rows, or update those that have their external ids already; all of them or none.

    Args:
        columns: as `load` names them, `id` among them.
        rows: as long as the columns; see `planning.loadable`.
        fence: called right before each attempt.

    Returns:
        The records' ids, in the order of the rows.

    Raises:
        RowsRefused: nothing was done, and Odoo names rows. A conflict with another transaction comes like this too,
            and so does what befell the call as a whole, told of the first row: see `isolate_named`.
        Refused: nothing was done, and no row is named.
        UnknownOutcome: Odoo answers fewer ids than there are rows (it lets go of rows on a database warning).
    """
    answer = client.load(model, columns, rows, context=context, fence=fence)
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
