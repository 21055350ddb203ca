"""`.env` and `.env.<environment>` in the root of a project: variables that no shell has to set.

The process wins over both, and the file of the environment over the other. Values are taken as they stand: no `${...}`
in them is filled in, and nothing of them reaches the environment of this process or of programs that it starts.
"""

from __future__ import annotations

import io
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.project_file import display

DOTENV = ".env"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def dotenv_files(root: Path, environment: str = "") -> list[Path]:
    """The files there are; a later one wins."""
    names = [DOTENV, *([f"{DOTENV}.{environment}"] if environment else [])]
    return [path for path in (root / name for name in names) if path.is_file()]


def read_dotenv(root: Path, environment: str = "") -> dict[str, str]:
    """The variables of the files in the root of a project.

    Raises:
        SpecError: with every line that cannot be read.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in dotenv_files(root, environment):
        found |= _read(path, problems)
    if problems:
        raise SpecError(problems)
    return found


def open_to_others(root: Path, environment: str = "") -> list[Problem]:
    """The files that others than their owner may read or write; on Windows modes do not say."""
    if sys.platform == "win32":
        return []
    modes = {path: path.stat().st_mode for path in dotenv_files(root, environment)}
    return [
        Problem(
            f"others than its owner may read it (mode {stat.S_IMODE(mode):o})",
            display(path),
            hint=f"chmod 600 {display(path)}",
        )
        for path, mode in modes.items()
        if mode & _OTHERS
    ]


def _read(path: Path, problems: list[Problem]) -> Mapping[str, str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        problems.append(Problem(f"cannot be read: {reason}", display(path)))
        return {}
    found: dict[str, str] = {}
    for line, name, value in _lines(text):
        if name is None or value is None:
            hint = "write NAME=value; put a value with quotes or # in it into quotes"
            problems.append(Problem("this line sets no variable", display(path), line, 1, hint=hint))
        else:
            found[name] = value
    return found


def _lines(text: str) -> Iterator[tuple[int, str | None, str | None]]:
    """Line, name and value of each variable; no name or no value where the line has none."""
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is not None or binding.error:
            yield binding.original.line, None if binding.error else binding.key, binding.value
