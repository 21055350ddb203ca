"""Whatever people and crashes do, in whichever order: Odoo holds what a dict says that it must.

`FAULT_EXAMPLES` and `FAULT_STEPS` make the machines go on for longer, as `make soak` does; `FAULT_SHRINK=1` takes
minutes to find the shortest way to a failure.
"""

from __future__ import annotations

import csv
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from odoo_etl import OdooClient
from tests.fault_proxy import FaultProxy
from tests.faults.test_killed_marks import Shop
from tests.faults.world import Ended, World, killer
from tests.servers import Server
from tests.zygote import Zygote

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "6"))
STEPS = int(os.environ.get("FAULT_STEPS", "10"))
WRITING = {"create", "write", "web_save_multi", "load", "unlink"}
SHRINK = "FAULT_SHRINK" in os.environ
BAD_USAGE = 2

Row = dict[str, Any]  # name, email, parent; in Odoo also active
State = dict[str, Row]  # by ref

POINTS = st.tuples(
    st.sampled_from(["before", "after"]),
    st.sampled_from(["sent", "done", "confirmed", "start_job", "gathered", "stamp", "finish", "finish_run"]),
    st.sampled_from([1, 1, 2]),
)
CALLS = st.tuples(
    st.sampled_from(["create", "web_save_multi", "write", "search_read"]), st.booleans(), st.sampled_from([0, 0, 1])
)
LIFE_OR_DEATH = st.none() | POINTS | CALLS
MARKING = st.tuples(st.sampled_from(["before", "after"]), st.just("set_watermark"), st.just(1))
NUMBERS = st.integers(0, 7)
NAMES = st.lists(st.tuples(NUMBERS, st.sampled_from(["A", "B", "C", ""]), st.booleans()), min_size=1)
STRANGER = 9  # a parent that no row is about


@st.composite
def edits(draw: st.DrawFn) -> dict[int, tuple[str, str, int | None] | None]:
    """Rows by number, None for one that goes: some have no name, some a parent that may never come; no cycles."""
    edited: dict[int, tuple[str, str, int | None] | None] = {}
    for number in draw(st.sets(NUMBERS, min_size=1)):
        name = draw(st.sampled_from(["A", "B", "C", "D", ""]))
        email = draw(st.sampled_from(["", "a@example.com"]))
        parent = draw(st.none() | st.sampled_from([*range(number + 1, 8), STRANGER]))
        edited[number] = draw(st.just((name, email, parent)) | st.just((name, email, None)) | st.none())
    return edited


@dataclass
class Done:
    """A run that wrote, ended or killed: what Odoo held before and after, and which records changed since.

    Attributes:
        parent: the run whose rejects it was fed, or "".
    """

    id: str
    before: State
    after: State
    killed: bool
    parent: str = ""
    touched: set[str] = field(default_factory=set)


class Mortal(RuleBasedStateMachine):
    """Runs that may die on the way."""

    def __init__(self, world: World, proxy: FaultProxy) -> None:
        super().__init__()
        self.world, self.proxy = world, proxy

    def perform(self, verb: str, death: tuple[Any, ...] | None = None, run: str | None = None) -> Ended:
        """A run of the program, which dies if it comes to that."""
        point = None
        if death and death[0] in {"before", "after"}:
            point = death
        elif death:
            call, forwarded, skip = death
            killer(self.world, self.proxy, call, forwarded=forwarded, skip=skip)
        ended = self.world.run(verb, point=point, run=run)
        self.proxy.calm()
        return ended


class Partners(Mortal):
    """A file of partners that people edit, and an Odoo in which they work, too.

    Attributes:
        source: the rows.
        odoo: what Odoo must hold.
        runs: those that wrote, the oldest first.
        in_step: nothing has happened since a run ended well.
        broken_off: nothing has happened since a run was killed.
    """

    def __init__(self, world: World, proxy: FaultProxy) -> None:
        super().__init__(world, proxy)
        world.job(load={"chunk_size": 3})
        self.source: State = {}
        self.odoo: State = {}
        self.runs: list[Done] = []
        self.undone: set[str] = set()
        self.in_step = self.broken_off = False
        self.names = count()

    @initialize(rows=edits())
    def begin(self, rows: dict[int, Any]) -> None:
        self.edit(rows)

    @rule(rows=edits())
    def edit(self, rows: dict[int, Any]) -> None:
        """The source changes."""
        for number, row in rows.items():
            self.source.pop(self.ref(number), None)
            if row:
                name, email, parent = row
                self.source[self.ref(number)] = {"name": name, "email": email, "parent": self.ref(parent)}
        self.world.source([{"ref": ref, **row} for ref, row in self.source.items()])
        self.in_step = self.broken_off = False

    @rule()
    def run(self) -> None:
        """All rows land but those that cannot; if nothing has happened since the last run, nothing is written."""
        self._run(None)

    @rule(rows=edits(), death=LIFE_OR_DEATH)
    def edit_and_run(self, rows: dict[int, Any], death: tuple[Any, ...] | None) -> None:
        """It may be over before it meets its death."""
        self.edit(rows)
        self._run(death)

    def _run(self, death: tuple[Any, ...] | None) -> None:
        ended = self.write("run", lambda: self.land(self.source), death)
        if self.in_step:
            assert ended.landed() == 0
        self.in_step, self.broken_off = not ended.killed, ended.killed

    @precondition(lambda self: any(run.killed for run in self.runs[-2:]))
    @rule(death=LIFE_OR_DEATH)
    def resume(self, death: tuple[Any, ...] | None) -> None:
        """The run that was killed goes on; it knows when it must not."""
        if self.broken_off:
            ended = self.write("resume", lambda: self.land(self.source), death, may_refuse=True)
        else:  # what was confirmed is not looked at again
            ended = self.write("resume", None, death, may_refuse=True)
        self.broken_off = self.broken_off and ended.killed
        self.in_step = False

    @rule()
    def show_plan(self) -> None:
        """Nothing is written."""
        ended = self.perform("plan")
        assert ended.code in {0, 3}, ended.err
        assert not WRITING & ended.result["jobs"][0]["calls"].keys()
        assert self.existing() == self.odoo

    @precondition(lambda self: self.rejecting())
    @rule(mended=st.booleans(), death=LIFE_OR_DEATH)
    def retry(self, mended: bool, death: tuple[Any, ...] | None) -> None:
        """What was rejected last lands once it is mended, in the file or in Odoo; not over what later runs wrote."""
        run = self.rejecting()
        rows = self.rejects(run, mend if mended else lambda row: None)
        late = rows.keys() & self.written_since(run)
        fresh = {ref: row for ref, row in rows.items() if ref not in late}
        self.write("retry", lambda: self.land(fresh) | late, death, parent=run, may_refuse=run in self.undone)
        self.in_step = self.broken_off = False

    @precondition(lambda self: self.undoable())
    @rule(edited=st.none() | NUMBERS, back=st.integers(0, 2), death=LIFE_OR_DEATH)
    def undo(self, edited: int | None, back: int, death: tuple[Any, ...] | None) -> None:
        """What one of the last runs did is taken back, but for what has changed since."""
        runs = self.undoable()
        if edited is not None:
            self.person_edits(edited, name=True)
        run = runs[-1 - back % len(runs)]
        self.undone.add(run.id)
        ended = self.write("undo", None, death, run=run.id)
        if not ended.killed:
            self.check_undone(run, self.runs[-1], ended)
        self.in_step = self.broken_off = False

    @rule(number=NUMBERS, name=st.booleans())
    def person_edits(self, number: int, name: bool) -> None:
        """Somebody works in Odoo."""
        ref, before = self.ref(number), dict(self.odoo)
        if ref in self.odoo:
            values = {"name" if name else "email": f"person{next(self.names)}@example.com"}
            self.world.odoo.write("res.partner", [self.ids()[ref]], values)
            self.odoo[ref] = {**self.odoo[ref], **values}
        self.changed_since(before)

    @rule()
    def stranger_appears(self) -> None:
        """Somebody creates a record for which rows wait."""
        ref, before = self.ref(STRANGER), dict(self.odoo)
        if ref not in self.odoo:
            self.world.odoo.create("res.partner", [{"ref": ref, "name": "Stranger"}])
            self.odoo[ref] = {"name": "Stranger", "email": "", "parent": "", "active": True}
        self.changed_since(before)

    # The model

    def land(self, rows: State) -> set[str]:
        """What Odoo must hold once these rows have landed; the refs of those that cannot."""
        for ref, row in rows.items():
            if ref in self.odoo:  # what undo has archived comes back
                self.odoo[ref] = {**self.odoo[ref], "active": True}
            elif row["name"]:  # its parent follows, if there is one
                self.odoo[ref] = {**row, "parent": "", "active": True}
        good = {ref for ref, row in rows.items() if row["name"] and (not row["parent"] or row["parent"] in self.odoo)}
        self.odoo.update({ref: {**rows[ref], "active": True} for ref in good})
        return rows.keys() - good

    def write(
        self,
        verb: str,
        land: Callable[[], set[str]] | None,
        death: tuple[Any, ...] | None,
        *,
        run: str | None = None,
        parent: str = "",
        may_refuse: bool = False,
    ) -> Ended:
        """A run against its model; without one, or where it is killed, Odoo says what became of it."""
        before = dict(self.odoo)
        ended = self.perform(verb, death, run)
        if may_refuse and ended.code == BAD_USAGE:
            assert self.existing() == before, ended.err
            return ended
        assert ended.killed or ended.code in {0, 3}, (verb, ended.err, ended.result)
        rejected = land() if land else set()
        found = self.existing()
        if land and not ended.killed:
            assert found == self.odoo, (verb, ended.result)
            assert ended.result["jobs"][0]["counts"]["rejected"] == len(rejected)
        elif land:
            check_between(before, found, self.odoo)
        self.odoo = found
        self.changed_since(before)
        self.runs.append(Done(self.world.newest(), before, dict(found), ended.killed, parent))
        return ended

    def check_undone(self, run: Done, undo: Done, ended: Ended) -> None:
        """Records that the run changed are as before it, or changed since and left as they are."""
        refs = {number: ref for ref, number in self.ids().items()}
        left = {refs[one["id"]] for job in ended.result["jobs"] for one in job["undone"]["left"]}
        assert left <= run.touched
        expected = dict(undo.before)
        for ref, after in run.after.items():
            old, now = run.before.get(ref), undo.before[ref]
            if ref in left or old == after:
                continue
            back = {"active": False} if old is None else {name: old[name] for name in old if old[name] != after[name]}
            expected[ref] = {**now, **back}
            ours = {"name"} if old is None else back.keys()
            assert now == expected[ref] or all(now[name] == after[name] for name in ours), (ref, ended.result)
        assert undo.after == expected, ended.result

    def undoable(self) -> list[Done]:
        """Runs that changed something; of those killed only the last, since a later run may have done their work."""
        return [run for run in self.runs if run.before != run.after and (not run.killed or run is self.runs[-1])]

    def changed_since(self, before: State) -> None:
        """Note for each run which of its records others have changed."""
        touched = {ref for ref, row in self.odoo.items() if row != before.get(ref)}
        for run in self.runs:
            run.touched |= touched
        if touched:
            self.in_step = self.broken_off = False

    # The world

    def ref(self, number: int | None) -> str:
        """The key of a number; "" for None."""
        return "" if number is None else f"{self.world.prefix}-{number}"

    def ids(self) -> dict[str, int]:
        """Ref to id."""
        return {row["ref"]: row["id"] for row in self.world.existing()}

    def existing(self) -> State:
        """What Odoo holds; no key is there twice."""
        rows = self.world.existing()
        refs = {row["id"]: row["ref"] for row in rows}
        assert len(set(refs.values())) == len(rows), "a record is there twice"
        return {
            row["ref"]: {
                "name": row["name"],
                "email": row["email"] or "",
                "parent": refs.get(row["parent_id"], ""),
                "active": row["active"],
            }
            for row in rows
        }

    def rejecting(self) -> str:
        """The last run that rejected rows, or "": a plan is none, though it has their file."""
        written = {one.id for one in self.runs}
        found = (file.parts[-3] for file in (self.world.folder / ".odoo_etl/runs").glob("*/rejects/partners.csv"))
        return max((one for one in found if one in written), default="")

    def written_since(self, run: str) -> set[str]:
        """Records that later runs wrote, but for those that were fed its rejects."""
        later = [one for one in self.runs if one.id > run and one.parent != run]
        return {ref for one in later for ref, row in one.after.items() if row != one.before.get(ref)}

    def rejects(self, run: str, change: Callable[[dict[str, str]], None]) -> State:
        """The rows that a run rejected, once a person has edited them."""
        self.world.mend(run, change)
        file = self.world.folder / ".odoo_etl/runs" / run / "rejects/partners.csv"
        with file.open(newline="", encoding="utf-8") as opened:
            return {
                row["ref"]: {name: row[name] for name in ("name", "email", "parent")} for row in csv.DictReader(opened)
            }


def mend(row: dict[str, str]) -> None:
    """Give a row what it lacks, and take away what Odoo has not."""
    row.update(name=row["name"] or "Mended", parent="")


def check_between(before: State, found: State, wanted: State) -> None:
    """Each record is as before or as it was to become, field by field."""
    assert before.keys() <= found.keys() <= wanted.keys()
    for ref, row in found.items():
        old = before.get(
            ref, {"name": wanted[ref]["name"], "email": wanted[ref]["email"], "parent": "", "active": True}
        )
        for name, value in row.items():
            assert value in {old[name], wanted[ref][name]}, (ref, name)


class Changes(Mortal):
    """A table of which each run reads what has changed: the watermark covers what Odoo holds, and nothing is lost."""

    def __init__(self, world: World, proxy: FaultProxy) -> None:
        super().__init__(world, proxy)
        self.shop = Shop(world, load={"chunk_size": 2})
        self.changed = 0
        self.names: dict[int, str] = {}
        self.killed = False

    @rule(rows=NAMES, death=LIFE_OR_DEATH | MARKING)
    def put_and_run(self, rows: list[tuple[int, str, bool]], death: tuple[Any, ...] | None) -> None:
        """Rows change, each with the number of the last change or the next one; then a run, which may die."""
        for number, name, later in rows:
            self.changed += later
            self.names[number] = name
            self.shop.put(number, name, self.changed)
        self.write("run", death)

    @rule()
    def run(self) -> None:
        """Every good row is in Odoo once a run is through."""
        self.write("run", None)

    @precondition(lambda self: self.killed)
    @rule(death=LIFE_OR_DEATH | MARKING)
    def resume(self, death: tuple[Any, ...] | None) -> None:
        """The run that was killed goes on, with what the table holds now."""
        self.write("resume", death)

    def write(self, verb: str, death: tuple[Any, ...] | None) -> None:
        """A run against its model."""
        before = self.shop.watermark()
        ended = self.perform(verb, death)
        self.killed = ended.killed
        assert ended.killed or ended.code in {0, 3} or (verb, ended.code) == ("resume", BAD_USAGE), ended.err
        self.shop.check_watermark()
        assert self.shop.watermark() >= before
        if ended.code in {0, 3}:
            found = {row["ref"]: row["name"] for row in self.world.existing()}
            good = {f"{self.world.prefix}-{number:03}": name for number, name in self.names.items() if name}
            assert {ref: found.get(ref) for ref in good} == good

    @rule()
    def show_plan(self) -> None:
        """The watermark stays where it is, and Odoo as it is."""
        before, existing = self.shop.watermark(), self.world.existing()
        assert self.perform("plan").code in {0, 3}
        assert (self.shop.watermark(), self.world.existing()) == (before, existing)


@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
@pytest.mark.parametrize("machine", [Partners, Changes])
def test_odoo_equals_the_model(
    zygote: Zygote, server: Server, proxy: FaultProxy, tmp_path: Path, machine: type[Mortal]
) -> None:
    """Edits, runs, plans, crashes, resumes, retries and undos in any order."""
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:

        def made() -> Mortal:
            prefix = f"F-{uuid.uuid4().hex[:10]}"
            world = World(zygote, odoo, tmp_path / prefix, prefix)
            world.folder.mkdir()
            world.connect(proxy.url, api_key=server.api_key, read_timeout=0.5)
            return machine(world, proxy)

        bounds = settings(
            max_examples=EXAMPLES if machine is Partners else EXAMPLES // 2,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.generate] + [Phase.shrink] * SHRINK,
        )
        run_state_machine_as_test(made, settings=bounds)
