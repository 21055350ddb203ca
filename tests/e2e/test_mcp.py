"""`odoo-etl mcp` as an assistant starts it: a process, asked over its standard input and output."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import odoo_etl
from tests.e2e.project import PROGRAM, Project, partner_rows, partners_job
from tests.loops import finished

Ask = Callable[..., Awaitable[Any]]
LOUD = """
def loud(row):
    print('{"jsonrpc": "2.0"}', flush=True)
    return row["name"]
"""


def talk(project: Project, conversation: Callable[[Ask], Awaitable[None]]) -> None:
    """Start the server, and let an assistant talk to it."""
    from mcp import Client, StdioServerParameters

    async def both() -> None:
        command = StdioServerParameters(
            command=str(PROGRAM), args=["mcp", "--project", str(project.root)], env=dict(project.environment)
        )
        async with Client(command) as client:

            async def ask(tool: str, **arguments: Any) -> Any:
                answered = await client.call_tool(tool, arguments)
                return answered.content[0].text if answered.is_error else answered.structured_content

            await conversation(ask)

    finished(asyncio.wait_for(both(), 600))  # what hangs fails; a busy machine may take its time


def test_a_conversation(empty_project: Project, prefix: str) -> None:
    """It looks, plans, is refused, waits for a person, writes exactly that; a plan that is stale writes nothing.

    The Python of a job may print what it likes.
    """
    project = empty_project
    project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    (project.root / "loud.py").write_text(LOUD)
    job = partners_job()
    job["fields"]["name"] = {"python": "loud:loud"}
    project.write("partners.yaml", job)
    project.rows(partner_rows(prefix, 3))

    async def conversation(ask: Ask) -> None:
        assert (await ask("list_jobs"))["jobs"][0]["job"] == "partners"
        planned = await ask("plan")
        assert (planned["plan"]["counts"], planned["error"]) == ({"create": 3}, "")
        digest = planned["plan"]["digest"]
        assert f"odoo-etl approve {digest[:12]}" in await ask("apply_plan", digest=digest)
        assert odoo_etl.history(project.root) == []
        odoo_etl.approve(project.root, odoo_etl.kept_plan(project.root, digest), "ann")
        applied = await ask("apply_plan", digest=digest[:12])
        assert (applied["exit_code"], applied["approved_by"]) == (0, "ann")
        shown = await ask("show_run", run=applied["run"])
        assert shown["result"]["jobs"][0]["counts"]["created"] == 3
        assert any(note.startswith("ann approved it at ") for note in shown["result"]["notes"])
        again = await ask("apply_plan", digest=digest)
        assert (again["exit_code"], "plan again" in again["next"]) == (7, True)
        project.rows(partner_rows(prefix, 4))
        digest = (await ask("plan"))["plan"]["digest"]
        odoo_etl.approve(project.root, odoo_etl.kept_plan(project.root, digest), "ann")
        project.rows(partner_rows(prefix, 5))
        assert (await ask("apply_plan", digest=digest))["exit_code"] == 7

    talk(project, conversation)
    applied = next(run for run in odoo_etl.history(project.root) if run.exit_code == 0)
    assert [dict(one.counts) for one in applied.jobs] == [{"read": 3, "created": 3}]


def test_it_needs_a_project_and_its_package(empty_project: Project) -> None:
    """Else it says so at once; the extra is named."""
    assert (none := empty_project.run("mcp")).code == 2
    assert "project.yaml" in none.err
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    (empty_project.root / "mcp.py").write_text("raise ModuleNotFoundError('no', name='mcp')")
    path = os.pathsep.join([str(empty_project.root), *filter(None, [os.environ.get("PYTHONPATH")])])
    lacking = empty_project.run("mcp", PYTHONPATH=path)
    assert (lacking.code, "pip install 'odoo-etl[mcp]'" in lacking.err) == (2, True), lacking
