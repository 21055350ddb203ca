"""Every fault on every call by every protocol: the run ends as its exit code says, Odoo equals the source, no row is
lost or there twice, and a further run writes nothing. Here each two of them meet, in `make soak` all three.

A run meets the fault on each of its calls. JSON-2 knows no login: what is asked before the first call stands for it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fault_proxy import (
    CLOSE_IDLE,
    DROP_AFTER,
    DROP_BEFORE,
    PAGE,
    TRUNCATED,
    Fault,
    FaultProxy,
    late,
    refuse,
    slow,
    status,
)
from tests.faults.world import World
from tests.pairs import pairwise
from tests.servers import Server

# Each takes how long the client waits for an answer.
FAULTS: dict[str, Callable[[float], Fault]] = {
    "refused": lambda _: refuse(0.2),
    "dropped before": lambda _: DROP_BEFORE,
    "dropped after": lambda _: DROP_AFTER,
    "slow": lambda timeout_s: slow(timeout_s * 1.6),
    "late": lambda timeout_s: late(timeout_s * 1.6),
    "429": lambda _: status(429),
    "502": lambda _: status(502),
    "502 after": lambda _: status(502, forwarded=True),
    "503": lambda _: status(503),
    "504": lambda _: status(504),
    "504 after": lambda _: status(504, forwarded=True),
    "cut": lambda _: TRUNCATED,
    "page": lambda _: PAGE,
    "closed": lambda _: CLOSE_IDLE,
}
# The calls that meet the fault in one run, by what identifies records.
CALLS = {"key": ("search_read", "create", "web_save_multi", "write"), "external id": ("login", "load")}
PROTOCOLS = ("json2", "jsonrpc", "xmlrpc")
# A page in place of an answer to a question is not asked again: the job fails, before any write where it is the login.
EXIT_CODES = {("page", "key"): 1, ("page", "external id"): 5}
TIMEOUT_S = {"sandbox": 0.5, "odoo": 1.5}
NEVER_S = 20.0

Case = tuple[str, str, str]
CASES: list[Case] = [(fault, by, protocol) for fault, protocol, by in pairwise(list(FAULTS), PROTOCOLS, list(CALLS))]
TELLING_CASES: list[Case] = [
    ("refused", "key", "json2"),
    ("dropped before", "key", "json2"),
    ("dropped after", "key", "json2"),
    ("slow", "external id", "json2"),
    ("late", "key", "json2"),
    ("504 after", "key", "json2"),
    ("cut", "key", "json2"),
    ("page", "key", "json2"),
    ("dropped after", "external id", "json2"),
    ("late", "external id", "json2"),
    ("dropped after", "key", "jsonrpc"),
    ("cut", "external id", "jsonrpc"),
    ("dropped after", "key", "xmlrpc"),
    ("page", "external id", "xmlrpc"),
]


def cases() -> list[object]:
    """Each pair of them on the sandbox, the most telling ones on a real Odoo."""
    on_odoo = [
        pytest.param("odoo", case, marks=pytest.mark.odoo, id=f"odoo-{'-'.join(case)}") for case in TELLING_CASES
    ]
    return [pytest.param("sandbox", case, id=f"sandbox-{'-'.join(case)}") for case in CASES] + on_odoo


@pytest.mark.parametrize(("server", "case"), cases(), indirect=["server"])
def test_fault(world: World, proxy: FaultProxy, server: Server, case: Case) -> None:
    """The run goes through all of its faults, or fails where it should and the next one does."""
    name, by, protocol = case
    fault = FAULTS[name](TIMEOUT_S[server.name])
    timeout_s = TIMEOUT_S[server.name] if name in {"slow", "late"} else NEVER_S
    world.connect(proxy.url, api_key=server.api_key, protocol=protocol, read_timeout=timeout_s)
    # What reached the server appears soon; only what did not is waited for to the end.
    prepare(world, by, settle=NEVER_S if fault.forwarded else 0.5)
    scripted = script(proxy, fault, by, protocol)
    ended = world.run()
    assert ended.code == EXIT_CODES.get((name, by), 0), ended.err
    assert ended.result["jobs"][0]["counts"]["rejected"] == 0
    world.settle_down("resume" if ended.code == 1 else "run")
    assert proxy.met() == scripted, proxy.seen


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
def test_nobody_there(world: World, proxy: FaultProxy, server: Server, protocol: str) -> None:
    """A server that is away when a run starts is told soon, and nothing is written."""
    world.connect(proxy.url, api_key=server.api_key, protocol=protocol)
    prepare(world, "key")
    with proxy.away():
        ended = world.run()
    assert (ended.code, ended.landed(), proxy.seen) == (5, 0, [])
    world.settle_down()


def prepare(world: World, by: str, **load: float) -> None:
    """Three chunks of records: new ones, and by key ones with values of their own and ones with the same value."""
    world.job(load=load, **({} if by == "key" else {"external_id": "faults.{ref}"}))
    refs = [f"{world.prefix}-{number:02}" for number in range(15)]
    world.source([{"ref": ref, "name": f"Name {ref}", "email": "a@example.com"} for ref in refs])
    if by == "key":
        others = [{"ref": ref, "name": "Old", "email": "a@example.com"} for ref in refs[5:10]]
        alike = [{"ref": ref, "name": f"Name {ref}"} for ref in refs[10:]]
        world.odoo.create("res.partner", others + alike)


def script(proxy: FaultProxy, fault: Fault, by: str, protocol: str) -> int:
    """Script the fault for each call; how many calls are to meet it."""
    if fault.kind == "refuse":  # whatever follows these finds nobody there
        proxy.script(fault, "search_read", times=4)
        return 4
    for call in CALLS[by]:
        real = "version" if (call, protocol) == ("login", "json2") else call
        proxy.script(fault, real, skip=1 if call == "search_read" else 0)  # the first one asks which database it is
    return len(CALLS[by])
