"""A terminal of so many columns with a program in it: what it prints as it comes, and the keys that are pressed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C = b"\x03"


@dataclass
class Terminal:
    """The terminal and its program.

    Attributes:
        printed: all that came by now.
    """

    process: subprocess.Popen[bytes]
    descriptor: int
    printed: str = ""
    _bytes: bytearray = field(default_factory=bytearray)

    @property
    def lines(self) -> list[str]:
        """Every line that was ever shown, without what steers the terminal."""
        return [line for line in re.split(r"[\r\n]+", CONTROL.sub("", self.printed)) if line.strip()]

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.descriptor, keys)

    def wait_for(self, text: str, seconds: float = 30.0) -> float:
        """Wait until a text has come; how many seconds that took."""
        begin = time.monotonic()
        while text not in self.printed:
            assert time.monotonic() - begin < seconds, f"{text!r} did not come: {self.printed[-2000:]}"
            self._read(0.05)
        return time.monotonic() - begin

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read(30.0):
            pass
        return self.process.wait(30)

    def _read(self, seconds: float) -> bool:
        """Take what comes within a time; whether more may come."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return False
        try:
            more = os.read(self.descriptor, 65536)
        except OSError:  # nobody is at the other end any more
            return False
        self._bytes += more
        self.printed = self._bytes.decode("utf-8", "replace")
        return bool(more)


@contextmanager
def terminal(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, columns: int = 80
) -> Iterator[Terminal]:
    """Run a program in a terminal; it is ended if it still runs."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    known = {name: value for name, value in environment.items() if name not in {"COLUMNS", "NO_COLOR"}}
    process = subprocess.Popen(
        ["setsid", "--ctty", *command],  # so that Ctrl-C reaches it
        cwd=folder,
        env={**known, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
