"""An export from its first record to its file; broken ones go on where they were."""

from __future__ import annotations

import json
import stat

import pytest
from filelock import FileLock

from odoo_etl.errors import Busy, SourceError, UsageError
from odoo_etl.exporting import SOURCE_ID, Layout, OutColumn, Told, Writing, carry_out, file_target
from odoo_etl.exporting.carry_out import whole_records
from odoo_etl.sources import Chunk
from tests.unit.exporting.records import LAYOUT, deaf, people, reading

FORMATS = ["csv", "jsonl", "xlsx", "parquet"]


def writing(path, layout=LAYOUT, request=None):
    """An export to a file."""
    target = file_target(path, "", force=True)
    request = request or {"model": "res.partner"}
    return Writing(target.form(layout.columns), target.part, request, target.finish(layout.columns))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_resumed_export_is_equal_to_one_that_was_not_broken_off(tmp_path, suffix):
    """The file appears when it is whole, and nothing is left beside it."""
    whole, broken = tmp_path / f"whole.{suffix}", tmp_path / f"broken.{suffix}"
    carry_out(reading(people(10)), writing(whole), deaf(), resume=False)
    with pytest.raises(SourceError):
        carry_out(reading(people(10), breaks_after=6), writing(broken), deaf(), resume=False)
    assert not broken.exists()
    asked = []
    done = carry_out(reading(people(10), asked=asked), writing(broken), deaf(), resume=True)
    assert (asked, done.records, done.rows, done.resumed) == ([6], 10, 10, 6)
    if suffix != "xlsx":  # which holds when it was made
        assert broken.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [broken.name, whole.name]
    assert stat.S_IMODE(broken.stat().st_mode) == 0o600


def test_rows_behind_the_position_are_of_a_killed_export(tmp_path):
    """They are read again, and stand there once."""
    to = writing(tmp_path / "a.csv")
    with pytest.raises(SourceError):
        carry_out(reading(people(10), breaks_after=6), to, deaf(), resume=False)
    with to.part.open("ab") as file:
        file.write(b"7,Name 7,")
    carry_out(reading(people(10)), to, deaf(), resume=True)
    assert [line.split(",")[0] for line in (tmp_path / "a.csv").read_text().splitlines()[1:]] == [
        str(number) for number in range(1, 11)
    ]


def test_another_export_is_not_gone_on_with(tmp_path):
    """What differs is named."""
    with pytest.raises(SourceError):
        carry_out(reading(people(9), breaks_after=3), writing(tmp_path / "a.csv"), deaf(), resume=False)
    other = writing(tmp_path / "a.csv", request={"model": "res.users", "domain": []})
    with pytest.raises(UsageError, match="differs in domain, model"):
        carry_out(reading(people(9)), other, deaf(), resume=True)


def test_there_is_nothing_to_go_on_with(tmp_path):
    """Say so, rather than begin anew."""
    with pytest.raises(UsageError, match="no broken export"):
        carry_out(reading(people(3)), writing(tmp_path / "a.csv"), deaf(), resume=True)


def test_a_part_file_that_lost_its_end(tmp_path):
    """It cannot be gone on with."""
    to = writing(tmp_path / "a.csv")
    with pytest.raises(SourceError):
        carry_out(reading(people(9), breaks_after=6), to, deaf(), resume=False)
    to.part.write_bytes(b"id")
    with pytest.raises(UsageError, match="shorter than it was"):
        carry_out(reading(people(9)), to, deaf(), resume=True)


@pytest.mark.parametrize(("limit", "records"), [(4, 4), (6, 6), (20, 10)])
def test_a_limit_holds_over_a_resumed_export(tmp_path, limit, records):
    """Records before it was broken off count."""
    to = writing(tmp_path / "a.csv")
    with pytest.raises(SourceError):
        carry_out(reading(people(10), breaks_after=3, limit=limit), to, deaf(), resume=False)
    assert carry_out(reading(people(10), limit=limit), to, deaf(), resume=True).records == records


def test_how_far_it_is_told(tmp_path):
    """First what is there already."""
    heard = []
    told = Told(lambda number: heard.append(("begun", number)), heard.append)
    carry_out(reading(people(7)), writing(tmp_path / "a.csv"), told, resume=False)
    assert heard == [("begun", 0), 3, 6, 7]


def test_two_exports_to_one_file(tmp_path):
    """The second one is turned away, and harms nothing."""
    to = writing(tmp_path / "a.csv")
    with FileLock(f"{to.part}.lock"), pytest.raises(Busy):
        carry_out(reading(people(3)), to, deaf(), resume=False)


def chunk(*ids):
    """Rows of records, the lines of which have their id or none."""
    return Chunk({SOURCE_ID: list(ids)}, list(range(len(ids))))


def test_chunks_end_with_a_whole_record():
    """However its rows were cut, and each row knows its record."""
    given = [chunk(1, 1), chunk(1, None, 2), chunk(2, 3), chunk(None)]
    assert [each.columns[SOURCE_ID] for each in whole_records(iter(given))] == [[1, 1, 1], [2], [3]]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 4, 5, 100])
def test_no_line_is_lost_where_chunks_end(chunk_rows):
    """Whatever row of a record is the last of a chunk: each line comes once, and a record without any as one row."""
    rows = [(1, None), *((1, f"a{n}") for n in range(3)), (2, None), (2, "b"), (3, None), (4, None), (4, "d")]
    pieces = [rows[first : first + chunk_rows] for first in range(0, len(rows), chunk_rows)]
    given = [Chunk({SOURCE_ID: [i for i, _ in some], "line": [x for _, x in some]}, [1] * len(some)) for some in pieces]
    found = [row for one in whole_records(iter(given)) for row in zip(*one.columns.values(), strict=True)]
    assert found == [(1, "a0"), (1, "a1"), (1, "a2"), (2, "b"), (3, None), (4, "d")]


def test_lines_count_as_rows_and_not_as_records(tmp_path):
    """A record is gone on from when all of its lines are there, and has no row without one."""
    columns = (OutColumn("id", "integer", (SOURCE_ID,)), OutColumn("sku", "text", ("order_line.sku",)))
    layout = Layout({SOURCE_ID: "id"}, columns, lines={"order_line": {"fields": {"sku": "sku"}}})
    rows = [(1, None), (1, "A"), (1, "B"), (2, None), (3, None), (3, "C"), (3, "D"), (4, None)]
    kept = [(1, "A"), (1, "B"), (2, None), (3, "C"), (3, "D"), (4, None)]

    def made(**options):
        found = reading(rows, layout, **options)
        return type(found)(layout, _named(found.source, [SOURCE_ID, "order_line.sku"]), found.limit)

    to = writing(tmp_path / "a.jsonl", layout)
    with pytest.raises(SourceError):
        carry_out(made(breaks_after=6), to, deaf(), resume=False)
    done = carry_out(made(), to, deaf(), resume=True)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(line["id"], line["sku"]) for line in lines] == kept
    assert (done.records, done.rows) == (4, 6)


def _named(source, names):
    def made(last_id):
        found = source(last_id)
        found._names = names
        return found

    return made
