"""A new API key in place of a connection's: made, proved and written down before the old one is ended.

What is on its way stands in a file of the state folder, so that a rotation that was killed is finished by the next one:
at every moment, a key that works stands where the project looks for it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from filelock import FileLock, Timeout
from pydantic import SecretStr

from odoo_etl.connections import open_client
from odoo_etl.errors import Busy, ProtocolError, Refused, StateError, UsageError
from odoo_etl.odoo import OdooClient
from odoo_etl.odoo.new_keys import ByKey, ByPassword, KeyMaker, NewKey, Password, check_version, make_key
from odoo_etl.private_files import FILE, make_folder, replace_file
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import ConnectionSpec, Project
from odoo_etl.spec.secret_homes import SecretHome, secret_home
from odoo_etl.text import keep_secret

DAYS = 90  # as long as Odoo lets a key of a user live who is no administrator
FOLDER = "keys"  # in the state folder
Old = Literal["revoked", "kept", "unknown"]


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """The keys of a connection after a rotation.

    Attributes:
        name: what Odoo calls the new key.
        expires_at: when it expires.
        home: where it stands now; "" where it was to be printed.
        key: the new key, where it was to be printed; else "".
        old: the old one is revoked, kept because that was asked for, or still there because nobody knows which of
            several it is.
        finished: what became of the key that an earlier rotation left behind when it was broken off; None where none
            was.
    """

    connection: str
    name: str
    expires_at: datetime
    home: str
    key: str = field(default="", repr=False)
    old: Old = "revoked"
    finished: Old | None = None


@dataclass(frozen=True, slots=True)
class _OnItsWay:
    """A rotation between its first and its last step, as a private file has it.

    Attributes:
        number: of the old key in Odoo, where that is known.
        printed: the new one stands wherever whoever read it has put it.
        environment: of project.yaml, in which it began.
    """

    old: str = field(repr=False)
    new: str = field(repr=False)
    number: int | None = None
    printed: bool = False
    keeps_old: bool = False
    environment: str = ""


@dataclass(frozen=True, slots=True)
class WantedKey:
    """The wishes of whoever rotates a key.

    Attributes:
        days: how long the new one is to be good for.
        keeps_old: the old one is not ended.
        prints: the new one is handed back, for a store of secrets; `finish_key` ends the old one later.
        password: of the user, asked for where the server wants it.
    """

    days: int = DAYS
    keeps_old: bool = False
    prints: bool = False
    password: Password = field(default=lambda: "", repr=False)


def rotate_key(
    project: Workspace | Path | str | None = None,
    connection: str = "main",
    wanted: WantedKey | None = None,
    *,
    now: Callable[[], float] = time.time,
) -> RotatedKey:
    """Give a connection a new API key: made, proved and written down before the old one is ended.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        connection: of project.yaml.
        wanted: for how long, what becomes of the old one, whether the new one is handed back instead of written down.
        now: epoch seconds.

    Raises:
        UsageError: the connection has no key, or it stands where it cannot be replaced.
        CannotStart: the server makes no keys for programs.
        Busy: another process is at it.
        OdooEtlError: Odoo refused it or did not answer, a file cannot be written; the old key is still good.
    """
    workspace, wanted = Workspace.of(project), wanted or WantedKey()
    opened = workspace.load(with_jobs=False)
    spec = _with_key(opened, connection)
    home = None if wanted.prints else secret_home(opened, connection, "api_key", workspace.environ)
    rotation = _Rotation(opened, spec, home, _mark_of(opened, connection), wanted)
    with _alone(rotation.mark):
        return rotation.carry_out(connection, datetime.fromtimestamp(now(), UTC))


def finish_key(
    project: Workspace | Path | str | None = None, connection: str = "main", password: Password = lambda: ""
) -> Old | None:
    """End the old key of a connection, where the new one that was handed back is in its place by now.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        connection: of project.yaml.
        password: of the user, asked for where the server wants it.

    Returns:
        What became of the old key; None where no rotation was to be finished.

    Raises:
        UsageError: the new one is not in its place yet, or a third one is there.
        OdooEtlError: as `rotate_key`.
    """
    opened = Workspace.of(project).load(with_jobs=False)
    spec, wanted = _with_key(opened, connection), WantedKey(password=password)
    rotation = _Rotation(opened, spec, None, _mark_of(opened, connection), wanted)
    with _alone(rotation.mark):
        return rotation.finish()


def _mark_of(project: Project, name: str) -> Path:
    return project.state_dir / FOLDER / f"{quote(name, safe='')}.json"


def _ended(maker: KeyMaker, client: OdooClient, old: str, made: NewKey) -> Old:
    return "revoked" if maker.revoke(client, old, made.replaces) else "unknown"


def _with_key(project: Project, name: str) -> ConnectionSpec:
    spec = project.connection(name)
    if spec.is_sandbox:
        raise UsageError(f"the connection `{name}` is the embedded sandbox, which has one key for ever")
    if not spec.api_key.get_secret_value():
        raise UsageError(f"the connection `{name}` has no `api_key`: it logs in with a password, which does not expire")
    return spec


@contextmanager
def _alone(mark: Path) -> Iterator[None]:
    """Be the only one to replace the key; an error of a file is one of ours."""
    try:
        make_folder(mark.parent)
        with FileLock(mark.with_suffix(".lock"), timeout=0, mode=FILE):
            yield
    except Timeout:
        raise Busy("the key of this connection is being replaced by another process") from None
    except OSError as error:
        raise StateError(
            f"{error.filename}: it cannot be written: {error.strerror}; the old key is still good"
        ) from error


@dataclass(frozen=True, slots=True)
class _Rotation:
    """The steps of one rotation.

    Attributes:
        home: None where the new key is printed.
        mark: the file of what is on its way.
    """

    project: Project
    spec: ConnectionSpec
    home: SecretHome | None
    mark: Path
    wanted: WantedKey

    def carry_out(self, name: str, now: datetime) -> RotatedKey:
        """Make a new key, and end the old one."""
        finished = self.finish()
        if self.home is not None:
            self.home.check()  # before Odoo has made anything
        old, until = self.spec.api_key.get_secret_value(), now + timedelta(days=self.wanted.days)
        called = f"odoo-etl {self.project.environment or name} {now:%Y-%m-%d %H:%M:%S}"
        with self._client(old) as client:
            check_version(client)
            uid = client.authenticate()
            maker, made = make_key(client, old, self.wanted.password, called, until)
            keep_secret({made.key})
            kept = self.wanted.prints, self.wanted.keeps_old, self.project.environment
            self._mark(_OnItsWay(old, made.key, made.replaces, *kept))
        with self._client(made.key) as client:
            if client.authenticate() != uid:
                raise UsageError("the new key is another user's; the old one stands where it stood")
            known = RotatedKey(name, called, until, str(self.home or ""), finished=finished)
            if self.home is None:
                return replace(known, key=made.key, old="kept")
            self.home.put(old, made.key)
            old_now: Old = "kept" if self.wanted.keeps_old else _ended(maker, client, old, made)
        self.mark.unlink()
        return replace(known, old=old_now)

    def finish(self) -> Old | None:
        """End the key that an earlier rotation left behind; what became of it, None where there was no rotation."""
        found = self._on_its_way()
        if found is None:
            return None
        keep_secret({found.old, found.new})
        now = self.spec.api_key.get_secret_value()
        if found.printed and now == found.old:
            raise UsageError(
                "the key that was printed is not in its place yet: put it there, then `odoo-etl key rotate --finish`"
                f" ends the old one; where it is lost, delete it in Odoo, and {self.mark}"
            )
        if now not in {found.old, found.new}:
            begun = f" in the environment {found.environment}" if found.environment else ""
            raise UsageError(
                f"a rotation that began{begun} is not finished, and the key that stands here now is neither its old"
                " one nor its new one: go on with it there, or end in Odoo the keys that nobody uses and delete"
                f" {self.mark}"
            )
        left = found.old if now == found.new else found.new
        ended: Old = "kept"
        if left == found.new or not found.keeps_old:
            with self._client(now) as client:
                ended = self._end(client, left, found.number if left == found.old else None)
        self.mark.unlink()
        return ended

    def _on_its_way(self) -> _OnItsWay | None:
        try:
            return _OnItsWay(**json.loads(self.mark.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise StateError(f"{self.mark}: it is damaged; see in Odoo which keys there are, then delete it") from error

    def _end(self, client: OdooClient, left: str, number: int | None) -> Old:
        """End a key in whichever way the server has; unknown where nobody can tell it which one it is.

        Raises:
            OdooError: none is open now; the next rotation tries again.
        """
        try:
            ByKey(client, left).revoke(client, left, number)
        except (ProtocolError, Refused):
            if number is None:
                return "unknown"
            if not (secret := self.wanted.password()):
                raise
            ByPassword(client, secret).revoke(client, left, number)
        return "revoked"

    def _mark(self, on_its_way: _OnItsWay) -> None:
        """Note what is on its way, on the disk."""
        replace_file(self.mark, json.dumps(asdict(on_its_way)).encode("ascii"))

    @contextmanager
    def _client(self, key: str) -> Iterator[OdooClient]:
        """A client that logs in with this key, and nothing else; from Odoo 19 on that is over JSON-2."""
        login = {"api_key": SecretStr(key), "password": SecretStr(""), "protocol": "auto"}
        spec = self.spec.model_copy(update=login)
        with open_client(spec, self.project.state_dir, pool_size=1) as client:
            yield client
