"""A mended file that is uploaded: compared first, put in place of the other when somebody says so, taken back."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.rejects.mending import CannotMend, MendedMeanwhile
from tests.unit.rejects.full_disk import room_for
from tests.unit.rejects.mending.conftest import left_by_a_run, lines, set_cell
from tests.workbooks import write_xlsx

ROWS = [("00017", "Anna", "BE"), ("00018", "Zoë", "XX"), ("00019", "Carl", "XX")]


@pytest.fixture
def known(tmp_path):
    """Three rows."""
    return left_by_a_run(tmp_path, ROWS)


def waiting(known):
    """Files that wait."""
    return [one.name for one in known.path.parent.glob(".mended/*uploaded*")]


def test_a_file_is_compared_and_put_in_place(known):
    """Rows that changed, are gone, were added are told; the former file is kept, and comes back."""
    before = known.path.read_bytes()
    head, first, second, third = before.splitlines(keepends=True)
    mended = head + third.replace(b"XX", b"DE") + first + second.replace(b"3,country_id", b"9,country_id")
    told = known.receive([mended[:20], mended[20:]], "mended.CSV")
    assert (told.rows, told.changed, told.gone, told.added) == (3, 1, 1, 1)
    assert (told.gone_lines, told.added_lines, told.new_keys) == (("3",), ("9",), 0)
    assert known.path.read_bytes() == before
    edit = known.take(told.token, told.version, "anna")
    assert (edit.what, edit.cells, known.path.read_bytes()) == ("uploaded", 3, mended)
    assert waiting(known) == []
    known.undo("ben")
    assert known.path.read_bytes() == before
    assert [one.what for one in known.edits()] == ["undone", "uploaded"]


def test_a_workbook_takes_the_place_of_a_csv_file(known):
    """The other form goes: two of them would not be retried."""
    write_xlsx(
        known.path.parent / "x.xlsx",
        {
            "rejects": [
                ["no", "name", "country", "_line", "_code"],
                *[[*row, str(at), ""] for at, row in enumerate(ROWS, 2)],
            ]
        },
    )
    data = (known.path.parent / "x.xlsx").read_bytes()
    told = known.receive([data], "mended.xlsx")
    assert (told.changed, told.gone, told.added) == (3, 0, 0)
    known.take(told.token, told.version, "anna")
    assert (known.path.name, known.path.read_bytes()) == ("customers.xlsx", data)
    assert not known.path.with_suffix(".csv").exists()
    known.undo("anna")
    assert (known.path.name, known.page().total) == ("customers.csv", 3)


def test_columns_in_another_order_are_the_same_rows(known):
    """And so are other quotes and delimiters."""
    rows = [["name", "no", "country", "_line", "_field", "_stage", "_code", "_reason", "_attempts"]]
    rows += [[row[1], row[0], *row[2:]] for row in lines(known.path)]
    data = "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode()
    told = known.receive([data], "mended.txt")
    assert (told.changed, told.gone, told.added, told.notes) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.csv", "is empty"),
        (b"no,name,country,_line\n1,a,b,2\n", "a.exe", r"of no form that `retry` reads: save it as one of \.csv"),
        (b"no,name,country,_line\n1,a,b,2\n", "no ending", "of no form"),
        (b"no,name,_line\n1,a,2\n", "a.csv", "columns of the source are not in the file: country"),
        (b"no,name,country\n1,a,b\n", "a.csv", "_line is not there"),
        (b"no,name,country,_line\n1,a,b,2,x,y\n", "a.csv", "line 2 of the file is no row"),
        (b"x" * 101, "a.csv", "larger than"),
    ],
)
def test_what_is_not_taken(known, data, name, why):
    """It is told why; nothing of it stays, and the rejects are as they were."""
    before = known.path.read_bytes()
    with pytest.raises(CannotMend, match=why):
        known.receive([data], name, 100)
    assert (known.path.read_bytes(), waiting(known)) == (before, [])


@pytest.mark.parametrize(("data", "name"), [(b"PK no workbook", "a.xlsx"), (b"a,b,_line\n\xe9,1,2\n" * 2, "a.csv")])
def test_what_cannot_be_read(known, data, name):
    """The same."""
    with pytest.raises((SourceError, CannotMend)):
        known.receive([data], name)
    assert waiting(known) == []


def test_changed_meanwhile(known):
    """What somebody changed after the comparison is not lost: it is told, and the upload waits."""
    told = known.receive([known.path.read_bytes()], "a.csv")
    set_cell(known, 1, "country", "FR")
    with pytest.raises(MendedMeanwhile, match="upload the file again"):
        known.take(told.token, told.version, "anna")
    assert lines(known.path)[1][2] == "FR"
    assert waiting(known)


@pytest.mark.parametrize("token", ["", "../../x", "0123456789abcdef", "x" * 16])
def test_no_such_upload(known, token):
    """A token is none of a path."""
    with pytest.raises(CannotMend, match="waits no longer"):
        known.take(token, "", "anna")


def test_an_upload_that_a_retry_changed_is_not_taken_back(known):
    """Rows that have landed would come back; the former file is named."""
    told = known.receive([known.path.read_bytes()], "a.csv")
    known.take(told.token, told.version, "anna")
    known.path.write_bytes(b"".join(known.path.read_bytes().splitlines(keepends=True)[:2]))
    with pytest.raises(MendedMeanwhile, match=r"the former file is kept as customers\.former-1\.csv"):
        known.undo("anna")


def test_changes_after_an_upload_are_taken_back_before_it(known):
    """In their order."""
    before = known.path.read_bytes()
    told = known.receive([before.replace(b"Carl", b"Karl")], "a.csv")
    known.take(told.token, told.version, "anna")
    set_cell(known, 1, "country", "FR")
    known.undo("anna")
    known.undo("anna")
    assert known.path.read_bytes() == before


def test_what_a_spreadsheet_would_run_is_never_handed_on(known):
    """A program that knows no guards wrote the file: it can be downloaded and changed as one that we wrote."""
    cells = {"no": "=1+1", "name": "-5", "country": "+49 30"}
    data = known.path.read_bytes().replace(b"00017,Anna,BE", ",".join(cells.values()).encode())
    told = known.receive([data], "a.csv")
    known.take(told.token, told.version, "anna")
    assert [cell.text for cell in known.row(0).cells] == list(cells.values())
    assert lines(known.as_csv())[0][:3] == ["'=1+1", "-5", "'+49 30"]
    set_cell(known, 1, "country", "DE")
    assert [line[:3] for line in lines(known.path)[:2]] == [["'=1+1", "-5", "'+49 30"], ["00018", "Zoë", "DE"]]
    assert known.path.with_name(".mended").joinpath("customers.former-2.csv").read_bytes() == data


def test_a_workbook_as_csv(known, tmp_path):
    """Its texts need no guards, those of the CSV file do."""
    write_xlsx(tmp_path / "x.xlsx", {"rejects": [["no", "name", "country", "_line"], ["=1+1", "a", "b", "2"]]})
    told = known.receive([(tmp_path / "x.xlsx").read_bytes()], "x.xlsx")
    known.take(told.token, told.version, "anna")
    assert lines(known.as_csv())[0][:2] == ["'=1+1", "a"]


def test_an_upload_that_fails_leaves_that_of_somebody_else(known):
    """Who looks at theirs can still put it in place."""
    theirs = []

    def slow():
        yield b"no,name,_line\n1,"
        theirs.append(known.receive([known.path.read_bytes().replace(b"XX", b"DE")], "b.csv"))
        yield b"a,2\n"

    with pytest.raises(MendedMeanwhile, match="another file was uploaded meanwhile"):
        known.receive(slow(), "a.csv")
    known.take(theirs[0].token, theirs[0].version, "ben")
    assert [line[2] for line in lines(known.path)] == ["BE", "DE", "DE"]


def test_an_upload_that_finds_no_room(known):
    """It is told; nothing of it stays."""
    known.page()
    data = known.path.read_bytes() + b"x" * 200_000
    with room_for(150_000), pytest.raises(SourceError, match=r"customers.csv: cannot be .*; nothing was written"):
        known.receive([data], "a.csv")
    assert waiting(known) == []
