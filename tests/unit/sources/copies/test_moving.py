"""Files of stores and servers moved to another folder there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies import delivered_elsewhere, elsewhere
from odoo_etl.sources.copies import moving as module
from odoo_etl.sources.copies.file_systems import Remote, Store
from odoo_etl.sources.source_file import HasChanged, Move
from tests import s3


@dataclass
class Shelf:
    """A store with a file `in/a.csv`, whatever kind it is of."""

    spec: Any
    start: str
    files: Any
    root: str

    def put(self, path, content):
        """Write a file."""
        self.files.pipe_file(self.root + path, content)

    def names(self):
        """All files that are there, with what they hold."""
        found = self.files.find(self.root)
        return {path[path.index(self.root) + len(self.root) :]: self.files.cat_file(path) for path in sorted(found)}

    def move(self, target="done/a.csv"):
        """The file as it is now, and where it is to go."""
        [(path, mark)] = delivered_elsewhere(self.spec)
        return Move(path, self.start + target, mark)


class Served:
    """The folder of an SFTP server, with the verbs of fsspec."""

    def __init__(self, folder):
        self.folder = folder

    def pipe_file(self, path, content):
        """Write a file."""
        file = self.folder / path.lstrip("/")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)

    def find(self, _):
        """All files."""
        return ["/" + str(one.relative_to(self.folder)) for one in self.folder.rglob("*") if one.is_file()]

    def cat_file(self, path):
        """What a file holds."""
        return (self.folder / path.lstrip("/")).read_bytes()


def renamed(system, old, new):
    """A move that writes over what is there, as most systems do."""
    system.store[new] = system.store.pop(old)


@pytest.fixture(params=["memory", "renaming", "sftp", "s3"])
def shelf(request, csv, monkeypatch):
    """A store of each kind."""
    kind = request.param
    if kind == "sftp":
        server = request.getfixturevalue("server")
        spec = csv(server.url("/in/*.csv"), storage_options=server.options)
        made = Shelf(spec, server.url("/"), Served(server.folder), "/")
    elif kind == "s3":
        store, own = request.getfixturevalue("store"), f"{request.node.name.partition('[')[0]}/"
        spec = csv(store.url(f"{own}in/*.csv"), storage_options=store.options)
        made = Shelf(spec, store.url(own), store.files, f"{s3.BUCKET}/{own}")
    else:
        memory = request.getfixturevalue("memory")
        if kind == "renaming":
            monkeypatch.setattr(type(memory), "mv", renamed)
        made = Shelf(csv("memory://in/*.csv"), "memory://", memory, "/")
    made.put("in/a.csv", b"old")
    return made


def moved(shelf, move):
    """Move it."""
    with elsewhere(shelf.spec) as place:
        place.make_folder(move.target.rpartition("/")[0])
        place.move(move)


def test_a_file_moves(shelf):
    """Nothing is left beside it, and no file was there any more."""
    move = shelf.move()
    with elsewhere(shelf.spec) as place:
        assert (place.exists(move.path), place.is_free(move), place.is_known(move.path, move.mark)) == (True,) * 3
    moved(shelf, move)
    assert shelf.names() == {"done/a.csv": b"old"}
    assert delivered_elsewhere(shelf.spec) == []
    with elsewhere(shelf.spec) as place:
        assert (place.exists(move.path), place.is_free(move), place.has_arrived(move)) == (False, False, True)


def test_no_file_is_written_over(shelf):
    """Not even where nobody looked before."""
    move = shelf.move()
    shelf.put("done/a.csv", b"its")
    with pytest.raises(FileExistsError):
        moved(shelf, move)
    assert shelf.names() == {"done/a.csv": b"its", "in/a.csv": b"old"}
    with elsewhere(shelf.spec) as place:
        assert (place.is_free(move), place.has_arrived(move)) == (False, False)


def test_another_file_of_the_name_stays(shelf):
    """That which was read is no longer there."""
    move = shelf.move()
    shelf.put("in/a.csv", b"newer")
    with pytest.raises(HasChanged):
        moved(shelf, move)
    assert shelf.names() == {"in/a.csv": b"newer"}


def test_a_file_that_comes_while_the_old_one_is_looked_at_stays(shelf, monkeypatch):
    """The new one is under its name, or back there."""
    move, real = shelf.move(), module._Copied._check_known

    def late(place, move):
        real(place, move)
        shelf.put("in/a.csv", b"newer")

    monkeypatch.setattr(module._Copied, "_check_known", late)
    with pytest.raises(HasChanged):
        moved(shelf, move)
    assert shelf.names() == {"in/a.csv": b"newer"}


def test_a_copy_that_was_not_the_end_of_a_move(shelf):
    """Where files are copied, the whole file has arrived; one that holds something else has not."""
    move = shelf.move()
    with elsewhere(shelf.spec) as place:
        shelf.put("done/a.csv", b"its")
        assert not place.has_arrived(move)
        shelf.put("done/a.csv", b"old")
        assert place.has_arrived(move) is not isinstance(place, module._Renamed)


def test_a_store_that_cannot_be_reached(csv):
    """The reason is that of a file that cannot be read; nothing tells that there is no file."""
    spec = csv("sftp://anna:Sesame@127.0.0.1:9/in/*.csv")
    with pytest.raises(SourceError) as caught:
        delivered_elsewhere(spec)
    assert "127.0.0.1" in str(caught.value)
    assert "Sesame" not in str(caught.value)


@pytest.fixture
def stored(memory, csv):
    """A store of objects with a file."""
    made = Shelf(csv("memory://in/*.csv"), "memory://", memory, "/")
    made.put("in/a.csv", b"old")
    return made


def test_a_name_that_is_taken_for_a_file_is_its_own(stored):
    """A run that was killed before the copy goes on; for another file the name is taken."""
    move = stored.move()
    stored.put("done/a.csv", module._stand_in(move))
    with elsewhere(stored.spec) as place:
        assert (place.has_arrived(move), place.is_free(move)) == (False, True)
        assert not place.is_free(replace(move, path="memory://in/b.csv"))
    moved(stored, move)
    assert stored.names() == {"done/a.csv": b"old"}


def test_a_copy_that_fails_leaves_nothing(stored, monkeypatch):
    """The name is free again."""
    move = stored.move()

    def refused(*_, **__):
        raise PermissionError("no copies")

    monkeypatch.setattr(type(stored.files), "cp_file", refused)
    with pytest.raises(SourceError, match="no copies"):
        moved(stored, move)
    assert stored.names() == {"in/a.csv": b"old"}


@pytest.mark.parametrize("content", [b"ol", b"ol\0"])
def test_a_copy_that_is_not_whole_yet(stored, monkeypatch, content):
    """The old name stays, and the next run looks again."""
    move = stored.move()
    with Store.opened(stored.spec) as store:
        place = module._CopiedLater(store)
        with monkeypatch.context() as patched:
            patched.setattr(type(stored.files), "cp_file", lambda files, _, new: files.pipe_file(new, content))
            with pytest.raises(SourceError, match="the copy is not whole yet"):
                place.move(move)
        assert stored.names() == {"done/a.csv": content, "in/a.csv": b"old"}
        assert not place.has_arrived(move)
        stored.put("done/a.csv", b"old")
        assert place.has_arrived(move)


@pytest.mark.parametrize("error", [NotImplementedError("no"), OSError(38, "Function not implemented")])
def test_a_store_that_cannot_take_names(stored, monkeypatch, error):
    """It is looked, then."""
    move = stored.move()

    def none(*_, **__):
        raise error

    monkeypatch.setattr(type(stored.files), "pipe_file", none)
    moved(stored, move)
    assert stored.names() == {"done/a.csv": b"old"}


def test_without_marks_of_the_store_the_content_is_one(stored, monkeypatch):
    """Of the same size and nothing else told, a file is read."""
    monkeypatch.setattr(Remote, "of", classmethod(lambda cls, info: cls(str(info["name"]), {}, info["size"])))
    move = stored.move()
    assert json.loads(move.mark).keys() == {"size", "sha256"}
    stored.put("in/a.csv", b"new")
    with pytest.raises(HasChanged):
        moved(stored, move)
    stored.put("in/a.csv", b"old")
    moved(stored, move)
    assert stored.names() == {"done/a.csv": b"old"}


@pytest.mark.parametrize(
    ("marks", "others", "same"),
    [
        ({"ETag": "1", "LastModified": "7.5"}, {"ETag": "1", "LastModified": "7.0"}, True),
        ({"ETag": "1", "LastModified": "7.0"}, {"ETag": "2", "LastModified": "7.0"}, False),
        ({"mtime": "7.0"}, {"mtime": "7.0"}, True),
        ({"mtime": "7.0"}, {"mtime": "8.0"}, False),
        ({"mtime": "7.0"}, {"ETag": "1"}, True),
    ],
)
def test_marks_of_the_same_file(marks, others, same):
    """Those of the content count before times, which a list may round."""
    assert Remote("a", marks, 1).is_as(Remote("a", others, 1)) is same
    assert not Remote("a", marks, 1).is_as(Remote("a", others, 2))
