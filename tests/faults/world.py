"""A project whose runs may die, the server it writes to, and the oracle: Odoo equals the source."""

from __future__ import annotations

import csv
import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from odoo_etl import OdooClient
from odoo_etl.results import Counts
from odoo_etl.state import Ledger, open_ledger
from tests.fault_proxy import FaultProxy, meanwhile
from tests.faults.act import acted
from tests.zygote import Zygote

ROOT = Path(__file__).parents[2]
EVERY = {"active_test": False}
KILLED = -signal.SIGKILL
PATIENCE = {"max_wait": "50ms", "deadline": "20s"}
COLUMNS = ("ref", "name", "email", "parent")
FIELDS = ("ref", "name", "email", "parent_id", "active")


@dataclass(frozen=True)
class Ended:
    """A run that ended: its exit code (negative: the signal that killed it), and its report if it made one."""

    code: int
    result: dict[str, Any]
    err: str

    @property
    def killed(self) -> bool:
        """Whether it was killed."""
        return self.code == KILLED

    def landed(self) -> int:
        """How many rows it wrote; a row that Odoo refuses is sent each time, and writes nothing."""
        return sum(job["counts"]["created"] + job["counts"]["updated"] for job in self.result.get("jobs", ()))

    def check(self) -> None:
        """Counts add up in every report."""
        for job in self.result.get("jobs", ()):
            counts = Counts(**job["counts"])
            assert counts.read == counts.accounted, job


@dataclass
class World:
    """One project in a folder of its own.

    Attributes:
        prefix: the start of every key of this world: the database is shared.
        is_doomed: says whether a call of the next run may kill it.
    """

    zygote: Zygote
    odoo: OdooClient
    folder: Path
    prefix: str
    rows: list[dict[str, str]] = field(default_factory=list)
    is_doomed: Callable[[], bool] = lambda: False

    def connect(self, url: str, **settings: Any) -> None:
        """Write project.yaml."""
        odoo = self.odoo
        login = {"url": url, "db": odoo.db, "user": odoo.user, "api_key": settings.pop("api_key")}
        self._yaml("project.yaml", {"connections": {"main": {**login, **settings}}})

    def job(
        self, *, load: Mapping[str, Any] | None = None, source: Mapping[str, Any] | None = None, **target: Any
    ) -> None:
        """Write the job: partners by ref, whose parents may come later in the source."""
        parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
        job = {
            "version": 1,
            "job": "partners",
            "source": source or {"type": "csv", "path": "../rows.csv"},
            "target": {"model": "res.partner", **({} if "external_id" in target else {"key": "ref"}), **target},
            "fields": {
                "ref": "ref",
                "name": {"column": "name", "empty": "clear"},
                "email": {"column": "email", "empty": "clear"},
                "parent_id": {**parent, "empty": "clear"},
            },
            "load": {"chunk_size": 5, "settle": "600ms", "retry": PATIENCE, **(load or {})},
        }
        self._yaml("partners.yaml", job)

    def source(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Write the source."""
        self.rows = [{**dict.fromkeys(COLUMNS, ""), **row} for row in rows]
        write_csv(self.folder / "rows.csv", self.rows)

    def begin(self, verb: str, *, run: str | None = None, point: tuple[str, str, int] | None = None) -> None:
        """Begin a run in a process of its own, which may be told to die."""
        pipes = {"out": str(self.folder / "out"), "err": str(self.folder / "err")}
        request: dict[str, Any] = {"verb": verb, "folder": str(self.folder), "run": run, **pipes}
        if point:
            request["point"] = dict(zip(("when", "label", "nth"), point, strict=True))
        self.zygote.start(request)

    def end(self) -> Ended:
        """Wait for the run."""
        code = self.zygote.wait()
        out, err = ((self.folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return ended(code, out, err)

    def run(self, verb: str = "run", *, run: str | None = None, point: tuple[str, str, int] | None = None) -> Ended:
        """Begin and wait. What nothing kills is done in this process: one of its own costs as much as its work."""
        if not point and not self.is_doomed():
            return ended(*acted(verb, self.folder, run))
        self.begin(verb, run=run, point=point)
        return self.end()

    def newest(self) -> str:
        """The id of the newest run."""
        return max(path.name for path in (self.folder / ".odoo_etl/runs").iterdir())

    def mend(self, run: str, change: Callable[[dict[str, str]], None]) -> int:
        """Edit the rejected rows of a run, one by one; how many there are."""
        file = self.folder / ".odoo_etl/runs" / run / "rejects/partners.csv"
        if not file.is_file():
            return 0
        with file.open(newline="", encoding="utf-8-sig") as opened:
            rows = list(csv.DictReader(opened))
        for row in rows:
            change(row)
        write_csv(file, rows)
        return len(rows)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger of the project, while no run is alive."""
        state = self.folder / ".odoo_etl"
        with open_ledger(f"sqlite:///{state}/state.db", state) as ledger:
            yield ledger

    def existing(self) -> list[dict[str, Any]]:
        """What Odoo holds of this world, archived records included."""
        domain = [["ref", "=like", f"{self.prefix}%"]]
        return self.odoo.search_read("res.partner", domain, FIELDS, load="_classic_write", context=EVERY)

    def wanted(self) -> dict[str, tuple[Any, ...]]:
        """What Odoo should hold, by ref: the last row of each key that can land."""
        good = {row["ref"]: row for row in self.rows if row["ref"] and row["name"]}
        return {
            ref: (row["name"], row["email"] or False, row["parent"] or False)
            for ref, row in good.items()
            if not row["parent"] or row["parent"] in good
        }

    def check(self) -> None:
        """Nothing lost, nothing twice: Odoo equals the source, but for rows that cannot land."""
        existing = self.existing()
        refs = {row["id"]: row["ref"] for row in existing}
        assert len({row["ref"] for row in existing}) == len(existing), "a record is there twice"
        found = {
            row["ref"]: (row["name"], row["email"] or False, refs.get(row["parent_id"], False))
            for row in existing
            if row["active"]
        }
        wanted = self.wanted()
        assert {ref: found.get(ref) for ref in wanted} == wanted

    def check_rows(self, seed: object) -> None:
        """As `check`, for sources with repeated keys: each record holds what its last good row says."""
        existing = self.existing()
        refs = {row["id"]: row["ref"] for row in existing}
        assert len({row["ref"] for row in existing}) == len(existing), f"{seed}: a record is there twice"
        found = {row["ref"]: (row["name"], row["email"] or False) for row in existing}
        good: dict[str, dict[str, str]] = {}
        known = {row["ref"] for row in self.rows if row["name"]} | found.keys()
        for row in self.rows:
            if row["name"] and (not row["parent"] or row["parent"] in known):
                good[row["ref"]] = row
        wanted = {ref: (row["name"], row["email"] or False) for ref, row in good.items()}
        assert {ref: found.get(ref) for ref in wanted} == wanted, seed
        parents = {row["ref"]: refs.get(row["parent_id"], "") for row in existing}
        assert {ref: parents[ref] for ref in good} == {ref: row["parent"] for ref, row in good.items()}, seed

    def settle_down(self, verb: str = "run") -> Ended:
        """Run until nothing fails, then look; a further run writes nothing."""
        ended = self.run(verb)
        assert ended.code in {0, 3}, ended.err
        self.check()
        again = self.run()
        assert (again.code in {0, 3}, again.landed()) == (True, 0), again.result
        self.check()
        return ended

    def _yaml(self, name: str, content: Mapping[str, Any]) -> None:
        path = self.folder / "pipelines" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(dict(content), sort_keys=False), encoding="utf-8")


def ended(code: int, report: str, err: str) -> Ended:
    """A run that ended so; its counts add up."""
    found = Ended(code, json.loads(report) if report else {}, err)
    found.check()
    return found


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows of equal columns."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def killer(world: World, proxy: FaultProxy, call: str, *, forwarded: bool, skip: int = 0) -> None:
    """Kill the run while a call is on its way: before the server hears of it, or before its answer is heard."""
    proxy.script(meanwhile(world.zygote.kill, forwarded=forwarded), call, skip=skip)
    world.is_doomed = proxy.is_scripted
