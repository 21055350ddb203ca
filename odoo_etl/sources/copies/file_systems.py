"""Files of stores and servers that fsspec reaches: listed, and copied where they are new or have changed."""

from __future__ import annotations

import glob
import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies.keeping import BLOCK_BYTES, as_file, kept_for, kept_in, key_of, temporary_folder
from odoo_etl.sources.copies.patience import within
from odoo_etl.sources.source_file import AT_PATH, SourceFile
from odoo_etl.spec import FileKeys, store_and_path
from odoo_etl.text import redacted
from odoo_etl.web import Kept, KeptDownloads, private

ATTEMPTS: Final = 3
# The extra that a protocol needs; what others need, fsspec says.
_EXTRAS: Final = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("sftp", "ssh"), "sftp"),
    **dict.fromkeys(("gs", "gcs"), "gcs"),
    **dict.fromkeys(("az", "abfs", "abfss", "adl"), "azure"),
}
# What a store tells of a file that has another value once the file is another one: of its content, and times.
_CONTENT_MARKS: Final = frozenset({"ETag", "etag", "md5Hash", "content_md5", "generation", "version_id"})
_MARKS: Final = (
    *("ETag", "etag", "md5Hash", "content_md5", "generation", "version_id", "LastModified", "last_modified"),
    *("updated", "mtime", "modify", "modified", "created"),
)
_LOST: Final = (ConnectionError, EOFError)
_CHECK: Final = "check path and storage_options"
_USUAL: Final = ("https", "sftp", "s3", "gs", "abfs", "ftp")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as the store tells of it.

    Attributes:
        path: as fsspec has it.
        marks: what differs once the file is another one, by name; a list of files may tell less than the file itself.
        size: in bytes; None where it is not told.
    """

    path: str
    marks: Mapping[str, str]
    size: int | None

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> Remote:
        marks = {name: _plain(info[name]) for name in _MARKS if info.get(name) is not None}
        return cls(str(info["name"]), marks, info.get("size"))

    @property
    def etag(self) -> str:
        """The marks as one text; "" where there are none."""
        return "|".join(
            [f"size={self.size}", *(f"{name}={mark}" for name, mark in self.marks.items())] if self.marks else []
        )

    def is_as(self, other: Remote) -> bool:
        """Whether both are the same file, as far as is told."""
        return self.size == other.size and all(self.marks[name] == other.marks[name] for name in self.shared(other))

    def shared(self, other: Remote) -> Collection[str]:
        """The marks that both have: those of the content alone, where there are any; a list may round times."""
        shared = self.marks.keys() & other.marks.keys()
        return shared & _CONTENT_MARKS or shared


def _plain(mark: Any) -> str:
    """A mark as text; times come in two forms."""
    return str(mark.timestamp() if isinstance(mark, datetime) else mark)


def files_of_store(spec: FileKeys) -> list[SourceFile]:
    """Copies of the files that a URL names, sorted by path. Raises SourceError: there is none, or it cannot be had."""
    kept = kept_for(spec)
    with Store.opened(spec) as store:
        return [
            as_file(store.copied(remote, kept), store.name_of(remote.path), partial(_again, spec, remote.path))
            for remote in store.found()
        ]


def _again(spec: FileKeys, path: str) -> Kept:
    with Store.opened(spec) as store:
        return store.copied(store.told(path), kept_in(temporary_folder()))


class Store:
    """The store of a source; every question has a time, and what goes wrong is a SourceError."""

    def __init__(self, spec: FileKeys, file_system: Any, root: str) -> None:
        self._spec, self._system, self._root = spec, file_system, root
        whole = "".join(store_and_path(spec.path))
        self._start = whole[: -len(root)] if whole.endswith(root) else f"{whole.partition('://')[0]}://"

    @classmethod
    @contextmanager
    def opened(cls, spec: FileKeys) -> Iterator[Store]:
        """The store while it is asked."""
        system, root = _asked(spec, spec.place, lambda _: _open(spec))
        try:
            yield cls(spec, system, root)
        finally:
            with suppress(AttributeError):
                system.client.close()  # of SFTP, which keeps a thread

    def name_of(self, path: str) -> str:
        """A file as its user calls it."""
        return self._start + path

    def path_of(self, name: str) -> str:
        """The path of a file in the store, by the name that `name_of` gives it."""
        return name.removeprefix(self._start)

    def ask(self, name: str, work: Callable[[Any], Result]) -> Result:
        """Give the result of some work with the file system.

        Raises:
            FileExistsError: as the work does.
            SourceError: whatever else it raises.
        """
        return _asked(self._spec, name, lambda _: work(self._system))

    def told(self, path: str) -> Remote:
        """A file as it is now."""
        return _asked(self._spec, self.name_of(path), lambda _: self._told(path))

    def told_if_there(self, path: str) -> Remote | None:
        """A file as it is now; None where there is none."""

        def told(_: threading.Event) -> Remote | None:
            with suppress(FileNotFoundError):
                return self._told(path)
            return None

        return _asked(self._spec, self.name_of(path), told)

    def _told(self, path: str) -> Remote:
        self._system.invalidate_cache()
        return Remote.of({**self._system.info(path), "name": path})

    def found(self) -> list[Remote]:
        """The files that are meant; a path that exists is never taken as a glob."""
        found = _asked(self._spec, self._spec.place, self._listed)
        if not found:
            raise SourceError(f"{self._spec.place}: no file matches this pattern", AT_PATH)
        return found

    def found_or_none(self) -> list[Remote]:
        """The files that are meant; none where there are none."""

        def listed(given_up: threading.Event) -> list[Remote]:
            with suppress(FileNotFoundError):
                return self._listed(given_up)
            return []

        return _asked(self._spec, self._spec.place, listed)

    def _listed(self, _: threading.Event) -> list[Remote]:
        root = self._root
        if not glob.has_magic(root):
            info = self._system.info(root)
            if info.get("type") == "directory":
                raise SourceError(
                    f"{self._spec.place}: is a folder; name a file in it, or a pattern such as"
                    f" {self._spec.place.rstrip('/')}/*",
                    AT_PATH,
                )
            return [Remote.of({**info, "name": root})]
        with suppress(FileNotFoundError):
            if (info := self._system.info(root)).get("type") == "file":
                return [Remote.of({**info, "name": root})]
        infos = self._system.glob(root, detail=True)
        return [
            Remote.of({**infos[path], "name": path})
            for path in sorted(infos)
            if infos[path].get("type") == "file" and not path.rpartition("/")[2].startswith("~$")
        ]

    def copied(self, remote: Remote, kept: KeptDownloads) -> Kept:
        """A copy of a file: the one that is kept, where the store tells that it is still so."""
        spec, name = self._spec, self.name_of(remote.path)
        key = key_of(name, sorted(spec.storage_options.items(), key=repr))
        if remote.size is not None and remote.size > spec.max_size:
            raise SourceError(
                f"{name}: has {remote.size:,} bytes, more than the {spec.max_size:,} of max_size", AT_PATH
            )
        known = kept.of(key)
        if known is not None and remote.etag and known.etag == remote.etag:
            return known
        part = kept.new_file()
        try:
            sha1, size = _asked(spec, name, partial(self._download, remote, part))
            if not self.told(remote.path).is_as(remote) or size != (size if remote.size is None else remote.size):
                raise SourceError(f"{name}: has changed while it was fetched (run the job again once it is whole)")
            return kept.keep(key, part, Kept("", size, sha1, remote.etag))
        except OSError as error:
            raise SourceError(f"{name}: cannot be kept: {error.strerror or error}") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _download(self, remote: Remote, part: Path, given_up: threading.Event) -> tuple[str, int]:
        """Copy a file; its checksum and size."""
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        part.unlink(missing_ok=True)  # of an attempt before
        with private(part) as file, self._system.open(remote.path, "rb") as stream:
            while not given_up.is_set() and (block := stream.read(BLOCK_BYTES)):
                size += len(block)
                if size > self._spec.max_size:
                    raise SourceError(
                        f"{self.name_of(remote.path)}: has more than the {self._spec.max_size:,} bytes of max_size",
                        AT_PATH,
                    )
                digest.update(block)
                file.write(block)
        if remote.size is not None and size < remote.size:
            raise EOFError(f"{size:,} of its {remote.size:,} bytes came")
        return digest.hexdigest(), size


def _protocol(spec: FileKeys) -> str:
    return spec.path.partition("://")[0].lower()


def check_known(spec: FileKeys) -> None:
    """Refuse a protocol that fsspec does not know. Raises SourceError."""
    from fsspec import available_protocols

    protocol = _protocol(spec)
    if protocol in available_protocols():
        return
    near = get_close_matches(protocol, available_protocols(), n=1)
    meant = f"did you mean {near[0]}:? " if near else ""
    raise SourceError(
        f"{spec.place}: nobody knows the protocol {protocol}: ({meant}there are {', '.join(_USUAL)}, and what else"
        " fsspec reaches)",
        AT_PATH,
    )


def _open(spec: FileKeys) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Raises whatever its library raises."""
    check_known(spec)
    if _EXTRAS.get(_protocol(spec)) == "sftp":
        from odoo_etl.sources.copies.sftp import sftp_of

        return sftp_of(spec.path, spec.storage_options)
    from fsspec.core import url_to_fs

    system, path = url_to_fs(spec.path, skip_instance_cache=True, **spec.storage_options)
    return system, path


def _asked(spec: FileKeys, name: str, work: Callable[[threading.Event], Result]) -> Result:
    """The result of some work with a store; a connection that was lost is tried again.

    Raises SourceError, whatever the library of the store raises.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(_LOST),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=1, max=30),
        reraise=True,
    )
    result: Result
    try:
        result = retrying(within, spec.timeout, work)
    except (SourceError, FileExistsError):
        raise
    except FileNotFoundError as error:
        raise SourceError(f"{name}: no such file", AT_PATH) from error
    except ImportError as error:
        raise SourceError(f"{name}: {_needed(spec, error)}", AT_PATH) from error
    except Exception as error:  # each store has errors of its own
        said = redacted(" ".join(str(error).split()), spec.secrets) or type(error).__name__
        raise SourceError(f"{name}: cannot be fetched: {said}{_hint(said)}", AT_PATH) from error
    return result


def _needed(spec: FileKeys, error: ImportError) -> str:
    protocol = _protocol(spec)
    extra = _EXTRAS.get(protocol)
    return f"{protocol}: needs the extra: pip install 'odoo-etl[{extra}]'" if extra else str(error)


def _hint(said: str) -> str:
    if "known_hosts" in said or "host key" in said.lower():
        return (
            " (the key of the server must be known: add it to ~/.ssh/known_hosts, or give it as storage_options:"
            " {host_key: ...}, as ssh-keyscan shows it)"
        )
    return f" ({_CHECK})"
