"""Files to text: gzip, decoding block by block with the place of a byte that cannot be decoded."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from odoo_etl.errors import SourceError
from odoo_etl.sources.files.first_bytes import complaint
from odoo_etl.sources.source_file import AT_PATH, MOST_RATIO, MOST_UNPACKED_BYTES, SourceFile

BLOCK_BYTES = 1 << 19  # small enough that reading a header costs nothing
_LONG_CHARS = 1 << 22
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_GZIP_MAGIC = b"\x1f\x8b"
_C1 = re.compile(rb"[\x80-\x9f]")
# Where C1 control characters, which no table holds, have the bytes that Windows gives to letters and quotes.
_WINDOWS = {
    "iso8859-1": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
}


class Undecodable(SourceError):
    """Bytes that are not text in the encoding that the job says.

    Attributes:
        what: the place and the bytes, without a remedy.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} ({remedy})")
        self.what = what


def line_breaks(text: str) -> int:
    r"""How many line breaks `text` holds, where `\n`, `\r\n` and `\r` each are one."""
    breaks = text.count("\n")
    if "\r" in text:
        breaks += text.count("\r") - text.count("\r\n")
    return breaks


def line_end(text: str, start: int = 0) -> int:
    """Behind the first line break from `start` on; 0 where there is none."""
    found = [at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0]
    return min(found) + (2 if text.startswith("\r\n", min(found)) else 1) if found else 0


def _last_line(text: str) -> str:
    """The text after the last line break."""
    return text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]


def physical_lines(text: str) -> list[str]:
    r"""Cut `text` after every `\n`, `\r\n` and `\r`, keeping them; other separators stay inside the lines."""
    if len(text) > _LONG_CHARS:
        return _LINE.findall(text)  # slower, but StringIO takes four bytes for every character
    return io.StringIO(text, newline="").readlines()


def is_packed(file: SourceFile) -> bool:
    """Whether gzip made the file. Raises SourceError when it cannot be read."""
    try:
        with file.path.open("rb") as stored:
            return stored.read(2) == _GZIP_MAGIC
    except OSError as error:
        raise _unreadable(file, error) from error


def fingerprint(file: SourceFile) -> str:
    """SHA-256 of the bytes as they are stored. Raises SourceError when the file cannot be read."""
    try:
        with file.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(file, error) from error


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some whole records of a file: its bytes from `start` up to `end`, and the line that they start at."""

    start: int = 0
    end: int = sys.maxsize
    first_line: int = 1


WHOLE = Stretch()


def read_blocks(
    file: SourceFile, encoding: str, fingerprint: str = "", stretch: Stretch = WHOLE, wanted: str = "CSV"
) -> Iterator[str]:
    r"""Text of `file` in blocks of BLOCK_BYTES, without byte order mark; no block ends inside `\r\n`.

    Args:
        wanted: the kind of text that the job says it is, for the error where it is no text at all.

    Raises SourceError when the file cannot be read or decoded, or when all of it was read and does not
    have the `fingerprint` that is given.
    """
    with open_bytes(file, fingerprint) as stream:
        if stretch.start:
            stream.seek(stretch.start)
        decoder, left = _Decoder(file, encoding, stretch, wanted), stretch.end - stretch.start
        while data := stream.read(min(BLOCK_BYTES, left)):
            left -= len(data)
            if text := decoder.decode(data):
                yield text
        if text := decoder.decode(b""):
            yield text


@contextmanager
def open_bytes(file: SourceFile, fingerprint: str = "") -> Iterator[BinaryIO]:
    """Open for reading; what gzip has packed, by its first two bytes, is unpacked on the way."""
    try:
        with file.path.open("rb") as stored:
            packed = stored.peek(2)[:2] == _GZIP_MAGIC
            raw = cast("BinaryIO", _Hashed(stored, file, fingerprint) if fingerprint else stored)
            yield cast("BinaryIO", _Unpacked(raw, file, stored.tell)) if packed else raw
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: SourceFile, error: Exception) -> SourceError:
    # OSError names the path a second time in its text; gzip's errors have no strerror.
    return SourceError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}", AT_PATH)


class _Hashed:
    """A file that must have its fingerprint when it comes to its end."""

    def __init__(self, raw: BinaryIO, file: SourceFile, fingerprint: str) -> None:
        self._raw, self._file, self._fingerprint = raw, file, fingerprint
        self._digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes. Raises SourceError at the end of a file that has changed."""
        data = self._raw.read(size)
        self._digest.update(data)
        if not data and self._digest.hexdigest() != self._fingerprint:
            raise SourceError(f"{self._file}: has changed while it was read (run the job again)")
        return data


class _Unpacked:
    """The bytes that gzip has packed, unless it is a bomb."""

    def __init__(self, raw: BinaryIO, file: SourceFile, packed_bytes: Callable[[], int]) -> None:
        self._stream = gzip.GzipFile(fileobj=raw)
        self._file, self._packed_bytes = file, packed_bytes
        self._made = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises SourceError for a file that grows without measure."""
        data = self._stream.read(size)
        self._made += len(data)
        packed = self._packed_bytes()
        if self._made > MOST_UNPACKED_BYTES and self._made > MOST_RATIO * packed:
            raise SourceError(
                f"{self._file}: {packed:,} packed bytes have become {self._made:,}, over {MOST_RATIO} times as many: "
                "not a packed table? (unpack the file yourself if it is one)"
            )
        return data


class _Decoder:
    """Decodes one file in order and knows the line and the byte it has come to."""

    def __init__(self, file: SourceFile, encoding: str, stretch: Stretch, wanted: str) -> None:
        self._file, self._wanted = file, wanted
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._name = codecs.lookup(encoding).name
        self._strict = self._name in {"utf-8", "utf-8-sig"}
        self._line = stretch.first_line
        self._offset = stretch.start
        self._held = ""
        self._column = 0  # characters of the line that has begun

    def decode(self, data: bytes) -> str:
        """Text of the next bytes; no bytes at all means the file has ended."""
        if self._offset == 0 and (wrong := complaint(data, self._encoding, self._wanted)):
            raise SourceError(f"{self._file}: {wrong}")
        state = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeError as error:
            self._decoder.setstate(state)
            raise self._undecodable(data, error) from error
        if self._offset == 0:
            text = text.removeprefix("\ufeff")
        self._offset += len(data)
        self._check_whole(text)
        self._check_c1(data, text)
        text = self._held + text
        # The "\n" that may follow belongs to the same line break.
        self._held = "\r" if data and text.endswith("\r") else ""
        text = text.removesuffix(self._held)
        self._line += line_breaks(text)
        last = _last_line(text)
        self._column = len(last) + (self._column if len(last) == len(text) else 0)
        return text

    def _check_whole(self, text: str) -> None:
        """Refuse lone surrogates, which some encodings (UTF-7, unicode_escape) can hold and no file can."""
        if text.isascii() or self._strict:
            return
        try:
            text.encode()
        except UnicodeEncodeError as error:
            line = self._line + line_breaks(self._held + text[: error.start])
            raise SourceError(
                f"{self._file}: line {line}: half a character (a lone surrogate) stands in the {self._encoding} text"
            ) from error

    def _check_c1(self, data: bytes, text: str) -> None:
        """Refuse control characters that are letters in the Windows encoding the text was most likely written in."""
        if (windows := _WINDOWS.get(self._name)) is None or data.isascii() or not (found := _C1.search(data)):
            return
        before = self._held + text[: found.start()]
        line = self._line + line_breaks(before)
        last = _last_line(before)
        column = len(last) + (self._column if len(last) == len(before) else 0) + 1
        place, value = f"{self._file}: line {line}, column {column}", found[0].decode(windows, "replace")
        raise Undecodable(
            f"{place}: byte 0x{found[0].hex()} is a control character in {self._encoding}, and {value!r} in {windows}",
            f"set encoding: {windows} in the job; remove the character if it is no {windows} text",
        )

    def _before(self, data: bytes) -> str:
        """Text before what cannot be decoded, for counting its lines; none where the start is at fault."""
        try:
            return self._decoder.decode(data)
        except UnicodeError:
            return ""

    def _undecodable(self, data: bytes, error: UnicodeError) -> SourceError:
        """The error for a byte that is not in the encoding, with its line and offset."""
        whole, start = (error.object, error.start) if isinstance(error, UnicodeDecodeError) else (data, 0)
        at = len(data) - len(whole) + start  # negative when it began in the block before
        line = self._line + line_breaks(self._held + self._before(data[: max(at, 0)]))
        value = f"byte 0x{whole[start]:02x}" if start < len(whole) else "the end of the file"
        other = "cp1252 (Western Europe) or utf-16" if self._encoding.startswith("utf") else "utf-8-sig"
        return Undecodable(
            f"{self._file}: line {line}: {value} at offset {self._offset + at} is not {self._encoding} text",
            f"set encoding: in the job to what the file is written in, for example {other}",
        )
