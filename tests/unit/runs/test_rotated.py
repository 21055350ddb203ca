"""A new API key in place of a connection's, whatever breaks it off."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime

import pytest

import odoo_etl
from odoo_etl.errors import AccessRefused, Busy, CannotStart, Refused, StateError
from odoo_etl.odoo import OdooClient
from odoo_etl.runs import rotated
from odoo_etl.runs.rotated import WantedKey, finish_key, rotate_key
from odoo_etl.runs.workspace import Workspace
from odoo_etl.sandbox import Sandbox

NOW = datetime(2099, 3, 1, 12, tzinfo=UTC)
PROJECT = "connections: {{main: {{url: '{url}', db: sandbox, user: admin, api_key: '{key}'}}}}\n"


class Killed(BaseException):
    """The process is no more."""


class World:
    """A server of its own, and a project that logs in to it with a key."""

    def __init__(self, server, root):
        self.server, self.root = server, root
        self.write("pipelines/project.yaml", PROJECT.format(url=server.url, key="${ODOO_API_KEY}"))
        self.write(".env", f"# secrets\nOTHER=1\nODOO_API_KEY={server.api_key}\nLAST=2\n")

    def write(self, name, text):
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def use(self, environ=None):
        """The project as a program uses it."""
        return Workspace(self.root, environ=environ or {})

    def rotate(self, environ=None, **wanted):
        """Rotate the key of `main`."""
        return rotate_key(self.use(environ), "main", WantedKey(**wanted), now=NOW.timestamp)

    @property
    def key(self):
        """The key that the project has now."""
        return self.use().load(with_jobs=False).connection("main").api_key.get_secret_value()

    def opens(self, key):
        """Whether a key is good."""
        with OdooClient(self.server.url, "sandbox", user="admin", api_key=key, protocol="json2") as client:
            try:
                return client.authenticate() == 2
            except AccessRefused:
                return False

    @property
    def mark(self):
        """The file of a rotation that is on its way."""
        return self.root / ".odoo_etl/keys/main.json"

    def names(self):
        """What Odoo calls the keys that there are."""
        with OdooClient(self.server.url, "sandbox", user="admin", password="admin", protocol="jsonrpc") as client:
            return [row["name"] for row in client.search_read("res.users.apikeys", [], ["name"])]


@pytest.fixture
def world(tmp_path):
    """Nothing was rotated yet."""
    with Sandbox() as server:
        yield World(server, tmp_path)


def test_the_new_key_stands_where_the_old_one_stood(world):
    """The rest of the file is as it was; the old key is none any more."""
    result = world.rotate(days=30)
    new = world.key
    assert (world.root / ".env").read_text() == f"# secrets\nOTHER=1\nODOO_API_KEY={new}\nLAST=2\n"
    assert (world.opens(new), world.opens(world.server.api_key)) == (True, False)
    assert (result.old, result.key, result.finished) == ("revoked", "", None)
    assert result.home.startswith("ODOO_API_KEY in ")
    assert (result.name, result.expires_at) == (
        "odoo-etl main 2099-03-01 12:00:00",
        datetime(2099, 3, 31, 12, tzinfo=UTC),
    )
    assert world.names() == [result.name]
    assert not world.mark.exists()
    assert stat.S_IMODE((world.root / ".env").stat().st_mode) == 0o600


def test_one_after_the_other(world):
    """Each time the one before goes."""
    for _ in range(3):
        before = world.key
        world.rotate()
        assert (world.opens(world.key), world.opens(before)) == (True, False)


def test_the_old_key_may_stay(world):
    """Where others use it, too."""
    result = world.rotate(keeps_old=True)
    assert (result.old, world.opens(world.server.api_key), world.opens(world.key)) == ("kept", True, True)


def test_a_file_of_its_own_gets_the_new_key(world):
    """Also through a link, as stores of secrets mount them."""
    real = world.write("secrets/odoo.key", f"{world.server.api_key}\n")
    (world.root / "key").symlink_to(real)
    world.write("pipelines/project.yaml", PROJECT.format(url=world.server.url, key="${file:../key}"))
    world.rotate()
    assert (world.root / "key").is_symlink()
    assert world.opens(real.read_text().strip())
    assert real.read_text().endswith("\n")


@pytest.mark.parametrize(
    ("key", "environ", "told"),
    [
        ("sandbox-api-key-0123456789abcdef01234567", {}, "stands in project.yaml itself"),
        ("x${ODOO_API_KEY}", {}, "stands in project.yaml itself"),
        ("${ODOO_API_KEY}", {"ODOO_API_KEY": "sandbox-api-key-0123456789abcdef01234567"}, "comes from the process"),
        ("${UNSET:-abcdefabcdef}", {}, "is set nowhere"),
    ],
)
def test_a_key_that_stands_elsewhere_is_not_replaced(world, key, environ, told):
    """Nothing is made on the server; it says what to do."""
    world.write("pipelines/project.yaml", PROJECT.format(url=world.server.url, key=key))
    with pytest.raises(odoo_etl.UsageError, match=told):
        world.rotate(environ)
    assert world.names() == ["sandbox"]


def test_a_variable_of_the_project_may_name_the_file(world):
    """One reference further."""
    text = PROJECT.format(url=world.server.url, key="${key}") + "variables: {key: '${ODOO_API_KEY}'}\n"
    world.write("pipelines/project.yaml", text)
    world.rotate()
    assert world.opens(world.key)
    assert world.key != world.server.api_key


@pytest.mark.parametrize("url", ["sandbox", None])
def test_a_connection_without_a_key_of_its_own_has_none_to_rotate(world, url):
    """The embedded server has one for ever; a password does not expire."""
    main = "{url: sandbox}" if url else f"{{url: '{world.server.url}', db: sandbox, user: admin, password: admin}}"
    world.write("pipelines/project.yaml", f"connections: {{main: {main}}}\n")
    with pytest.raises(odoo_etl.UsageError, match=r"sandbox, which|no `api_key`"):
        world.rotate()


def test_a_file_that_cannot_be_written_is_found_before_anything_is_made(world):
    """A folder that is closed, say."""
    (world.root / ".env").rename(world.root / "elsewhere")
    (world.root / ".env").symlink_to("/proc/self/cmdline")
    with pytest.raises((odoo_etl.OdooEtlError, OSError)):
        world.rotate()
    assert world.names() == ["sandbox"]


def test_an_older_odoo_says_what_to_do_by_hand(tmp_path):
    """It makes no keys for programs."""
    with Sandbox(major=18) as server:
        world = World(server, tmp_path)
        with pytest.raises(CannotStart, match=r"18\.0 makes no API keys for programs.*Account Security"):
            world.rotate()
        assert world.key == server.api_key


def test_a_limit_of_odoo_is_told(world):
    """With what Odoo says; the old key is still good."""
    for _ in range(9):
        world.rotate(keeps_old=True)
    with pytest.raises((CannotStart, Refused), match="Limit of 10"):
        world.rotate()
    assert world.opens(world.key)


# Where a process can die: before or after each step that changes something.
STEPS = ("make_key", "_mark", "put", "revoke")


def kill(monkeypatch, step, *, after):
    """End the process at a step."""
    home, name = {
        "make_key": (rotated, "make_key"),
        "_mark": (rotated._Rotation, "_mark"),
        "put": (rotated.SecretHome, "put"),
        "revoke": (rotated, "_ended"),
    }[step]
    known = getattr(home, name)

    def dies(*args):
        if after:
            known(*args)
        raise Killed

    monkeypatch.setattr(home, name, dies)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_rotation_that_is_killed_leaves_a_key_that_works(world, step, after):
    """And the next one ends what it left behind, as far as anything can tell of it."""
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, step, after=after)
        with pytest.raises(Killed):
            world.rotate()
    assert world.opens(world.key), "at every moment"
    result = world.rotate()
    assert world.opens(world.key)
    assert not world.mark.exists()
    lost = ["odoo-etl main 2099-03-01 12:00:00"] if (step, after) in {("make_key", True), ("_mark", False)} else []
    assert world.names() == [*lost, result.name], "of a key that was made and not noted, only Odoo knows"


def test_a_printed_key_waits_until_it_is_in_its_place(world):
    """Then the old one ends; meanwhile both are good, and no other is made."""
    shown = world.rotate({"ODOO_API_KEY": world.server.api_key}, prints=True)
    assert (shown.home, shown.old, world.opens(shown.key), world.opens(world.server.api_key)) == (
        "",
        "kept",
        True,
        True,
    )
    assert shown.key not in repr(shown)
    assert stat.S_IMODE(world.mark.stat().st_mode) == 0o600
    for ask in (world.rotate, lambda: finish_key(world.use())):
        with pytest.raises(odoo_etl.UsageError, match="not in its place yet"):
            ask()
    store = {"ODOO_API_KEY": shown.key}
    assert finish_key(world.use(store)) == "revoked"
    assert (world.opens(shown.key), world.opens(world.server.api_key)) == (True, False)
    assert finish_key(world.use(store)) is None


def test_an_old_key_that_was_to_stay_is_not_said_to_be_ended(world):
    """Whether it was printed, or the rotation was killed."""
    shown = world.rotate({"ODOO_API_KEY": world.server.api_key}, prints=True, keeps_old=True)
    assert finish_key(world.use({"ODOO_API_KEY": shown.key})) == "kept"
    assert world.opens(world.server.api_key)


def test_a_new_key_that_nobody_has_is_ended_also_where_the_old_one_was_to_stay(world):
    """Killed before it was put in its place."""
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, "put", after=False)
        with pytest.raises(Killed):
            world.rotate(keeps_old=True)
    result = world.rotate(keeps_old=True)
    assert (result.finished, sorted(world.names())) == ("revoked", sorted(["sandbox", result.name]))


def test_a_third_key_ends_no_rotation(world):
    """It may be that of another environment: what is on its way there is not forgotten."""
    shown = world.rotate({"ODOO_API_KEY": world.server.api_key}, prints=True)
    for ask in (lambda environ: world.rotate(environ, prints=True), lambda environ: finish_key(world.use(environ))):
        with pytest.raises(odoo_etl.UsageError, match="neither its old one nor its new one"):
            ask({"ODOO_API_KEY": "that-of-another-environment"})
    assert finish_key(world.use({"ODOO_API_KEY": shown.key})) == "revoked"


def test_two_at_once(world):
    """The second one is told, and makes nothing."""
    from filelock import FileLock

    world.mark.parent.mkdir(parents=True)
    with FileLock(world.mark.with_suffix(".lock")), pytest.raises(Busy):
        world.rotate()
    assert world.names() == ["sandbox"]


def test_a_damaged_note_is_not_passed_over(world):
    """A key may be lost with it."""
    world.mark.parent.mkdir(parents=True)
    world.mark.write_text(json.dumps({"odd": 1}))
    with pytest.raises(StateError, match="damaged"):
        world.rotate()


def test_from_python(world):
    """With the defaults of the command line."""
    result = odoo_etl.rotate_key(world.use())
    assert (result.old, (result.expires_at - datetime.now(UTC)).days) == ("revoked", 89)
    assert not odoo_etl.finish_key(world.use())
