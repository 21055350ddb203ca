"""The tools as an assistant sees them: which there are, what each may do, what none ever tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from mcp import Client, MCPError

from odoo_etl.mcp_server.server import DATA, make_server
from tests.loops import finished
from tests.unit.mcp_server.conftest import KEY

LOOKS = {
    *("list_jobs", "job", "validate", "inspect_model", "preview", "history", "show_run", "rejects", "explain", "docs"),
    *("schedules", "plans", "plan_changes"),
}


def test_each_tool_has_its_row():
    """In docs/mcp.md, with what it changes."""
    page = (Path(__file__).parents[3] / "docs/mcp.md").read_text("utf-8")
    lines = page.partition("| tool | does | changes |")[2].partition("\n\n")[0].splitlines()[2:]
    changes = {
        name: line.split("|")[3].strip() for line in lines for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert {name for name, change in changes.items() if change == "nothing"} == LOOKS
    assert changes.keys() - LOOKS == {"plan", "apply_plan"}


async def listed(server):
    """Its tools by name, and its templates."""
    async with Client(server) as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        return tools, {one.uri_template for one in (await client.list_resource_templates()).resource_templates}


def test_every_tool_says_what_it_may_do(shop):
    """One alone writes to Odoo; one keeps a file; none has to do with anything but the project."""
    tools, templates = finished(listed(make_server(shop.use())))
    assert {name for name, one in tools.items() if one.annotations.read_only_hint} == LOOKS
    assert tools.keys() - LOOKS == {"plan", "apply_plan"}
    assert (tools["plan"].annotations.destructive_hint, tools["apply_plan"].annotations.destructive_hint) == (
        False,
        True,
    )
    assert {one.annotations.open_world_hint for one in tools.values()} == {False}
    assert templates == {"odoo-etl://jobs/{name}", "odoo-etl://docs/{name}", "odoo-etl://schemas/{kind}"}


def test_what_tools_take_is_bounded_and_no_path(shop):
    """No argument names a file, an address or a command."""
    tools, _ = finished(listed(make_server(shop.use())))
    arguments = {name for one in tools.values() for name in one.input_schema["properties"]}
    assert arguments == {
        *("name", "jobs", "online", "model", "fields", "word", "offline", "job", "rows", "line", "key", "limit", "run"),
        *("code", "offset", "page", "search", "digest", "field", "full_refresh"),
    }


def test_tools_that_tell_values_say_that_they_are_data(shop):
    """An assistant is told so where it reads them."""
    tools, _ = finished(listed(make_server(shop.use())))
    assert {name for name, one in tools.items() if one.description.endswith(DATA)} == {
        *("job", "inspect_model", "preview", "history", "show_run", "rejects", "plans", "plan_changes", "plan"),
    }


def test_a_server_that_only_reads(shop):
    """It has no tool that writes."""
    tools, _ = finished(listed(make_server(shop.use(), read_only=True)))
    assert tools.keys() == LOOKS | {"plan"}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_jobs", {}),
        ("job", {"name": "firms"}),
        ("validate", {}),
        ("preview", {"job": "firms"}),
        ("plan", {}),
        ("inspect_model", {"model": KEY}),
        ("explain", {"code": KEY}),
        ("rejects", {"job": KEY}),
        ("apply_plan", {"digest": KEY}),
    ],
)
def test_no_answer_has_a_secret(shop, ask, tool, arguments):
    """Wherever it stands: in a file, in a cell, in the words of a refusal."""
    shop.write("firms.csv", f"ref,name\nf,{KEY}\n")
    path = shop.root / "pipelines/firms.yaml"
    path.write_text(f"# {KEY}\n{path.read_text()}")
    told = ask(tool, **arguments)
    assert KEY not in json.dumps(told)
    if tool in {"job", "preview", "plan", "inspect_model"}:
        assert "***" in json.dumps(told)


async def read(server, uri):
    """A resource, or why there is none."""
    async with Client(server) as client:
        try:
            return (await client.read_resource(uri)).contents[0].text
        except MCPError as error:
            return f"refused: {error}"


def test_resources(shop):
    """Files of jobs, schemas and pages; nothing else of the machine."""
    server = make_server(shop.use())
    assert "job: firms" in finished(read(server, "odoo-etl://jobs/firms"))
    assert json.loads(finished(read(server, "odoo-etl://schemas/job")))["title"] == "odoo_etl job"
    assert finished(read(server, "odoo-etl://docs/rejects")).startswith("# ")
    for uri in ("odoo-etl://jobs/..%2Fproject", "odoo-etl://docs/..%2F..%2Fpyproject", "odoo-etl://jobs/project"):
        assert finished(read(server, uri)).startswith("refused: "), uri


def test_a_fault_of_ours_tells_nothing(shop):
    """An error that nobody foresaw may have any text in it."""

    class Broken:
        def __getattr__(self, name):
            raise RuntimeError(KEY)

    async def called():
        async with Client(make_server(Broken())) as client:
            return await client.call_tool("list_jobs", {})

    answered = finished(called())
    assert (answered.is_error, KEY in str(answered)) == (True, False)
