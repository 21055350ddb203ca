"""JSON, XML and fixed width made to do harm: each ends in a source error or in rejects, within bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MIB = 1 << 20
# Reads a file where memory has a limit; prints the error, or how many rows and bad lines there were.
READ = """
import resource, sys
import lxml.etree, orjson
from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import FixedSource, JsonLinesSource, JsonSource, XmlSource
import odoo_etl.sources.fixed_width, odoo_etl.sources.json_text, odoo_etl.sources.xml_records
kinds = {"json": JsonSource, "jsonl": JsonLinesSource, "xml": XmlSource}
path, kind = sys.argv[1], sys.argv[1].rpartition(".")[2]
spec = kinds[kind](type=kind, path=path) if kind in kinds else FixedSource(type="fixed", path=path, columns={"a": 1})
limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + (int(sys.argv[2]) << 20)
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
rows = bad = 0
try:
    for chunk in open_source(spec).chunks(1000):
        rows, bad = rows + len(chunk.lines), bad + len(chunk.bad)
    print(rows, bad)
except SourceError as error:
    print(error)
"""


def read_within(path: Path, mib: int = 500) -> str:
    """What a process says that reads the file with so much more memory than it needs to start."""
    command = [sys.executable, "-c", READ, str(path), str(mib)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout.strip()


def stored(path: Path, *pieces: tuple[bytes, int]) -> Path:
    """Write each piece as often as it says."""
    with path.open("wb") as stream:
        for piece, count in pieces:
            for _ in range(count):
                stream.write(piece)
    return path


@pytest.mark.parametrize(
    ("name", "pieces", "said"),
    [
        ("a.jsonl", [(b'{"a": 1}\n{"a": "', 1), (b"x" * MIB, 70), (b'"}\n{"a": 3}\n', 1)], "2 1"),
        ("a.jsonl", [(b'{"a": 1}\n{"a": [', 1), (b"{}," * (MIB // 3), 20), (b"{}]}\n", 1)], "1 1"),
        ("a.jsonl", [(b'{"a": 1}\n', 1), (b"[" * MIB, 10), (b"\n", 1)], "1 1"),
        ("a.json", [(b'[{"a": "', 1), (b"x" * MIB, 100)], "over 67,108,864 characters in one record"),
        ("a.json", [(b'[{"a": [', 1), (b"{}," * (MIB // 3), 20)], "over 1,000,000 values in one record"),
        ("a.json", [(b'[{"a": ', 1), (b"[" * MIB, 10)], "nested too deeply"),
        ("a.json", [(b'{"meta": [', 1), (b"[1]," * (MIB // 4), 2), (b'[1]], "data": [{"a": 1}]}', 1)], "1 0"),
        ("a.xml", [(b"<r><o><a>", 1), (b"x" * MIB, 100)], "a text may have 10,000,000 bytes"),
        ("a.xml", [(b"<r>", 1), (b"<o>" * MIB, 5)], "elements 256 levels"),
        ("a.xml", [(b"<r><x>", 1), (b"<y/>" * (MIB // 4), 20), (b"</x><o/><o/></r>", 1)], "2 0"),
        ("a.txt", [(b"1\n", 1), (b"x" * MIB, 70), (b"\n2\n", 1)], "2 1"),
    ],
)
def test_what_is_very_large(tmp_path, name, pieces, said):
    """Is refused, or passed over, before it fills the memory."""
    assert said in read_within(stored(tmp_path / name, *pieces))
