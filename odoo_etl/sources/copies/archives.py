"""Members of zip archives, each unpacked once into a copy of its own."""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies.keeping import BLOCK_BYTES, as_file, kept_for, kept_in, key_of, temporary_folder
from odoo_etl.sources.source_file import AT_MEMBER, MOST_RATIO, MOST_UNPACKED_BYTES, SourceFile
from odoo_etl.spec import FileKeys
from odoo_etl.web import Kept, KeptDownloads, private

_WORKBOOKS: Final = frozenset({"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"})
_SHOWN: Final = 10
_NO_FILES: Final = ("__MACOSX/",)
_NO_NAMES: Final = frozenset({".DS_Store", "Thumbs.db"})


def unpacked(file: SourceFile, spec: FileKeys) -> list[SourceFile]:
    """The members of an archive that a source means, unpacked.

    A workbook, which is an archive as well, stays as it is, and so does what cannot be opened: its reader says so.

    Raises SourceError: there is no such member, or it cannot be unpacked.
    """
    if spec.member is None and not _is_whole(file):
        return [file]
    with _opened(file) as packed:
        if spec.member is None and not _WORKBOOKS.isdisjoint(packed.namelist()):
            return [file]
        archive = _Archive(file, packed, spec)
        kept, mark = kept_for(spec), archive.mark
        return [archive.unpacked(member, kept, mark) for member in archive.meant()]


def _is_whole(file: SourceFile) -> bool:
    """Whether an archive ends with the list of its members."""
    try:
        return zipfile.is_zipfile(file.path)
    except OSError:
        return False


@contextmanager
def _opened(file: SourceFile) -> Iterator[zipfile.ZipFile]:
    """The open archive; what is wrong with it is a SourceError."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise SourceError(f"{file}: the zip archive cannot be read: {error} (is it whole?)") from error
    except OSError as error:
        raise SourceError(f"{file}: cannot be read, or unpacked: {error.strerror or error}") from error


class _Archive:
    """An open archive, and what a source wants of it."""

    def __init__(self, file: SourceFile, packed: zipfile.ZipFile, spec: FileKeys) -> None:
        self._file, self._packed, self._spec = file, packed, spec

    @property
    def mark(self) -> tuple[object, ...]:
        """Differs once the archive is another one."""
        path, found = self._file.path, self._file.path.stat()
        return (str(path), found.st_size) if self._file.copy else (str(path), found.st_size, found.st_mtime_ns)

    def meant(self) -> list[zipfile.ZipInfo]:
        """The members that the source means, sorted by name."""
        members, wanted = list(filter(_is_file, self._packed.infolist())), self._spec.member
        names = [one.filename for one in members]
        if wanted is None:
            if len(members) != 1:
                told = f"holds {len(members)} files: {_listed(names)}" if members else "holds no file"
                what = "name the one to read, or a pattern, in member: of the source"
                raise SourceError(f"{self._file}: {told} ({what})", AT_MEMBER)
            meant = members
        elif wanted in names or not glob.has_magic(wanted):
            meant = [one for one in members if one.filename == wanted]
        else:
            meant = [one for one in members if fnmatch.fnmatchcase(one.filename, wanted)]
        if not meant:
            told = f"no file in it matches member: {wanted} (it holds {_listed(names)})"
            raise SourceError(f"{self._file}: {told}", AT_MEMBER)
        self._check(meant)
        return sorted(meant, key=lambda one: one.filename)

    def _check(self, members: Sequence[zipfile.ZipInfo]) -> None:
        """Refuse what cannot be unpacked, and names that do not tell which file is meant."""
        counted = Counter(one.filename for one in members)
        for name, encrypted in ((one.filename, one.flag_bits & 1) for one in members):
            path = PurePosixPath(name.replace("\\", "/"))
            if ".." in path.parts or path.is_absolute():
                raise SourceError(f"{self._file}: the name of its file {name!r} leads out of it: no honest archive")
            if counted[name] > 1:
                raise SourceError(f"{self._file}: holds more than one file {name!r}: nobody can tell which is meant")
            if encrypted:
                raise SourceError(f"{self._file}: {name} is protected by a password (pack it without one)")

    def unpacked(self, member: zipfile.ZipInfo, kept: KeptDownloads, mark: tuple[object, ...]) -> SourceFile:
        """A member as a file."""
        key = key_of(mark, member.filename, member.CRC, member.file_size)
        copy = kept.of(key) or self.copied(member, kept, key)
        again = partial(_again, self._file, member.filename, self._spec)
        return as_file(copy, f"{self._file}/{member.filename}", again)

    def copied(self, member: zipfile.ZipInfo, kept: KeptDownloads, key: str) -> Kept:
        """A copy of a member."""
        part = kept.new_file()
        try:
            sha1, size = self._copy(member, part)
            return kept.keep(key, part, Kept("", size, sha1))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _copy(self, member: zipfile.ZipInfo, part: Path) -> tuple[str, int]:
        """Unpack a member, as long as it is no bomb; its checksum and size."""
        name, digest, size = f"{self._file}/{member.filename}", hashlib.sha1(usedforsecurity=False), 0
        with self._packed.open(member) as stream, private(part) as copy:
            while block := stream.read(BLOCK_BYTES):
                size += len(block)
                if size > self._spec.max_size:
                    raise SourceError(f"{name}: has more than the {self._spec.max_size:,} bytes of max_size", AT_MEMBER)
                if size > MOST_UNPACKED_BYTES and size > MOST_RATIO * member.compress_size:
                    raise SourceError(
                        f"{name}: {member.compress_size:,} packed bytes have become {size:,}, over {MOST_RATIO} times"
                        " as many: not a packed table? (unpack the file yourself if it is one)"
                    )
                digest.update(block)
                copy.write(block)
        return digest.hexdigest(), size


def _again(file: SourceFile, name: str, spec: FileKeys) -> Kept:
    """Unpack a member once more, elsewhere than the first time."""
    with _opened(file) as packed:
        if name not in packed.namelist():
            raise SourceError(f"{file}: holds no file {name!r} any more", AT_MEMBER)
        kept = kept_in(temporary_folder())
        return _Archive(file, packed, spec).copied(packed.getinfo(name), kept, key_of(file.name, name))


def _is_file(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return not member.is_dir() and not name.startswith(_NO_FILES) and PurePosixPath(name).name not in _NO_NAMES


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "nothing"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(sorted(names)[:_SHOWN]) + more
