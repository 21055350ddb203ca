"""Paths and values in a few characters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

LONGEST_VALUE = 60


def shown_path(path: Path) -> str:
    """The path as a person in this folder would type it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def short(value: Any, most: int = LONGEST_VALUE) -> str:
    """A value in a few characters."""
    text = "(empty)" if value is None or value in ("", []) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
