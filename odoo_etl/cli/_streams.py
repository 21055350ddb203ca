"""Standard output and error: what is said there, and what becomes of the program where they take no more."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import typer

from odoo_etl.cli._voice import voice
from odoo_etl.errors import OdooEtlError
from odoo_etl.text import printable


class CannotPrint(OdooEtlError):
    """Standard output takes no more; what was done is done."""


class _Checked(io.TextIOWrapper):
    """Raises CannotPrint once, then drops what is printed. A reader who left (`| head`) is another matter."""

    def write(self, text: str, /) -> int:
        with self._named():
            return super().write(text)

    def flush(self) -> None:
        with self._named():
            super().flush()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            _to_nowhere(self)
            raise CannotPrint(f"cannot print: {error.strerror or error}") from error


class _Objects(io.TextIOBase):
    """Stderr of which each line is a JSON object, also those that others write: click, say, or the interpreter."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream, self._begun = stream, ""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str, /) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        self._stream.writelines(f"{self._object(line)}\n" for line in lines if line.strip())
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def end(self) -> None:
        """Write what no line end followed."""
        if self._begun:
            self.write("\n")

    def _object(self, line: str) -> str:
        if line.startswith('{"time": '):
            return line
        from odoo_etl.reporting.live import as_object

        level = "error" if line.casefold().startswith(("error", "traceback")) else "info"
        return as_object(level, "text", text=line)


def write_objects() -> None:
    """From now on each line of stderr is a JSON object."""
    sys.stderr = _Objects(sys.stderr)


def say(line: str) -> None:
    """Print a line for a person; JSON has its own way with control characters."""
    typer.echo(printable(line))


def without_middle(name: str, most: int = 120) -> str:
    """The name of a file, its middle left out where nobody would read all of it."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 :]}"


def complain(text: str) -> None:
    """Write to stderr what went wrong."""
    line = printable(text)
    if voice().objects:
        from odoo_etl.reporting.live import as_object

        line = as_object("error", "error", text=text.removeprefix("error: "))
    with suppress(OSError):  # nobody can read it; the exit code still tells
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def check_streams() -> None:
    r"""From now on printing raises CannotPrint when it fails; a letter that the encoding lacks becomes `\u2192`.

    A stream that the caller closed (`2>&-`) leads nowhere: else the next file that is opened would get its number, and
    what native code prints.
    """
    sys.stdin, sys.stdout, sys.stderr = (
        stream or Path(os.devnull).open(mode)  # noqa: SIM115 - for as long as the process lives
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and not isinstance(out, _Checked):
        encoding, at_line_ends = out.encoding, out.line_buffering
        sys.stdout = _Checked(out.detach(), encoding, "backslashreplace", line_buffering=at_line_ends)


def drop_unsaid() -> None:
    """At the end, drop what stderr did not take (a full disk): Python would turn any exit code into 120."""
    try:
        if isinstance(sys.stderr, _Objects):
            sys.stderr.end()
        sys.stderr.flush()
    except OSError:
        _to_nowhere(sys.stderr)


def _to_nowhere(stream: IO[str]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
