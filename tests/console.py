"""Pages of the documentation that are run: their files are written, their commands carried out, the outputs compared.

A block with a title is a file: ```` ```yaml title="pipelines/partners.yaml" ````. A block of `console` has commands
behind `$ `, and what they print. All is done from the top of a page to its end, in one folder that is empty at first.

    python -m tests.console PAGE...     writes what the commands print into the pages
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.zygote import Zygote

BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*?(?:\\\n.*?)*)\n", re.MULTILINE)
# What differs from run to run, and what stands for it.
DIFFERS = (
    (re.compile(r"^\d\d:\d\d:\d\d .*\n?", re.MULTILINE), ""),  # lines of progress
    (re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{9}\b"), "20261130T070000-0c0ffee01"),
    (re.compile(r"\b\d{8}T\d{6}\b(?!-)"), "20261130T070000"),
    (re.compile(r"(?<! ) (?:\d+\.\d+ s|\d+(?:\.\d+)? ms)\b"), " 0.4 s"),
    (re.compile(r" {2,}(?:\d+\.\d+ s|\d+(?:\.\d+)? ms)\b"), lambda took: f"{'0.4 s':>{len(took[0])}}"),
    (re.compile(r"\btook \d+ s\b"), "took 0.4 s"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:00| UTC)?"), "2026-11-30 07:00"),
    (
        re.compile(r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d:\d\d [A-Z]+\b"),
        "Mon 30 Nov 2026, 07:00:00 UTC",
    ),
    (re.compile(r"\b\d\d [A-Z][a-z]{2} \d\d:\d\d\b"), "30 Nov 07:00"),
    (re.compile(r'"(at_s|elapsed_s)":\d+(?:\.\d+)?'), r'"\1":0.4'),
    (re.compile(r"(?<=2026-11-30 07:00, by )\w+"), "ann"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8069"),
    (re.compile(r"\b\d+(?:\.\d+)? kB\b"), "2.6 kB"),  # of logs and reports, which hold times
    (re.compile(r"python \d+\.\d+\.\d+, system [^\s,]+"), "python 3.11.2, system Linux"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)

SHELL = re.compile(r"[|<>&;$*?`\n\\]")  # what only a shell understands
PROGRAM = "odoo-etl"
PLAIN = {"COLUMNS": "80", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Step:
    """One command of a page.

    Attributes:
        span: where its output stands in the page.
        shown: what the page says that it prints.
        printed: what it printed.
    """

    command: str
    span: tuple[int, int]
    shown: str
    printed: str


def lasting(text: str, folder: Path) -> str:
    """The text without what is another each time."""
    text = text.replace(f"{folder}/", "").replace(str(folder), ".")
    for pattern, stands in DIFFERS:
        text = pattern.sub(stands, text)
    return text.strip("\n")


def steps(page: str, folder: Path, zygote: Zygote) -> Iterator[Step]:
    """Carry out a page in a folder, command by command."""
    for block in BLOCK.finditer(page):
        kind, title, text = block.groups()
        if title:
            path = folder / title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif kind == "console":
            yield from _commands(text, block.start(3), folder, zygote)


def _commands(text: str, start: int, folder: Path, zygote: Zygote) -> Iterator[Step]:
    found = list(COMMAND.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=True):
        printed = lasting(carried_out(one[1], folder, zygote), folder)
        yield Step(one[1], (start + one.end(), start + end), lasting(text[one.end() : end], folder), printed)


def carried_out(command: str, folder: Path, zygote: Zygote) -> str:
    """The output of a command where lines have 80 columns, errors included; an exit code that is not 0 ends it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ODOO_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **PLAIN,
    }
    if command.startswith(f"{PROGRAM} ") and not SHELL.search(command):
        code, printed = _forked(shlex.split(command)[1:], folder, environment, zygote)
    else:
        code, printed = _by_bash(command, folder, environment)
    return printed + (f"[exit code {code}]\n" if code else "")


def _forked(arguments: list[str], folder: Path, environment: dict[str, str], zygote: Zygote) -> tuple[int, str]:
    """A plain run of the program: what reads no shell need not import the program anew."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", newline="") as out:
        pipes = {"out": out.name, "err": out.name}
        zygote.start({"arguments": arguments, "folder": str(folder), "environment": environment, **pipes})
        return zygote.wait(), out.read()


def _by_bash(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", command],
        check=False,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


def rewritten(page: str, folder: Path, zygote: Zygote) -> str:
    """The page with what its commands print now."""
    for step in reversed(list(steps(page, folder, zygote))):
        start, end = step.span
        page = "".join([page[:start], step.printed, "\n" if step.printed else "", page[end:]])
    return page


def main() -> None:
    """Write the outputs of pages anew."""
    with Zygote() as zygote:
        for name in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(name)
                path.write_text(rewritten(path.read_text("utf-8"), Path(folder), zygote), "utf-8")


if __name__ == "__main__":
    main()
