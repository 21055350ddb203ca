"""Files of stores and servers moved to another folder there: never over another file, and never lost."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies.file_systems import Remote, Store
from odoo_etl.sources.copies.keeping import BLOCK_BYTES
from odoo_etl.sources.source_file import HasChanged, Move, Place
from odoo_etl.spec import FileKeys

_SIZE, _SHA256 = "size", "sha256"
_CHECKSUMS: Final = frozenset({"ETag", "md5Hash", "content_md5"})  # copies may have the same
_TAKEN: Final = "something has this name"
_CHANGED: Final = "it has changed since it was read"
_UNSUPPORTED: Final = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def delivered_files(spec: FileKeys) -> list[tuple[str, str]]:
    """Name and mark of each file that a source means now; none where there is none. Raises SourceError."""
    with Store.opened(spec) as store:
        return [(store.name_of(one.path), _mark_of(store, one)) for one in store.found_or_none()]


def listed_files(spec: FileKeys) -> list[tuple[str, str]]:
    """The same with marks that cost no further question. Raises SourceError."""
    with Store.opened(spec) as store:
        return [(store.name_of(one.path), f"{one.size}|{one.etag}") for one in store.found_or_none()]


@contextmanager
def opened_place(spec: FileKeys) -> Iterator[Place]:
    """The store of a source, while files move in it. Raises SourceError."""
    with Store.opened(spec) as store:
        way = store.ask(spec.place, _way_of)
        yield way(store)


def _way_of(system: Any) -> type[_Copied]:
    """How files move in a file system."""
    from fsspec import AbstractFileSystem
    from fsspec.asyn import AsyncFileSystem

    if hasattr(system, "rename_anew"):
        return _RenamedAnew
    if "abfs" in system.protocol:
        return _CopiedLater
    is_store = isinstance(system, AsyncFileSystem) or type(system).mv is AbstractFileSystem.mv
    return _Copied if is_store else _Renamed


class _Copied:
    """A store of objects, which knows no moves: a name is taken, the file copied there, then its old name goes."""

    _waits = True  # until a copy is whole

    def __init__(self, store: Store) -> None:
        self._store = store

    def exists(self, path: str) -> bool:
        """Whether anything has this path."""
        return self._told(path) is not None

    def is_known(self, path: str, mark: str) -> bool:
        """Whether the file with this path is the one that the mark is of."""
        found, known = self._told(path), _known(Move(path, "", mark))
        if found is None:
            return False
        if _SHA256 in known.marks:
            return found.size == known.size and _content(self._store, found.path) == known.marks[_SHA256]
        return bool(found.shared(known)) and found.is_as(known)

    def has_arrived(self, move: Move) -> bool:
        """Whether the whole file has its new path; without a checksum both are read, while the old one is there."""
        found, known = self._told(move.target), _known(move)
        if found is None or found.size != known.size or self._is_taken_for(move):
            return False
        if self._waits and _same_checksums(found, known):
            return True
        if not self.is_known(move.path, move.mark):
            return not self.exists(move.path)
        return _content(self._store, found.path) == _content(self._store, self._store.path_of(move.path))

    def is_free(self, move: Move) -> bool:
        """Whether nothing has the path, or only what stands for this file."""
        return not self.exists(move.target) or self._is_taken_for(move)

    def make_folder(self, folder: str) -> None:
        """Make a folder, where the store has such."""
        path = self._store.path_of(folder)
        if path.strip("/") and not self.exists(folder):
            self._store.ask(folder, lambda system: system.makedirs(path, exist_ok=True))

    def move(self, move: Move) -> None:
        """Copy a file to a name that is taken before, and let its old one go. Raises HasChanged, FileExistsError."""
        self._check_known(move)
        self._take(move)
        old, new = self._store.path_of(move.path), self._store.path_of(move.target)
        try:
            self._store.ask(move.path, lambda system: system.cp_file(old, new))
        except SourceError:
            with suppress(SourceError):
                if self._is_taken_for(move):
                    self.remove(move.target)
            raise
        if not self.is_known(move.path, move.mark):
            self.remove(move.target)
            raise HasChanged(_CHANGED)
        is_whole = self._store.told(new).size == _known(move).size
        if not is_whole or not (self._waits or _content(self._store, new) == _content(self._store, old)):
            raise SourceError(f"{move.target}: the copy is not whole yet")
        self.remove(move.path)

    def remove(self, path: str) -> None:
        """Let a path go."""
        place = self._store.path_of(path)
        self._store.ask(path, lambda system: system.rm_file(place))

    def _check_known(self, move: Move) -> None:
        if not self.is_known(move.path, move.mark):
            raise HasChanged(_CHANGED)

    def _take(self, move: Move) -> None:
        """Take the new name, which one alone can. Raises FileExistsError."""
        if self._is_taken_for(move):
            return
        if self.exists(move.target):
            raise FileExistsError(errno.EEXIST, _TAKEN, move.target)
        self._store.ask(move.target, partial(_create, self._store.path_of(move.target), _stand_in(move)))

    def _is_taken_for(self, move: Move) -> bool:
        """Whether the new name is taken for this file, which is still to come."""
        token, found = _stand_in(move), self._told(move.target)
        if found is None or found.size != len(token):
            return False
        return _content(self._store, found.path) == hashlib.sha256(token).hexdigest()

    def _told(self, path: str) -> Remote | None:
        return self._store.told_if_there(self._store.path_of(path))


class _CopiedLater(_Copied):
    """A store that may still be copying when it says that it copies: a copy is read before the old name goes."""

    _waits = False


class _Renamed(_Copied):
    """A file system with moves, which may be over other files: it is looked before."""

    _keeps_marks = False

    def has_arrived(self, move: Move) -> bool:
        """Whether the file is no longer under its old path, but under the new one."""
        found, known = self._told(move.target), _known(move)
        if found is None or self.is_known(move.path, move.mark):
            return False
        return found.size == known.size and (found.is_as(known) or not self._keeps_marks)

    def is_free(self, move: Move) -> bool:
        """Whether nothing has the new path."""
        return not self.exists(move.target)

    def move(self, move: Move) -> None:
        """Rename a file; if it was another one by then, back again. Raises HasChanged, FileExistsError."""
        self._check_known(move)
        self._rename(move.path, move.target)
        if not self.has_arrived(move):
            with suppress(FileExistsError):
                self._rename(move.target, move.path)
            left = f"; it is {move.target} now" if self.exists(move.target) else ""
            raise HasChanged(f"{_CHANGED}{left}")

    def _rename(self, path: str, target: str) -> None:
        if self.exists(target):
            raise FileExistsError(errno.EEXIST, _TAKEN, target)
        old, new = self._store.path_of(path), self._store.path_of(target)
        try:
            self._store.ask(path, lambda system: self._renamed(system, old, new))
        except SourceError as error:
            if self.exists(target) and self.exists(path):
                raise FileExistsError(errno.EEXIST, _TAKEN, target) from error
            raise

    @staticmethod
    def _renamed(system: Any, old: str, new: str) -> None:
        system.mv(old, new)


class _RenamedAnew(_Renamed):
    """A server that renames, never over another file, and leaves a file its time."""

    _keeps_marks = True

    @staticmethod
    def _renamed(system: Any, old: str, new: str) -> None:
        system.rename_anew(old, new)


def _mark_of(store: Store, remote: Remote) -> str:
    """The mark of a file, for the ledger: what the store tells of it, else its content."""
    marks = dict(remote.marks) or {_SHA256: _content(store, remote.path)}
    return json.dumps({_SIZE: remote.size, **marks})


def _known(move: Move) -> Remote:
    """The file as its mark has it."""
    marks = json.loads(move.mark)
    return Remote(move.path, marks, marks.pop(_SIZE))


def _same_checksums(found: Remote, known: Remote) -> bool:
    """Whether checksums say that a copy is that of a file."""
    shared = found.marks.keys() & known.marks.keys() & _CHECKSUMS
    return bool(shared) and all(found.marks[name] == known.marks[name] for name in shared)


def _content(store: Store, path: str) -> str:
    """SHA-256 of what a file holds. Raises SourceError."""

    def read(system: Any) -> str:
        digest = hashlib.sha256()
        with system.open(path, "rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()

    return store.ask(store.name_of(path), read)


def _stand_in(move: Move) -> bytes:
    """The content of a name that is taken for a file."""
    told = hashlib.sha256("\n".join((move.path, move.target, move.mark)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"odoo-etl moves a file here: {told}\n".encode()


def _create(path: str, content: bytes, system: Any) -> None:
    """Write a file whose name nothing has, where the store can say so. Raises FileExistsError."""
    try:
        system.pipe_file(path, content, mode="create")
    except NotImplementedError:
        return
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
