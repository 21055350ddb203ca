"""Files of stores and servers: SFTP, S3, and in memory what is so everywhere."""

from __future__ import annotations

import os
import threading

import pytest

from odoo_etl.sources import open_source
from odoo_etl.sources.copies import file_systems
from odoo_etl.sources.copies.patience import within
from tests import s3, sftp
from tests.unit.sources.copies.conftest import refusal, rows_of

ONE, TWO = b"a;b\n1;2\n", b"a;b\n3;4\n"


def opened(memory, monkeypatch):
    """The paths that are opened, in order."""
    paths, real = [], type(memory).open

    def noted(self, path, mode="rb", **kwargs):
        if mode == "rb":
            paths.append(path)
        return real(self, path, mode, **kwargs)

    monkeypatch.setattr(type(memory), "open", noted)
    return paths


def test_a_pattern_over_sftp(server, csv):
    """In sorted order; what has not changed is not opened again."""
    for name, content in (("2.csv", TWO), ("1.csv", ONE), ("~$1.csv", b"x"), ("notes.txt", b"x")):
        (server.folder / name).write_bytes(content)
    spec = csv(server.url("/*.csv"), storage_options=server.options)
    files = {server.url("/1.csv"): [("1", "2")], server.url("/2.csv"): [("3", "4")]}
    assert rows_of(spec) == files
    assert rows_of(spec) == files
    assert server.opened == ["/1.csv", "/2.csv"]
    (server.folder / "1.csv").write_bytes(b"a;b\n5;6\n")
    os.utime(server.folder / "1.csv", (0, 0))
    assert rows_of(spec)[server.url("/1.csv")] == [("5", "6")]


def test_marks_of_web_addresses_are_characters_of_names_elsewhere(server, csv):
    """`?` stands for any character, and `#` for itself."""
    (server.folder / "day#1").mkdir()
    for name in ("1.csv", "2.csv", "10.csv"):
        (server.folder / "day#1" / name).write_bytes(ONE)
    found = rows_of(csv(server.url("/day#1/?.csv"), storage_options=server.options))
    assert list(found) == [server.url("/day#1/1.csv"), server.url("/day#1/2.csv")]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"host_key": ""}, "the key of the server must be known"),
        ({"host_key": "ssh-ed25519 AAAA"}, "host_key is no key as ssh-keyscan shows it"),
        ({"password": "wrong-Sesame"}, "Authentication failed. (check path and storage_options)"),
    ],
)
def test_a_server_that_is_not_known_or_refuses_the_login(server, csv, options, reason):
    """Nobody gets a password whose key nobody has vouched for; no password shows."""
    (server.folder / "1.csv").write_bytes(ONE)
    said = refusal(csv(server.url("/1.csv"), storage_options={**server.options, **options}))
    assert reason in said
    assert "Sesame" not in said


def test_the_key_of_a_host_in_a_file(server, csv, tmp_path):
    """As ssh keeps it; another key is another server."""
    (server.folder / "1.csv").write_bytes(ONE)
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n")
    options = {**server.options, "host_key": "", "known_hosts": str(known)}
    assert list(rows_of(csv(server.url("/1.csv"), storage_options=options))) == [server.url("/1.csv")]
    with sftp.serving(server.folder) as other:
        known.write_text(f"[127.0.0.1]:{server.port} {other.host_key}\n")
        assert "Host key for server" in refusal(csv(server.url("/1.csv"), storage_options=options))


def test_a_login_in_an_address(server, csv):
    """It is used and not shown."""
    (server.folder / "1.csv").write_bytes(ONE)
    url = server.url("/1.csv").replace("://", f"://{sftp.USER}:{sftp.PASSWORD}@")
    assert list(rows_of(csv(url, storage_options={"host_key": server.host_key}))) == [server.url("/1.csv")]


def test_a_pattern_in_s3(store, csv):
    """Read by its ETag; what has not changed is not asked for again."""
    store.put("in/1.csv", ONE)
    store.put("in/2.csv", TWO)
    spec = csv(store.url("in/*.csv"), storage_options=store.options)
    assert rows_of(spec) == {store.url("in/1.csv"): [("1", "2")], store.url("in/2.csv"): [("3", "4")]}
    store.put("in/1.csv", b"a;b\n5;6\n")
    assert rows_of(spec)[store.url("in/1.csv")] == [("5", "6")]


def test_what_s3_does_not_have(store, csv):
    """A bucket, a file, an option; no key shows."""
    for path in ("s3://nobody/1.csv", store.url("in/none.csv")):
        assert "no such file" in refusal(csv(path, storage_options=store.options))
    said = refusal(csv(store.url("in/1.csv"), storage_options={**store.options, "speed": 1}))
    assert "unexpected keyword argument 'speed'" in said
    assert s3.SECRET not in said


def test_names_and_refusals(memory, csv):
    """The same wherever files lie."""
    memory.pipe({"/in/1.csv": ONE, "/in/[x].csv": TWO})
    assert list(rows_of(csv("memory://in/1.csv"))) == ["memory://in/1.csv"]
    assert list(rows_of(csv("memory://in/[x].csv"))) == ["memory://in/[x].csv"]
    assert "memory://in/x.csv: no such file" in refusal(csv("memory://in/x.csv"))
    assert "memory://in: is a folder; name a file in it, or a pattern such as memory://in/*" in refusal(
        csv("memory://in")
    )
    assert "memory://in/*.txt: no file matches" in refusal(csv("memory://in/*.txt"))
    assert "has 8 bytes, more than the 7 of max_size" in refusal(csv("memory://in/1.csv", max_size=7))
    assert "nowhere://in/1.csv: nobody knows the protocol nowhere: (there are" in refusal(csv("nowhere://in/1.csv"))
    assert "nobody knows the protocol fttp: (did you mean ftp:?" in refusal(csv("fttp://in/1.csv"))


def test_an_extra_that_is_missing(csv, monkeypatch):
    """The error names it."""
    monkeypatch.setitem(file_systems._EXTRAS, "memory", "sftp")
    monkeypatch.setitem(__import__("sys").modules, "odoo_etl.sources.copies.sftp", None)
    assert "needs the extra: pip install 'odoo-etl[sftp]'" in refusal(csv("memory://in/1.csv"))


def test_only_what_changed_is_copied(memory, csv, monkeypatch):
    """And nothing more than once for a source."""
    paths = opened(memory, monkeypatch)
    memory.pipe({"/in/1.csv": ONE, "/in/2.csv": TWO})
    rows_of(csv("memory://in/*.csv"))
    rows_of(csv("memory://in/*.csv"))
    assert paths == ["/in/1.csv", "/in/2.csv"]
    memory.pipe({"/in/2.csv": b"a;b\n5;6\n"})
    assert rows_of(csv("memory://in/*.csv"))["memory://in/2.csv"] == [("5", "6")]
    assert paths == ["/in/1.csv", "/in/2.csv", "/in/2.csv"]


def test_a_file_that_changes_while_it_is_fetched(memory, csv, monkeypatch):
    """Its rows would be of two versions."""
    memory.pipe({"/in/1.csv": ONE})
    real = type(memory).open

    def changing(self, path, mode="rb", **kwargs):
        stream = real(self, path, mode, **kwargs)
        if mode == "rb":
            self.pipe({path: b"a;b\n5;6\n"})
        return stream

    monkeypatch.setattr(type(memory), "open", changing)
    assert "has changed while it was fetched" in refusal(csv("memory://in/1.csv"))


def test_a_lost_connection_is_tried_again(memory, csv, monkeypatch):
    """Some times; what was cut off is no file."""
    monkeypatch.setattr(file_systems, "wait_exponential", lambda **_: lambda _: 0)
    memory.pipe({"/in/1.csv": ONE})
    real, lost = type(memory).open, iter([ConnectionResetError("reset"), EOFError("cut")])

    def losing(self, path, *args, **kwargs):
        if (error := next(lost, None)) is not None:
            raise error
        return real(self, path, *args, **kwargs)

    monkeypatch.setattr(type(memory), "open", losing)
    assert rows_of(csv("memory://in/1.csv")) == {"memory://in/1.csv": [("1", "2")]}


def test_an_endless_answer_ends(memory, csv, monkeypatch):
    """By the time it takes."""
    memory.pipe({"/in/1.csv": ONE})
    hanging = threading.Event()
    monkeypatch.setattr(type(memory), "open", lambda *_, **__: hanging.wait(20))
    assert "it takes longer than 0.1 s" in refusal(csv("memory://in/1.csv", timeout=0.1))
    hanging.set()


def test_who_gives_up_says_so():
    """The work learns that nobody waits for it."""
    told = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, lambda given_up: given_up.wait(10) and told.set())
    assert told.wait(10)


def test_a_copy_that_is_gone_is_fetched_again(memory, csv):
    """By whoever reads it."""
    memory.pipe({"/in/1.csv": ONE})
    [part] = open_source(csv("memory://in/*.csv")).ranges(2)
    part._file.file.stored.unlink()
    assert [chunk.columns for chunk in part.chunks(10)] == [{"a": ["1"], "b": ["2"]}]
