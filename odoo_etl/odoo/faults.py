"""Answers of Odoo, or of a proxy before it, that are no results: names, codes and statuses to error classes.

The class says what the caller does next (see `odoo_etl.errors`). Only exception names, fault codes, HTTP statuses and
the frames of a traceback decide; texts are translated by Odoo and decide nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused, TransientError, UnknownOutcome

ACCESS_DENIED = "odoo.exceptions.AccessDenied"
ACCESS_ERROR = "odoo.exceptions.AccessError"
USER_ERROR = "odoo.exceptions.UserError"

_WITH_BUTTON = "odoo.exceptions.RedirectWarning"
PARTS_OF_WARNING = 4  # what it says, where the button leads, what stands on it, and a context
LONGEST_TUPLE = 20_000  # characters

_ACCESS = frozenset({ACCESS_DENIED, ACCESS_ERROR})

# The transaction was rolled back for reasons that lie in the moment, not in the values.
_ROLLED_BACK = frozenset(
    {
        "odoo.exceptions.ConcurrencyError",
        "odoo.exceptions.LockError",
        "psycopg2.errors.DeadlockDetected",
        "psycopg2.errors.LockNotAvailable",
        "psycopg2.errors.QueryCanceled",
        "psycopg2.errors.SerializationFailure",
        "psycopg2.extensions.QueryCanceledError",
        "psycopg2.extensions.TransactionRollbackError",
    }
)

# PostgreSQL is away, full or restarting. Nothing was committed if it went away before the commit began.
_DATABASE_AWAY = frozenset(
    {
        "psycopg2.InterfaceError",
        "psycopg2.OperationalError",
        "psycopg2.errors.AdminShutdown",
        "psycopg2.errors.CannotConnectNow",
        "psycopg2.errors.ConnectionFailure",
        "psycopg2.errors.CrashShutdown",
        "psycopg2.errors.DiskFull",
        "psycopg2.errors.IdleInTransactionSessionTimeout",
        "psycopg2.errors.OutOfMemory",
        "psycopg2.errors.ReadOnlySqlTransaction",
        "psycopg2.errors.TooManyConnections",
        "psycopg2.pool.PoolError",
    }
)

# The call does not fit the server: unknown model, method or parameter.
_MISFIT = frozenset(
    {
        "builtins.AttributeError",
        "builtins.KeyError",
        "builtins.NameError",
        "odoo.http.SessionExpiredException",
        "werkzeug.exceptions.BadRequest",
        "werkzeug.exceptions.MethodNotAllowed",
        "werkzeug.exceptions.NotFound",
        "werkzeug.exceptions.UnprocessableEntity",
    }
)

# Where Odoo looks up the model and calls the method (service/model.py, api.py): what is raised there is about the
# call. Over XML-RPC an unknown model cannot be told from a refused value: that fault carries no traceback.
_DISPATCHERS = frozenset({"execute_cr", "call_kw", "_call_kw_model", "_call_kw_model_create", "_call_kw_multi"})
_BY_DISPATCHER = frozenset({"builtins.TypeError", "odoo.exceptions.UserError"})

# Frames that only run once the work is committed: hooks after the commit (sql_db.py), telling the other workers.
_COMMIT, _HOOKS, _TELLING_WORKERS = "commit", "run", "signal_changes"

# Frames of what comes before the commit: getting a connection, letting the user in, the method itself. The request
# round the old protocols' services has a transaction of its own, which may fail once theirs is committed.
_BEFORE_COMMIT = frozenset(
    {"_authenticate", "_check_uid_passwd", "borrow", "call_kw", "check_signaling", "web_json_2_rpc"}
)

# JSON-2 refuses a key as HTTP does; the old protocols say it with Odoo's own exception.
_SAME = {
    "werkzeug.exceptions.Unauthorized": ACCESS_DENIED,
    "werkzeug.exceptions.Forbidden": ACCESS_ERROR,
}

_XMLRPC_CODES = {2: USER_ERROR, 3: ACCESS_DENIED, 4: ACCESS_ERROR}

_FRAME = re.compile(r'^  File "(?P<file>[^"\n]*)", line \d+, in (?P<function>\S+)', re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last):\n"


class NotServed(ProtocolError):
    """The server has no such path: the protocol is switched off or not there yet, or the database is unknown."""

    exit_code = 5


class NotOdoos(UnknownOutcome):
    """A whole answer that is not Odoo's: something on the way answered, maybe after Odoo had done its work.

    Sending again would bring the same, so a call that only asks fails with `ProtocolError` instead (see `Session`).
    """


@dataclass(frozen=True, slots=True)
class Fault:
    """An error answer of Odoo: the exception's full name, its text, and the traceback if one was sent."""

    name: str
    message: str
    debug: str = ""


def fault_from_json(data: Mapping[str, Any]) -> Fault:
    """The fault that the JSON protocols describe; of a warning with a button only what it says, not where it leads."""
    name, text, arguments = (data.get(key, "") for key in ("name", "message", "arguments"))
    if name == _WITH_BUTTON and isinstance(arguments, list) and arguments:
        text = arguments[0]
    return Fault(str(name), str(text), str(data.get("debug", "")))


def error_from(fault: Fault, where: str) -> OdooError:
    """The error of our tree for an error answer of Odoo.

    Args:
        fault: what Odoo said; its name may be that of any version and any protocol.
        where: the call, for the text.
    """
    name = _one_name(fault.name)
    text = f"{where}: {fault.message.strip() or name}"
    branch = _branch(name, fault.debug)
    if branch is TransientError:
        return TransientError(text, name=name, debug=fault.debug, delivered=name not in _DATABASE_AWAY)
    return branch(text, name=name, debug=fault.debug)


def _branch(name: str, debug: str) -> type[OdooError]:
    """The branch for an exception name. What Odoo raised for reasons we don't know is about the values it got."""
    functions = _functions(debug)
    if _after_commit(functions):
        return UnknownOutcome
    if name in _ACCESS:
        return AccessRefused
    if name in _ROLLED_BACK:
        return TransientError
    if name in _DATABASE_AWAY:
        return TransientError if _before_commit(functions) else UnknownOutcome
    if name in _MISFIT or (name in _BY_DISPATCHER and functions and functions[-1] in _DISPATCHERS):
        return ProtocolError
    return Refused


def _one_name(name: str) -> str:
    """The one name of an exception over all versions and protocols."""
    if name.startswith("openerp."):
        name = "odoo." + name.removeprefix("openerp.")
    if name and "." not in name:
        name = f"builtins.{name}"
    return _SAME.get(name, name)


def _functions(debug: str) -> list[str]:
    """The functions a traceback passes through, outermost first; none without a traceback."""
    return [frame["function"] for frame in _FRAME.finditer(debug)]


def _after_commit(functions: list[str]) -> bool:
    """True if the exception arose once the work was committed: it is done, whatever failed then."""
    return _TELLING_WORKERS in functions or (_COMMIT, _HOOKS) in pairwise(functions)


def _before_commit(functions: list[str]) -> bool:
    """True if PostgreSQL certainly went away while the method ran, or before: not in the commit, nor after it."""
    return _COMMIT not in functions and not _BEFORE_COMMIT.isdisjoint(functions)


def fault_from_xmlrpc(code: int | str, text: str) -> Fault:
    """An XML-RPC fault of Odoo: the code names the class, for code 1 the traceback in the text does."""
    name = _XMLRPC_CODES.get(code) if isinstance(code, int) else None
    if name:
        return Fault(name, _without_button(text) if name == USER_ERROR else text)
    raised, message = _raised(text)
    return Fault(raised, message, text)


def _without_button(text: str) -> str:
    """The text of a user error; of a warning with a button, which Odoo writes as a tuple, only what it says."""
    if not text.startswith("(") or len(text) > LONGEST_TUPLE:
        return text
    try:
        said = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    is_warning = isinstance(said, tuple) and len(said) == PARTS_OF_WARNING and isinstance(said[0], str)
    return str(said[0]) if is_warning else text


def _raised(traceback: str) -> tuple[str, str]:
    """Name and text of the exception that a traceback ends with; ("", text) if it is not a traceback."""
    _, found, last = traceback.rpartition(_TRACEBACK)
    if not found:
        return "", traceback
    lines = last.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith(" "):
            name, _, message = "\n".join(lines[number:]).partition(":")
            return name.strip(), message.strip()
    return "", traceback


def failed_to_answer(debug: str) -> str:
    """The function of `xmlrpc.client` that could not express Odoo's answer, or "".

    Odoo's side of XML-RPC cannot send None nor integers over 32 bits: the call was carried out and committed, and only
    then failed. `"dump_nil"` for a bare None; `"dump_struct"` and others where the value lies deeper.
    """
    frames = list(_FRAME.finditer(debug))
    if not frames or not frames[-1]["file"].replace("\\", "/").endswith("xmlrpc/client.py"):
        return ""
    nested = [frame["function"] for frame in frames if frame["function"] in ("dump_struct", "dump_array")]
    return nested[-1] if nested else frames[-1]["function"]
