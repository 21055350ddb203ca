"""The state store taken away under a run, and its source replaced: the run ends before it does harm."""

from __future__ import annotations

import os

import pytest

from tests.fault_proxy import FaultProxy, meanwhile
from tests.faults.world import World

pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)


def rows(world: World, count: int = 20) -> list[dict[str, str]]:
    """Some partners."""
    return [{"ref": f"{world.prefix}-{n:02}", "name": f"Name {n}"} for n in range(count)]


@pytest.mark.parametrize("way", ["deleted", "emptied"])
def test_a_store_that_is_lost_under_a_run(world: World, proxy: FaultProxy, way: str) -> None:
    """No further call is sent, and the next run finds everything in Odoo."""
    world.source(rows(world))
    state = world.folder / ".odoo_etl/state.db"
    lose = state.unlink if way == "deleted" else lambda: os.truncate(state, 0)
    proxy.script(meanwhile(lose, forwarded=True), "create")
    world.begin("run")  # in a process of its own: who opens the file beside SQLite takes its locks away
    ended = world.end()
    assert (ended.code, "was deleted, replaced or cut to nothing" in ended.err + str(ended.result)) == (1, True)
    assert [call for call, _ in proxy.seen].count("create") == 1
    if state.exists() and not state.stat().st_size:  # else SQLite has put back what its journal held
        state.unlink()
    world.settle_down()
