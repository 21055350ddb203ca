"""Mirrors, seen from outside: what vanished from the source goes, what is not theirs stays."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project, partner_rows, partners_job
from tests.fault_proxy import DROP_AFTER, FaultProxy, meanwhile
from tests.servers import Server

TARGET = {"model": "res.partner", "key": "ref"}


def mirror(policy: Any = "archive", **vanish: Any) -> dict[str, Any]:
    """A mirror of rows.csv."""
    target = {**TARGET, "mode": "mirror", "vanish": {"policy": policy, **vanish}}
    return partners_job(target=target, load={"chunk_size": 5, "settle": "5s"})


def run(project: Project, rows: list[dict[str, str]], job: dict[str, Any] | None = None, *arguments: str) -> Done:
    """Run, or whatever the arguments say, on these rows."""
    project.rows(rows)
    if job:
        project.write("partners.yaml", job)
    return project.run(*(arguments or ("run",)), "--json")


def active(odoo: OdooClient, prefix: str) -> list[str]:
    """The last digits of the active partners' refs."""
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["ref"], order="ref")
    return [row["ref"][-2:] for row in found]


def there(odoo: OdooClient, prefix: str) -> int:
    """How many partners there are, archived ones included."""
    return odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]], context={"active_test": False})


def test_archive_and_return(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Baseline, plan, archive, nothing to do, return; records of others stay as they are."""
    odoo.create("res.partner", {"name": "Not ours", "ref": f"{prefix}-xx"})
    rows = partner_rows(prefix, 12)
    first = run(project, rows, mirror())
    assert (first.code, first.counts(), first.job()["vanished"]["found"]) == (0, {"read": 12, "created": 12}, 0)

    assert run(project, rows, None, "plan", "--detailed-exitcode").code == 0
    planned = run(project, rows[:10], None, "plan", "--detailed-exitcode")
    assert (planned.code, planned.job()["vanished"]["found"], planned.writes()) == (8, 2, {})
    assert planned.job()["vanished"]["first"][0].startswith(f"{prefix}-00010 (id ")
    limited = run(project, rows[:10], None, "run", "--limit", "3")
    assert (limited.code, limited.job()["vanished"], there(odoo, prefix)) == (0, {}, 13)

    done = run(project, rows[:10])
    vanished = done.job()["vanished"]
    assert (done.code, vanished["found"], vanished["archived"], vanished["refused"]) == (0, 2, 2, [])
    assert done.writes() == {"res.partner.write": 1}
    assert active(odoo, prefix) == [f"{n:02}" for n in range(10)] + ["xx"]
    again = run(project, rows[:10])
    assert (again.code, again.job()["vanished"]["found"], again.writes()) == (0, 0, {})

    back = run(project, rows)
    assert (back.code, back.job()["vanished"]["returned"]) == (0, 2)
    assert active(odoo, prefix) == [f"{n:02}" for n in range(12)] + ["xx"]
    assert run(project, rows).writes() == {}


def test_unlink(project: Project, odoo: OdooClient, prefix: str) -> None:
    """What vanished is deleted; a later run does not look for it."""
    rows = partner_rows(prefix, 12)
    run(project, rows, mirror("unlink"))
    done = run(project, rows[2:])
    assert (done.code, done.job()["vanished"]["unlinked"], there(odoo, prefix)) == (0, 2, 10)
    assert run(project, rows[2:]).job()["vanished"]["found"] == 0
    assert run(project, rows).counts() == {"read": 12, "created": 2, "unchanged": 10}


def test_set_and_report(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Values are written once; a report writes nothing."""
    rows = partner_rows(prefix, 12)
    run(project, rows, mirror("report"))
    told = run(project, rows[2:])
    assert (told.code, told.job()["vanished"]["reported"], told.writes()) == (0, 2, {})
    done = run(project, rows[2:], mirror({"set": {"comment": "gone", "color": 4}}))
    assert (done.code, done.job()["vanished"]["set"], done.writes()) == (0, 2, {"res.partner.write": 1})
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"], ["color", "=", 4]]) == 2
    again = run(project, rows[2:])
    assert (again.job()["vanished"]["found"], again.writes()) == (0, {})


def check_refused_removal(project: Project, odoo: OdooClient, prefix: str, policy: str, done: str) -> None:
    """The partner of a user stays, the others go, and the run ends with 3."""
    user = odoo.create("res.users", {"name": "Someone", "login": f"{prefix}-{policy}"})
    partner = odoo.read("res.users", [user], ["partner_id"], load="_classic_write")[0]["partner_id"]
    rows = partner_rows(prefix, 14)
    odoo.write("res.partner", [partner], {"ref": rows[3]["ref"]})
    assert run(project, rows, mirror(policy)).counts() == {"read": 14, "created": 13, "updated": 1}
    ended = run(project, rows[:2] + rows[5:])
    vanished = ended.job()["vanished"]
    assert (ended.code, vanished["found"], vanished[done]) == (3, 3, 2)
    assert [one["id"] for one in vanished["refused"]] == [partner]
    assert active(odoo, prefix) == ["00", "01", "03", *(f"{n:02}" for n in range(5, 14))]


def test_a_refused_deletion(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The partner of a user cannot be deleted."""
    check_refused_removal(project, odoo, prefix, "unlink", "unlinked")


@pytest.mark.odoo
def test_a_refused_archiving(empty_project: Project, real_odoo: Server, prefix: str) -> None:
    """Nor archived, which the sandbox does not know."""
    empty_project.connect(real_odoo)
    with OdooClient(real_odoo.url, real_odoo.db, user=real_odoo.user, api_key=real_odoo.api_key) as odoo:
        check_refused_removal(empty_project, odoo, prefix, "archive", "archived")


def test_what_stops_a_mirror(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A share, a count, a source that became short, and `min_rows`: exit 4, and nothing is removed."""
    rows = partner_rows(prefix, 20)
    job = mirror()
    run(project, rows, job)
    share = run(project, rows[:12])
    assert (share.code, "8 of the 20 records" in share.job()["error"]) == (4, True)
    count = run(project, rows[:18], mirror(max={"count": 1}))
    assert (count.code, "vanish.max.count 1" in count.job()["error"]) == (4, True)
    short = run(project, [{**row, "name": "new"} for row in rows[:9]], mirror(max={"percent": 100}))
    assert (short.code, "max_shrink" in short.job()["error"], short.writes()) == (4, True, {})
    few = run(project, rows[:10], mirror() | {"source": {**job["source"], "min_rows": 11}})
    assert (few.code, few.writes()) == (4, {})
    assert len(active(odoo, prefix)) == 20


def test_rejected_rows_keep_their_records(project: Project, odoo: OdooClient, prefix: str) -> None:
    """And a row without a key blocks every removal."""
    rows = partner_rows(prefix, 12)
    run(project, rows, mirror())
    rows[0]["country"], rows[1]["name"] = "??", ""
    done = run(project, rows[:11])
    assert (done.code, done.counts()["rejected"], done.job()["vanished"]["archived"]) == (3, 2, 1)
    assert len(active(odoo, prefix)) == 11
    blocked = run(project, [{**rows[0], "ref": ""}, *rows[2:9]])
    assert (blocked.code, "could stand for any record" in blocked.job()["vanished"]["blocked"]) == (3, True)
    assert len(active(odoo, prefix)) == 11


def test_external_ids(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Mirrors know their records by id, however they are found."""
    module = prefix.lower().replace("-", "_")
    target = {"model": "res.partner", "external_id": f"{module}.partner_{{ref}}", "mode": "mirror"}
    rows = partner_rows(prefix, 12)
    run(project, rows, partners_job(target=target))
    rows[3]["name"] = ""
    done = run(project, rows[:10])
    assert (done.code, done.job()["vanished"]["archived"]) == (3, 2)
    assert active(odoo, prefix) == [f"{n:02}" for n in range(10)]


@pytest.mark.parametrize(("policy", "verb"), [("unlink", "resume"), ("archive", "run")])
def test_killed_while_it_removes(  # noqa: PLR0917 - fixtures
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, policy: str, verb: str
) -> None:
    """The next run finds out what the last call did, and ends as if nothing had happened."""
    rows = partner_rows(prefix, 14)
    empty_project.connect(server)
    run(empty_project, rows, mirror(policy))
    empty_project.rows(rows[:10])
    killed = []

    def kill() -> None:
        killed.append(process.pid)
        os.kill(process.pid, signal.SIGKILL)

    with FaultProxy(server.url) as proxy:
        proxy.script(meanwhile(kill, forwarded=True), {"unlink": "unlink", "archive": "write"}[policy])
        empty_project.connect(server, url=proxy.url)
        process = empty_project.start("run")
        process.communicate(timeout=60)
    assert (killed, process.returncode) == ([process.pid], -signal.SIGKILL)
    empty_project.connect(server)
    done = run(empty_project, rows[:10], None, verb)
    assert (done.code, done.job()["settled"]) == (0, 1)
    assert active(odoo, prefix) == [f"{n:02}" for n in range(10)]
    assert there(odoo, prefix) == (10 if policy == "unlink" else 14)
    back = run(empty_project, rows)
    assert (back.code, active(odoo, prefix)) == (0, [f"{n:02}" for n in range(14)])


def test_a_deletion_without_an_answer(empty_project: Project, server: Server, odoo: OdooClient, prefix: str) -> None:
    """What is gone is not deleted again, and the run ends well."""
    rows = partner_rows(prefix, 14)
    empty_project.connect(server)
    run(empty_project, rows, mirror("unlink"))
    with FaultProxy(server.url) as proxy:
        proxy.script(DROP_AFTER, "unlink")
        empty_project.connect(server, url=proxy.url)
        done = run(empty_project, rows[:10])
        assert (proxy.met(), done.code, done.job()["vanished"]["unlinked"]) == (1, 0, 4)
    assert done.writes() == {"res.partner.unlink": 1}
    assert there(odoo, prefix) == 10


def test_a_policy_that_does_not_fit(sandbox_project: Project, prefix: str) -> None:
    """`validate --online` names the place; a run stops before any write."""
    sandbox_project.rows(partner_rows(prefix, 3))
    sandbox_project.write("partners.yaml", mirror({"set": {"colour": 1}}))
    validated = sandbox_project.run("validate", "--online")
    assert (validated.code, "no field `colour`" in validated.out + validated.err) == (2, True)
    done = sandbox_project.run("run", "--json")
    assert (done.code, done.writes()) == (2, {})
