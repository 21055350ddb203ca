"""The text file for the node exporter's textfile collector: it appears whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.private_files import replace_file

MODE = 0o644  # the node exporter is another user; there is no value of a row in it


def write_text_file(path: Path, text: bytes) -> None:
    """Put a file in place of the one that is there, in one step. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text, rights=MODE)  # meanwhile under a name that the collector does not read
