"""The text file for the node exporter's textfile collector: it appears whole, or stays as it was."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MODE = 0o644  # the node exporter is another user; there is no value of a row in it


def write_text_file(path: Path, text: bytes) -> None:
    """Put a file in place of the one that is there, in one step. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # the collector reads names that end in .prom only
    try:
        aside.write_bytes(text)
        aside.chmod(MODE)
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
