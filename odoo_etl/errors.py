"""The error tree, grouped by what the caller does next; every branch carries its exit code.

| branch            | the caller ...                                   | exit code |
|-------------------|--------------------------------------------------|-----------|
| `UsageError`      | corrects the command line or the files           | 2         |
| `SourceError`     | mends the source; the job fails                  | 1         |
| `SafetyLimit`     | looks at the figures, then raises the limit      | 4         |
| `CannotStart`     | checks URL, network, login and rights            | 5         |
| `Busy`            | waits until the other run has ended              | 6         |
| `StalePlan`       | plans again: things have changed since           | 7         |
| `StateError`      | mends the state store, then resumes              | 1         |
| `OdooError`       | waits, isolates or stops: see its own branches   | 1         |

Messages say what, where, which values are allowed, and the next step. Decisions rest on these classes and on
`OdooError.name` (Odoo's own exception name), never on message text, which Odoo translates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class OdooEtlError(Exception):
    """Root of every error this package raises on purpose."""

    exit_code = 1


class UsageError(OdooEtlError):
    """The command line or a file is wrong; nothing was read or written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file: where (1-based line and column), which key, what, and the way out."""

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """`file:line:column: key.path: message (hint)`, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{text} ({self.hint})" if self.hint else text


class SpecError(UsageError):
    """One or more files of the project are invalid; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class SourceError(OdooEtlError):
    """The source cannot be read as its job says (missing file or column, undecodable byte, SQL error).

    Attributes:
        at: the key of the job that is at fault, as far as it is known: `("source", "path")`.
    """

    def __init__(self, message: str, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.at = at


class SafetyLimit(OdooEtlError):
    """A limit that the job sets was reached; the write that it guards was not made."""

    exit_code = 4


class CannotStart(OdooEtlError):
    """The server cannot be used as configured; found before any write."""

    exit_code = 5


class Busy(OdooEtlError):
    """Another live run holds the lock; nothing was written."""

    exit_code = 6


class StalePlan(OdooEtlError):
    """A plan file says something else than a run would do now; the changes that differ are not written."""

    exit_code = 7


class StateError(OdooEtlError):
    """The state store cannot be read or written; what it had confirmed until then stays true."""


class StateReplaced(StateError):
    """Another file stands where the state store was: who has the former one open writes for nobody."""


class OdooError(OdooEtlError):
    """An answer of Odoo, or of what stands between us and Odoo, that is no result.

    Attributes:
        name: Odoo's exception name (`odoo.exceptions.UserError`), or "" when the answer had none.
        debug: the server's traceback when it sent one; never shown unless asked for.
    """

    def __init__(self, message: str, *, name: str = "", debug: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.debug = debug


class TransientError(OdooError):
    """The call was certainly not carried out and may be sent again later (refused, 429, 503, serialization).

    Attributes:
        delivered: False where no server took the call (refused, 429, 503), so that waiting costs nobody anything.
        retry_after_s: seconds the server asked to wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        name: str = "",
        debug: str = "",
        delivered: bool = True,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, name=name, debug=debug)
        self.delivered = delivered
        self.retry_after_s = retry_after_s


class AskedToWait(OdooError):
    """The call was certainly not carried out, and the server wants to be left alone for longer than we may wait."""


class UnknownOutcome(OdooError):
    """The call may have been carried out: it was sent, and no whole answer came (timeout, reset, 502, 504).

    A call that changes nothing, or the same thing twice, may be sent again; a `create` may not.

    Attributes:
        sent_s_ago: seconds between sending the call and giving it up.
    """

    sent_s_ago = 0.0


class Refused(OdooError):
    """Odoo refused what the call carries (validation, user error, constraint, bad value): isolate the row."""


class TooLarge(Refused):
    """The server, or a proxy before it, takes no request of this size; a smaller one may pass.

    Attributes:
        sent_bytes: the size of the request.
    """

    def __init__(self, message: str, sent_bytes: int) -> None:
        super().__init__(message)
        self.sent_bytes = sent_bytes


class AccessRefused(OdooError):
    """Odoo refused the user: unknown login, wrong key, or missing rights. Never retried, never a reject."""

    exit_code = 5


class ProtocolError(OdooError):
    """The answer is not Odoo's, or the call does not fit the server (HTML page, unknown method, bad argument)."""


@contextmanager
def unless_refused() -> Iterator[None]:
    """Go on where Odoo lets the user not ask for it, or has no such thing; the words of a proxy, say, are raised."""
    try:
        yield
    except (AccessRefused, Refused, ProtocolError) as error:
        if not error.name:
            raise


class Interrupted(BaseException):  # like KeyboardInterrupt: nothing but the edge of a run may catch it
    """A signal asked the program to end; the calls in flight were finished."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number

    def __str__(self) -> str:
        """Which signal, and where to look."""
        return f"interrupted by signal {self.args[0]}; what was confirmed until then is in the report"
