"""A project, and an assistant that asks its server, in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.mcp_server import Planning
from odoo_etl.mcp_server.server import make_server
from odoo_etl.runs import Workspace
from tests.loops import finished
from tests.unit.runs.conftest import Shop

KEY = "s3cr3t-of-the-shop"
PROJECT = f"""
connections: {{main: {{url: sandbox, password: {KEY}}}}}
environments: {{production: {{production: true}}}}
"""
PEOPLE = """
version: 1
job: people
source: {type: csv, path: ../people.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: {column: name, required: true}}
"""


@pytest.fixture
def shop(tmp_path):
    """Two firms, and a person that is a reject."""
    made = Shop(tmp_path)
    made.write("pipelines/project.yaml", PROJECT)
    made.job("firms")
    made.write("firms.csv", "ref,name\nf,Firm\ng,Other\n")
    made.write("pipelines/people.yaml", PEOPLE)
    made.write("people.csv", "ref,name\np,\nq,Quinn\n")
    return made


class Launches:
    """Notes the commands that are launched; each ends as it is told to."""

    def __init__(self, code=0):
        self.code, self.orders, self.logs = code, [], []

    def __call__(self, order, log, _environ):
        self.orders.append(order)
        self.logs.append(log)
        return self

    def run_id(self, _within_s):
        return "20261130T070000-0c0ffee01"

    def ended(self, _within_s):
        return self.code


@pytest.fixture
def launches():
    """No process is started."""
    return Launches()


@pytest.fixture
def ask(shop, launches):
    """A function that calls a tool: its answer, or why it was refused."""

    def call(tool, **arguments):
        return finished(_called(shop, launches, tool, arguments))

    return call


async def _called(shop, launches, tool, arguments):
    from mcp import Client

    workspace = Workspace(Path(shop.root), environ={})
    async with Client(make_server(workspace, Planning(workspace, launches))) as client:
        answered = await client.call_tool(tool, arguments)
    if answered.is_error:
        return answered.content[0].text.removeprefix(f"Error executing tool {tool}: ")
    return answered.structured_content
