"""Exports of partners: the tool beside fluvo and a plain loop of `search_read`, from one database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.data import COLUMNS, Rows
from bench.peers import FLUVO, fluvo_export
from bench.process import Figures, WrongResult, run
from bench.steps import TOOL, Contender, Round
from bench.tool import installed, variables

EXPORTED = "export of 10 columns"
LOOP = "search_read in a plain loop"
DOMAIN = "[['ref', '=like', 'B%']]"
FIELDS = ",".join([*COLUMNS[:-1], "country_id"])


def export(this: Round) -> None:
    """All partners to a CSV file, who first by turns."""
    rows = Rows(this.rows)
    works: dict[str, Callable[[Contender, Path], Figures]] = {TOOL: _ours, LOOP: _loop, FLUVO: _fluvo}
    with this.contender(TOOL) as contender:
        contender.write(rows)
        contender.run()
        names = list(works)
        for who in names[this.number % len(names) :] + names[: this.number % len(names)]:
            path = contender.folder / "export.csv"
            path.unlink(missing_ok=True)
            this.measure(EXPORTED, who, partial(works[who], contender, path), partial(_check, path, rows))


def _ours(contender: Contender, path: Path) -> Figures:
    command = [str(installed()), "export", "res.partner", "--project", str(contender.folder), "--out", str(path)]
    command += ["--fields", FIELDS, "--domain", DOMAIN]
    return _ended(TOOL, command, contender)


def _loop(contender: Contender, path: Path) -> Figures:
    server = contender.server
    program = str(Path(__file__).with_name("plain_loop.py"))
    return _ended(LOOP, [sys.executable, program, server.url, server.db, server.api_key, str(path)], contender)


def _fluvo(contender: Contender, path: Path) -> Figures:
    return fluvo_export(contender.folder, contender.server, path, [*COLUMNS[:-1], "country_id/id"], DOMAIN)


def _ended(who: str, command: list[str], contender: Contender) -> Figures:
    ended = run(command, contender.folder, env=variables(contender.server))
    if ended.code:
        raise WrongResult(f"{who} ended with {ended.code}: {ended.tail()}")
    return ended.figures


def _check(path: Path, rows: Rows) -> None:
    """Each partner is there once, with its name and street; the others write true and countries otherwise."""
    wanted = {(cells[0], cells[1], cells[4]) for cells in rows}
    with path.open(encoding="utf-8", newline="") as file:
        _, *lines = csv.reader(file)
    found = [(cells[0], cells[1], cells[4]) for cells in lines]
    if len(found) != len(wanted) or set(found) != wanted:
        raise WrongResult(f"{len(found)} rows of {len(wanted)}, {len(wanted - set(found))} missing")
