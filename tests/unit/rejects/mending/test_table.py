"""Rejects page by page: found, changed in the file itself, taken back; told where somebody else was faster."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from odoo_etl.errors import Busy, SourceError
from odoo_etl.rejects.mending import Beside, CannotMend, MendedMeanwhile, RejectsFilter, RejectsTable, Replacement
from odoo_etl.rejects.mending.journal import Journal
from odoo_etl.rejects.source import Mended, RejectedRows
from tests.unit.rejects.full_disk import room_for
from tests.unit.rejects.mending.conftest import FORM, MISSING, NO_NUMBER, left_by_a_run, lines, set_cell, table

ROWS = [("00017", "Anna", "BE"), ("00018", "Zoë", "XX"), ("00019", "", "XX"), ("00020", "O'Neil; =1+2", "FR")]


@pytest.fixture
def known(tmp_path) -> RejectsTable:
    """Four rows, rejected for two reasons in turns."""
    return left_by_a_run(tmp_path, ROWS, flaws=[MISSING, NO_NUMBER])


def names(page):
    """What a page shows of its rows."""
    return [row.cells[1].text for row in page.rows]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (RejectsFilter(), [0, 1, 2, 3]),
        (RejectsFilter(code="lookup_missing"), [0, 2]),
        (RejectsFilter(field="country_id"), [0, 1, 2, 3]),
        (RejectsFilter(field="name"), [1, 3]),
        (RejectsFilter(field="country"), []),
        (RejectsFilter(text="zOË"), [1]),
        (RejectsFilter(text="xx", column="country"), [1, 2]),
        (RejectsFilter(text="xx"), [0, 1, 2]),  # it stands in the reason as well
        (RejectsFilter(text="'neil; =1"), [3]),
        (RejectsFilter(text="XX", code="lookup_missing", column="country"), [2]),
        (RejectsFilter(changed=True), []),
        (RejectsFilter(new_key=True), []),
        (RejectsFilter(text="nothing of that"), []),
        (RejectsFilter(code="' OR 1=1 --"), []),
    ],
)
def test_rows_are_found(known, wanted, found):
    """By what is said of them and by what stands in them, in any case, guards of formulas left out."""
    page = known.page(wanted)
    assert ([row.number for row in page.rows], page.found, page.total) == (found, len(found), 4)


def test_the_file_is_read_once_before(known, monkeypatch):
    """And said to be read; whoever changes it with a spreadsheet, it is read again."""
    monkeypatch.setattr("odoo_etl.rejects.mending.records.MOST_ROWS", 1)
    shares = []
    assert not known.is_ready
    known.prepare(shares.append)
    assert (len(shares), shares == sorted(shares), shares[-1], known.is_ready) == (4, True, 1.0, True)
    known.prepare(shares.append)
    assert len(shares) == 4
    known.path.write_bytes(known.path.read_bytes().replace(b"Anna", b"Anne"))
    assert not known.is_ready
    assert names(known.page()) == ["Anne", "Zoë", "", "O'Neil; =1+2"]


@pytest.mark.parametrize(
    ("offset", "limit", "found"), [(0, 2, [0, 1]), (2, 2, [2, 3]), (3, 2, [3]), (9, 2, []), (-1, 1, [0])]
)
def test_pages(known, offset, limit, found):
    """Some rows from there on; how many there are in all is said with each."""
    page = known.page(offset=offset, limit=limit)
    assert ([row.number for row in page.rows], page.found) == (found, 4)


def test_groups(known):
    """By reason and field, the most first, with the reason of the first row."""
    assert [(one.code, one.field, one.rows, one.reason) for one in known.groups()] == [
        ("bad_value", "name, country_id", 2, "no name; no country"),
        ("lookup_missing", "country_id", 2, "no res.country has code = 'XX'"),
    ]
    (one,) = known.groups(RejectsFilter(text="zoë"))
    assert (one.code, one.rows) == ("bad_value", 1)


def test_a_row_as_it_is_shown(known):
    """Its place, its flaws, which cells a person is to mend, what they were when they were changed since."""
    row = known.row(1)
    assert (row.line, row.fields, row.stage, row.code, row.attempts) == (
        "3",
        ("name", "country_id"),
        "map",
        "bad_value",
        1,
    )
    assert [(one.text, one.flawed, one.was) for one in row.cells] == [
        ("00018", False, None),
        ("Zoë", True, None),
        ("XX", True, None),
    ]
    assert [one.was for one in set_cell(known, 1, "country", "DE").cells] == [None, None, "XX"]


def test_a_change_is_in_the_file(known):
    """All else stays as it was, byte by byte; the index goes along, and so does whoever reads the file."""
    before = known.path.read_bytes()
    row = set_cell(known, 1, "country", 'D"E;,\nÜ')
    assert row.cells[2].text == 'D"E;,\nÜ'
    assert known.path.read_bytes() == before.replace(b"Zo\xc3\xab,XX", 'Zoë,"D""E;,\nÜ"'.encode())
    assert [line[2] for line in lines(known.path)] == ["BE", 'D"E;,\nÜ', "XX", "FR"]
    assert names(known.page(RejectsFilter(text='d"e;'))) == ["Zoë"]
    assert known.page(RejectsFilter(text="xx", column="country")).found == 1
    assert (known.page(RejectsFilter(changed=True)).found, known.page().changed) == (1, 1)
    assert names(known.page()) == [name for _, name, _ in ROWS]
    (chunk,) = RejectedRows(known.path, mended=Mended(FORM)).chunks(10)
    assert chunk.columns["country"] == ["BE", 'D"E;,\nÜ', "XX", "FR"]


def test_what_a_spreadsheet_would_run_is_guarded(known):
    """In the file; a person sees what they typed, and `retry` reads that."""
    for text in ("=1+2", "'=1", "@x", "a\0b", "-5", "+32"):
        assert set_cell(known, 0, "name", text).cells[1].text == text
        (chunk,) = RejectedRows(known.path).chunks(10)
        assert chunk.columns["name"][0] == text
    set_cell(known, 0, "name", "=HYPERLINK(1)")
    assert lines(known.path)[0][1] == "'=HYPERLINK(1)"


def test_nothing_changes_where_nothing_is_changed(known):
    """Neither the file nor its journal."""
    before = known.path.stat()
    set_cell(known, 1, "country", "XX")
    assert (known.path.stat().st_ino, known.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert known.edits() == []


def test_somebody_else_was_faster(known):
    """The second is told, and nothing of the first is lost; a row that nobody touched is still theirs to change."""
    seen, other = known.row(1), known.row(2)
    set_cell(known, 1, "country", "DE")
    with pytest.raises(MendedMeanwhile, match="the row is another one by now"):
        known.change(1, seen.version, {"country": "FR"}, "ben")
    known.change(2, other.version, {"name": "Carl"}, "ben")
    assert [line[1:3] for line in lines(known.path)][1:3] == [["Zoë", "DE"], ["Carl", "XX"]]


def test_a_spreadsheet_was_faster(known):
    """It has sorted the rows: the one that was seen is elsewhere."""
    seen = known.row(1)
    head, *rows = known.path.read_bytes().splitlines(keepends=True)
    known.path.write_bytes(b"".join([head, *reversed(rows)]))
    with pytest.raises(MendedMeanwhile):
        known.change(1, seen.version, {"country": "FR"}, "ben")
    assert names(known.page()) == [name for _, name, _ in reversed(ROWS)]


def test_a_retry_was_faster(known):
    """All rows have landed: their file is gone."""
    seen = known.row(1)
    known.path.unlink()
    for act in (known.page, lambda: known.change(1, seen.version, {"country": "FR"}, "ben")):
        with pytest.raises(MendedMeanwhile, match="all of its rows have landed"):
            act()


def test_a_run_is_at_work(known):
    """Whoever looks may, whoever changes waits."""

    def busy():
        raise Busy("run 1 is at work")

    table = RejectsTable(known.path, FORM, check=busy)
    seen, before = table.row(1), known.path.read_bytes()
    acts = [
        lambda: table.change(1, seen.version, {"country": "FR"}, "ben"),
        lambda: table.replace(
            Replacement("country", "XX", "DE"),
            RejectsFilter(),
            table.preview(Replacement("country", "XX", "DE")).version,
            "ben",
        ),
        lambda: table.undo("ben") if table.edits() else busy(),
    ]
    for act in acts:
        with pytest.raises(Busy):
            act()
    assert known.path.read_bytes() == before


def test_an_unknown_column(known):
    """Ours are none: what they say is the run's."""
    for column in ("contry", "_reason", "_code", ""):
        with pytest.raises(CannotMend, match=r"there is no column .*; the columns are no, name, country"):
            set_cell(known, 1, column, "x")
    with pytest.raises(CannotMend, match="there is no column"):
        known.page(RejectsFilter(text="x", column="contry"))


def test_a_line_that_was_no_row(tmp_path):
    """Its cells are put right, then it is said to be a row: `retry` reads it as one."""
    flaw = ("", "source", "ragged_line", "2 cells; mend the row, then empty its _code")
    known = left_by_a_run(tmp_path, [("1", "Anna")], flaws=flaw)
    assert known.row(0).no_row
    set_cell(known, 0, "country", "BE")
    row = known.accept(0, known.row(0).version, "anna")
    assert (row.no_row, row.code) == (False, "")
    (chunk,) = RejectedRows(known.path, mended=Mended(FORM)).chunks(10)
    assert (chunk.bad, chunk.columns["country"]) == ((), ["BE"])
    with pytest.raises(CannotMend, match="a row already"):
        known.accept(0, row.version, "anna")
    assert [one.what for one in known.edits()] == ["accepted", "cells"]
    known.undo("anna")
    assert known.row(0).no_row


def test_a_key_that_changes(known):
    """It is another record, which `retry` asks about; the page says so before."""
    assert set_cell(known, 1, "no", "18").new_key is None  # a spreadsheet took its zeros away: read as it was
    assert [one.read_as for one in known.row(1).cells] == ["00018", None, None]
    row = set_cell(known, 1, "no", "00099")
    assert row.new_key == ("00018", "00099")
    assert known.page().new_keys == 1
    assert [one.number for one in known.rows_with_new_keys()] == [1]
    assert RejectedRows(known.path, mended=Mended(FORM)).new_keys() == [("00018", "00099")]


def test_who_changed_what(known):
    """Kept beside the file, newest first, with what it was."""
    set_cell(known, 1, "country", "DE")
    set_cell(known, 2, "name", "=Carl", by="ben")
    edits = known.edits()
    assert [(one.number, one.by, one.at, one.what, one.cells, one.column) for one in edits] == [
        (2, "ben", "2026-11-30T07:00:00+00:00", "cells", 1, "name"),
        (1, "anna", "2026-11-30T07:00:00+00:00", "cells", 1, "country"),
    ]
    assert edits[0].examples == (("4", "name", "", "=Carl"),)
    told = known.path.parent / ".mended/customers.edits.jsonl"
    assert [json.loads(line)["by"] for line in told.read_text().splitlines()] == ["anna", "ben"]
    assert oct(told.stat().st_mode)[-3:] == "600"
    assert oct(told.parent.stat().st_mode)[-3:] == "700"


def test_edits_are_taken_back_one_after_the_other(known):
    """Until the file is as it was, byte by byte; then there is nothing more."""
    before = known.path.read_bytes()
    set_cell(known, 1, "country", "DE")
    known.change(2, known.row(2).version, {"name": "Carl", "country": "FR"}, "ben")
    assert known.undo("carla").undoes == 2
    assert (known.row(2).cells[1].text, known.row(1).cells[2].text) == ("", "DE")
    assert known.undo("carla").undoes == 1
    assert known.path.read_bytes() == before
    assert [one.is_undone for one in known.edits()] == [False, False, True, True]
    with pytest.raises(CannotMend, match="no edit to take back"):
        known.undo("carla")


def test_two_take_back_at_once(known):
    """Both mean the edit that they see: one takes it back, and the one before it, which nobody meant, stays."""
    set_cell(known, 1, "country", "DE")
    set_cell(known, 2, "name", "Carl")

    def take_back(seen):
        try:
            return RejectsTable(known.path, FORM).undo("anna", seen).undoes
        except CannotMend:
            return 0

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(take_back, [2] * 4)) == [0, 0, 0, 2]
        assert sorted(people.map(take_back, [0] * 2)) == [0, 1]
    assert [one.undoes for one in known.edits()] == [1, 2, 0, 0]


def test_what_a_retry_has_changed_is_not_taken_back(known):
    """The row has left the file, or another stands in its place."""
    set_cell(known, 1, "country", "DE")
    head, *rows = known.path.read_bytes().splitlines(keepends=True)
    known.path.write_bytes(before := b"".join([head, *rows[2:]]))
    with pytest.raises(MendedMeanwhile, match="row 3 is another one by now, or has left"):
        known.undo("anna")
    assert known.path.read_bytes() == before


@pytest.mark.parametrize(
    ("replacement", "wanted", "now"),
    [
        (Replacement("country", "XX", "DE"), RejectsFilter(), ["BE", "DE", "DE", "FR"]),
        (Replacement("country", "XX", "DE"), RejectsFilter(code="lookup_missing"), ["BE", "XX", "DE", "FR"]),
        (Replacement("country", "X", "D"), RejectsFilter(), ["BE", "XX", "XX", "FR"]),
        (Replacement("country", "X", "D", part=True), RejectsFilter(), ["BE", "DD", "DD", "FR"]),
        (Replacement("country", "xx", "DE"), RejectsFilter(), ["BE", "XX", "XX", "FR"]),
        (Replacement("country", "BE", "=BE"), RejectsFilter(), ["'=BE", "XX", "XX", "FR"]),
        (Replacement("country", "BE", ""), RejectsFilter(text="anna"), ["", "XX", "XX", "FR"]),
    ],
)
def test_one_value_for_another(known, replacement, wanted, now):
    """In all rows of a filter: first how many, then that, then back."""
    before = [line[2] for line in lines(known.path)]
    preview = known.preview(replacement, wanted)
    assert preview.cells == sum(one != other for one, other in zip(before, now, strict=True))
    edit = known.replace(replacement, wanted, preview.version, "anna")
    assert edit.cells == preview.cells
    assert [line[2] for line in lines(known.path)] == now
    if edit.cells:
        known.undo("anna")
        assert [line[2] for line in lines(known.path)] == before


def test_empty_cells_are_filled(known):
    """An empty cell is a value as others."""
    preview = known.preview(Replacement("name", "", "?"))
    assert (preview.cells, preview.examples) == (1, ((2, "4", "", "?"),))
    with pytest.raises(CannotMend, match="which part"):
        known.preview(Replacement("name", "", "?", part=True))


def test_a_preview_of_another_file(known):
    """What would be replaced is looked at again."""
    replacement = Replacement("country", "XX", "DE")
    preview = known.preview(replacement)
    set_cell(known, 0, "country", "XX")
    with pytest.raises(MendedMeanwhile, match="look again"):
        known.replace(replacement, RejectsFilter(), preview.version, "anna")


def test_many_blocks(tmp_path):
    """Rows behind a change stay where they are found, in its block and in those behind."""
    known = left_by_a_run(tmp_path, [(f"{n:05}", f"name {n}", "XX") for n in range(2_500)])
    for number in (0, 999, 1_000, 2_499):
        set_cell(known, number, "name", f"now {number} " + "ü" * number)
    assert [row.cells[1].text[:9].strip() for row in known.page(offset=998, limit=4).rows] == [
        "name 998",
        "now 999 ü",
        "now 1000",
        "name 1001",
    ]
    known.replace(
        Replacement("country", "XX", "Germany"),
        RejectsFilter(),
        known.preview(Replacement("country", "XX", "Germany")).version,
        "anna",
    )
    again = table(known.path)
    assert again.page(RejectsFilter(text="germany", column="country")).found == 2_500
    assert again.row(2_498).cells[1].text == "name 2498"
    fresh = lines(known.path)
    assert [row[2] for row in fresh] == ["Germany"] * 2_500
    assert [row.cells[0].text for row in known.page(offset=1_990, limit=500).rows] == [
        row[0] for row in fresh[1_990:2_490]
    ]


def test_a_damaged_index_is_made_anew(known):
    """Nothing is in it that is not in the file."""
    known.page()
    index = known.path.parent / ".mended/customers.index.sqlite3"
    index.write_bytes(b"no database at all" * 100)
    assert known.page().total == 4


def test_a_place_that_cannot_be_written(known):
    """It is told; the file is as it was."""
    seen, before = known.row(1), known.path.read_bytes()
    (known.path.with_name("customers.csv.partial")).mkdir()
    with pytest.raises(SourceError, match=r"cannot be read or changed: .*; nothing was written"):
        known.change(1, seen.version, {"country": "DE"}, "anna")
    assert (known.path.read_bytes(), known.edits()) == (before, [])
    known.path.with_name("customers.csv.partial").rmdir()
    set_cell(known, 1, "country", "DE")
    assert [one.number for one in known.edits()] == [1]


def test_half_a_line_of_the_journal(known):
    """As a killed process leaves it: the edits around it are known."""
    set_cell(known, 1, "country", "DE")
    told = known.path.parent / ".mended/customers.edits.jsonl"
    with told.open("ab") as file:
        file.write(b'{"number": 2, "at"')
    set_cell(known, 1, "country", "FR")
    assert [one.examples[0][3] for one in known.edits()] == ["FR", "DE"]


def test_half_a_character_of_the_journal(known):
    """As a full disk, or a power cut, leaves it."""
    set_cell(known, 1, "country", "DE")
    told = known.path.parent / ".mended/customers.edits.jsonl"
    with told.open("ab") as file:
        file.write('{"by": "Zoë'.encode()[:-1])
    set_cell(known, 1, "country", "FR")
    assert [one.examples[0][3] for one in known.edits()] == ["FR", "DE"]


def test_an_edit_that_finds_no_room_in_the_journal(known):
    """It is an error, so that nothing is changed that is not noted."""
    set_cell(known, 1, "country", "DE")
    beside = Beside(known.path)
    size = beside.edits.stat().st_size
    with Journal(beside).adding() as adding, room_for(size + 10), pytest.raises(OSError, match="large"):
        adding.add(Journal(beside).edits()[0])
    assert beside.edits.stat().st_size == size


def test_killed_before_the_file_was_put_in_place(known):
    """The edit is noted, the file is as it was: taking it back changes nothing; what came before can be taken back."""
    set_cell(known, 1, "country", "DE")
    before = known.path.read_bytes()
    set_cell(known, 1, "country", "FR")
    known.path.write_bytes(before)
    assert known.undo("anna").cells == 0
    known.undo("anna")
    assert known.row(1).cells[2].text == "XX"


def test_a_form_without_fields(tmp_path):
    """A job that is gone from the project: a field may be a column itself."""
    known = left_by_a_run(tmp_path, ROWS, replace(FORM, columns={}, key=()), flaws=("country", "map", "x", "y"))
    assert [one.flawed for one in known.row(0).cells] == [False, False, True]


def test_many_people_at_once(tmp_path):
    """Each changes rows of their own; nothing of anybody is lost, and each edit is noted once."""
    known = left_by_a_run(tmp_path, [(f"{n:05}", f"name {n}", "XX") for n in range(40)])

    def work(who):
        mine = table(known.path)
        for number in range(who, 40, 4):
            set_cell(mine, number, "country", f"{who} was here", by=f"person {who}")

    with ThreadPoolExecutor(4) as people:
        list(people.map(work, range(4)))
    assert [line[2] for line in lines(known.path)] == [f"{n % 4} was here" for n in range(40)]
    assert sorted(one.number for one in known.edits(100)) == list(range(1, 41))


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="nobody counts what is read")
def test_a_page_does_not_read_the_file(tmp_path):
    """However large it is: its rows alone, and what finds them."""
    known = left_by_a_run(tmp_path, [(f"{n:05}", "x" * 2_000, "XX") for n in range(3_000)])
    known.page()

    def bytes_read():
        return int(Path("/proc/self/io").read_text().split()[1])

    for look in (lambda: known.page(offset=2_900, limit=50), known.groups, lambda: known.row(2_999)):
        before = bytes_read()
        look()
        assert bytes_read() - before < known.path.stat().st_size / 4
