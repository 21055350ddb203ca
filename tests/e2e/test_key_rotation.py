"""`odoo-etl key rotate` as a user calls it, on the sandbox and on a real Odoo 19."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from odoo_etl.odoo.new_keys import ByKey, make_key
from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Project
from tests.servers import Server

PAGE = Path(__file__).parents[2] / "docs/keys.md"


def shown() -> str:
    """What the page says that the command prints."""
    (block,) = re.findall(
        r"^```text\n\$ odoo-etl key rotate\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return block


def test_the_page_shows_what_is_printed(empty_project: Project) -> None:
    """And the project goes on with the new key."""
    with Sandbox() as sandbox:
        server = Server("sandbox", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)
        empty_project.connect(server, api_key="${ODOO_API_KEY}")
        (empty_project.root / ".env").write_text(f"ODOO_API_KEY={sandbox.api_key}\n")
        done = empty_project.run("key", "rotate")
        printed = re.sub(r"\d{4}-\d\d-\d\d", "2027-02-28", done.out)
        assert (done.code, printed, done.err) == (0, shown(), "")
        assert empty_project.run("doctor").code == 0
        told = empty_project.run("key", "rotate", "--print", "--keep-old", "--finish")
        assert told.code == 2
        handed = empty_project.run("key", "rotate", "--print")
        assert handed.code == 0
        key = handed.out.strip()
        assert (len(key), key in handed.err) == (40, False)
        assert empty_project.run("key", "rotate", "--finish").code == 2
        (empty_project.root / ".env").write_text(f"ODOO_API_KEY={key}\n")
        assert empty_project.run("key", "rotate", "--finish").out == "the old key is ended\n"


def test_a_key_is_replaced_on_each_server(empty_project: Project, server: Server) -> None:
    """With the password of the connection, where the server wants it; such a server names no old key among several."""
    until = datetime.now(UTC) + timedelta(days=2)
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key, protocol="json2") as odoo:
        maker, made = make_key(odoo, server.api_key, lambda: server.password, "rotated", until)
        empty_project.connect(server, api_key="${ODOO_API_KEY}", password=server.password)
        file = empty_project.root / ".env"
        file.write_text(f"ODOO_API_KEY={made.key}\n")
        done = empty_project.run("key", "rotate", "--days", "5")
        new = file.read_text().partition("=")[2].strip()
        assert (done.code, new != made.key, len(new)) == (0, True, 40)
        assert ("is ended" in done.out) == isinstance(maker, ByKey)
        assert empty_project.run("doctor").code == 0
        domain = [["name", "=like", "odoo-etl main %"]]
        (row,) = odoo.search_read("res.users.apikeys", domain, ["expiration_date"])
        left = datetime.fromisoformat(row["expiration_date"]).replace(tzinfo=UTC) - datetime.now(UTC)
        assert timedelta(days=4, hours=23) < left <= timedelta(days=5)
        for number in odoo.search("res.users.apikeys", ["|", ["name", "=", "rotated"], *domain]):
            maker.revoke(odoo, new if isinstance(maker, ByKey) else "", number)


@pytest.mark.odoo
def test_a_server_that_wants_a_password_says_what_would_help(empty_project: Project, real_odoo: Server) -> None:
    """Nobody is there to be asked."""
    empty_project.connect(real_odoo, api_key="${ODOO_API_KEY}")
    (empty_project.root / ".env").write_text(f"ODOO_API_KEY={real_odoo.api_key}\n")
    done = empty_project.run("key", "rotate", "--keep-old")
    if done.code == 0:
        pytest.skip("this Odoo lets keys make keys")
    assert done.code == 5
    assert "base.enable_programmatic_api_keys" in done.err
    assert real_odoo.api_key in (empty_project.root / ".env").read_text()
