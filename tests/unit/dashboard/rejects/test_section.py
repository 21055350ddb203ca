"""Rejects in the page, without scripts: all that can be done with links and forms."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from threading import Event

import pytest

from odoo_etl.dashboard.frame import Link
from odoo_etl.dashboard.rejects import REJECTS
from odoo_etl.rejects.mending.view import prepare
from odoo_etl.rejects.originals import originals_file
from odoo_etl.runs import Workspace, show
from tests.unit.dashboard.rejects.conftest import ROWS, Mending, query, run_of

HTMX = {"hx-request": "true"}


def lines(text: str) -> list[str]:
    """The lines of the source that a table shows."""
    return re.findall(r"All cells of line </span>(\S+?)</a>", text)


def shown(text: str) -> str:
    """A page without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_the_way_there(mending: Mending):
    """The page of a run leads to its rejects, as long as it has any."""
    found = show(Workspace(mending.root, environ={}), mending.run_id)
    values = {"run": mending.run_id, "job": "customers"}
    assert list(REJECTS.of_run(found)) == [Link("Mend its rejects", "rejects", values, is_next=True)]
    assert f'href="{mending.base}"' in mending.viewer.get(f"/runs/{mending.run_id}/rejects").text
    mending.table.path.unlink()
    assert list(REJECTS.of_run(show(Workspace(mending.root, environ={}), mending.run_id))) == []
    assert "No row of this run" in mending.viewer.get(f"/runs/{mending.run_id}/rejects").text
    assert mending.viewer.get(mending.base).status_code == 404


def test_the_table(mending: Mending):
    """Why, which rows, what they say; what others wrote is text."""
    page = mending.viewer.get(mending.base).text
    assert sorted(lines(page)) == ["3", "4", "5"]
    assert "<b>Zoë" not in page
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in page
    assert "2 lookup_missing in country_id" in shown(page)
    assert "No record in Odoo has the value that the cell names." in shown(page)
    assert page.count('class="flawed') == 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"code": "lookup_missing"}, ["3", "5"]),
        ({"field": "name"}, ["4"]),
        ({"text": "zoë"}, ["3"]),
        ({"text": "xx", "column": "country"}, ["3", "5"]),
        ({"text": "nothing"}, []),
        ({"changed": "1"}, []),
        ({"page": "2"}, []),
        ({"page": "x"}, ["3", "4", "5"]),
        ({"page": "99999999999999999999"}, ["3", "4", "5"]),
    ],
)
def test_filters(mending: Mending, asked, found):
    """All that is said must hold; they are in the address, so that a link leads to the same rows."""
    assert sorted(lines(mending.viewer.get(mending.base + query(**asked)).text)) == found
    part = mending.viewer.get(mending.base + query(**asked), headers=HTMX).text
    assert sorted(lines(part)) == found
    assert "<html" not in part


@pytest.mark.parametrize(
    "path",
    [
        "?column=nothing&text=x",
        "/rows/99",
        "/rows/x",
        "/rows/0/cell?column=77",
        "/rows/0/text?column=-1",
        "/replace?in=nothing",
    ],
)
def test_what_is_not_there(mending: Mending, path):
    """It is told, and is no fault of ours."""
    assert mending.operator.get(mending.base + path, headers=HTMX).status_code in {400, 404}


def test_a_cell_that_no_row_can_have(mending: Mending):
    """Whoever makes forms by hand is told; it is no fault of ours."""
    for at in ("9" * 5_000, "99", "\N{ARABIC-INDIC DIGIT THREE}"):
        answer = mending.operator.post(f"{mending.base}/rows/0", **{f"cell-{at}": "x"})
        assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "path", ["/runs/last/rejects/customers", "/runs/..%2fx/rejects/customers", "/runs/{run}/rejects/..%2fcustomers"]
)
def test_no_name_is_a_path(mending: Mending, path):
    """Of runs and jobs, only those that the ledger and the project know."""
    assert mending.operator.get(path.format(run=mending.run_id)).status_code == 404


def test_a_cell_is_changed(mending: Mending):
    """In the file; who it was is kept and shown; it can be taken back."""
    answer = mending.change("Zoë", 2, "DE", code="lookup_missing", c="0,2")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{mending.base}?page=1&code=lookup_missing&c=0%2C2"
    page = mending.viewer.get(mending.base).text
    assert "otto, " in shown(page)
    assert "country of line 3: XX → DE" in shown(page)
    assert "was XX" in shown(page)
    assert "Take back" not in page
    edit = re.search(r'name="edit" value="(\d+)"', mending.operator.get(mending.base).text)[1]
    assert mending.send("/undo", edit="7").status_code == 409
    assert mending.send("/undo", edit=edit).status_code == 303
    assert mending.table.page().changed == 0


def test_a_line_of_the_table_comes_back(mending: Mending):
    """With htmx: the new line, and a word that it is saved; focus goes to the cell."""
    number = mending.number("Zoë")
    form = mending.operator.get(f"{mending.base}/rows/{number}/cell?column=2&c=0,2", headers=HTMX).text
    assert 'name="cell-2"' in form
    assert " autofocus" in form
    sent = {"version": mending.table.row(number).version, "cell-2": "DE", "focus": "2", "c": "0,2"}
    part = mending.operator.post(f"{mending.base}/rows/{number}", headers=HTMX, **sent)
    assert part.text.startswith(f'<tr role="row" id="row-{number}">')
    assert re.search(r'<a class="to-mend"[^>]* autofocus>.*DE</a>', part.text)
    assert "Saved." in part.text
    assert part.text.count("<td") == 3


def test_somebody_else_was_faster(mending: Mending):
    """It is told at the cell, with what was typed, and how the row is now; nothing is lost."""
    number = mending.number("Zoë")
    version = mending.table.row(number).version
    mending.change("Zoë", 2, "DE")
    sent = {"version": version, "cell-2": "FR", "c": "2"}
    part = mending.operator.post(f"{mending.base}/rows/{number}", headers=HTMX, **sent).text
    assert 'role="alert"' in part
    assert 'value="FR"' in part
    assert 'aria-invalid="true"' in part
    assert mending.table.row(number).cells[2].text == "DE"
    whole = mending.operator.post(f"{mending.base}/rows/{number}", **sent).text
    assert 'value="FR"' in whole
    assert (
        mending.operator.post(
            f"{mending.base}/rows/{number}", **{**sent, "version": mending.table.row(number).version}
        ).status_code
        == 303
    )


def test_a_whole_row(mending: Mending):
    """All cells in one form; those that are as they were are not changed."""
    number = mending.number("Zoë")
    page = mending.operator.get(f"{mending.base}/rows/{number}").text
    fields = dict(re.findall(r'name="(cell-\d)"[^>]* value="([^"]*)"', page))
    assert {name: html.unescape(value) for name, value in fields.items()} == {
        "cell-0": "00018",
        "cell-1": "<b>Zoë</b>",
        "cell-2": "XX",
    }
    mending.send(
        f"/rows/{number}",
        version=mending.table.row(number).version,
        **{name: html.unescape(value) for name, value in fields.items()},
    )
    assert mending.table.edits() == []
    seen = mending.viewer.get(f"{mending.base}/rows/{number}").text
    assert "cell-0" not in seen
    assert "00018" in seen


def test_a_key_that_changes_is_asked_about(mending: Mending):
    """As on the command line: by default such a row stays, unless it is said to be meant."""
    assert "Another key is another record" not in mending.operator.get(mending.base).text
    mending.change("Zoë", 0, "00099")
    page = mending.operator.get(mending.base).text
    assert "1 row has another key than when they were rejected" in shown(page)
    assert "line 3: 00018 → 00099" in shown(page)
    mending.send("/retry")
    mending.send("/retry", accept="1")
    assert [(one.verb, one.arguments) for one in mending.launcher.orders] == [
        ("retry", ("--", mending.run_id, "customers")),
        ("retry", ("--accept-new-keys", "--", mending.run_id, "customers")),
    ]


def test_a_retry_leads_to_its_run(mending: Mending):
    """It is launched as a command of its own."""
    answer = mending.send("/retry")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{mending.launcher.run}")


def test_production_is_asked_about(tmp_path):
    """By its name, as for all that writes to Odoo; changing the file is not."""
    known = run_of(tmp_path, ROWS, environments={"prod": {"production": True}}, default_environment="prod")
    assert 'name="confirm"' in known.operator.get(known.base).text
    assert known.send("/retry").status_code == 400
    assert known.launcher.orders == []
    assert known.send("/retry", confirm="prod").status_code == 303
    assert known.change("Zoë", 2, "DE").status_code == 303


def test_one_value_for_another(mending: Mending):
    """First the cells that it would change, then the button; if the rows are others by then, again."""
    asked = query(**{"in": "country", "old": "XX", "new": "DE", "code": "lookup_missing"})
    page = mending.operator.get(f"{mending.base}/replace{asked}").text
    assert "2 cells change" in shown(page)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    mending.change("Carl", 2, "FR")
    assert mending.send("/replace", **fields).status_code == 400
    page = mending.operator.get(f"{mending.base}/replace{asked}").text
    assert "1 cell changes" in shown(page)
    assert mending.send("/replace", **dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))).status_code == 303
    assert sorted(row.cells[2].text for row in mending.table.page().rows) == ["BE", "DE", "FR"]
    assert mending.viewer.get(f"{mending.base}/replace{asked}").status_code == 403


def test_downloads(mending: Mending):
    """The file as it is, or a workbook of it."""
    plain = mending.viewer.get(f"{mending.base}/file")
    assert plain.content == mending.table.path.read_bytes()
    assert plain.headers["content-type"] == "text/csv"
    assert plain.headers["content-disposition"] == 'attachment; filename="customers-rejects.csv"'
    book = mending.viewer.get(f"{mending.base}/file?form=xlsx")
    assert book.content.startswith(b"PK")
    assert book.headers["content-disposition"] == 'attachment; filename="customers-rejects.xlsx"'
    assert mending.table.path.exists()


def test_an_upload(mending: Mending):
    """Compared first; then it takes the place of the rejects."""
    data = mending.table.path.read_bytes().replace(b"XX", b"DE")
    page = mending.operator.post(f"{mending.base}/upload", files={"file": ("mended.csv", data)}).text
    assert "2 changed" in shown(page).replace("changed 2", "2 changed")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert mending.table.path.read_bytes() != data
    assert mending.send("/upload/take", **fields).status_code == 303
    assert mending.table.path.read_bytes() == data
    assert "uploaded a file of 3 rows" in shown(mending.operator.get(mending.base).text)


def test_what_a_spreadsheet_would_run_is_not_downloaded(mending: Mending):
    """Whoever uploaded it, and however the file lies there now."""
    data = mending.table.path.read_bytes().replace(b";XX", b";=1+1", 1)
    page = mending.operator.post(f"{mending.base}/upload", files={"file": ("mended.csv", data)}).text
    mending.send("/upload/take", **dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)))
    assert b";'=1+1;" in mending.viewer.get(f"{mending.base}/file").content


@pytest.mark.parametrize(
    "files", [None, {"file": ("", b"")}, {"file": ("a.exe", b"x")}, {"file": ("a.csv", b"no,name\n1,2\n")}]
)
def test_an_upload_that_is_not_taken(mending: Mending, files):
    """It is told why."""
    before = mending.table.path.read_bytes()
    assert mending.operator.post(f"{mending.base}/upload", files=files).status_code == 400
    assert mending.table.path.read_bytes() == before


def test_many_columns(tmp_path):
    """Those of the key and those to mend, and a few; others are chosen."""
    more = [f"c{n}" for n in range(200)]
    rows = ";".join(["no", *more, "name", "country"]) + "\n" + ";".join(["1", *more, "Anna", "XX"]) + "\n"
    known = run_of(tmp_path, rows)
    heads = re.findall(r'<th scope="col"[^>]*>(\S+?)[<\s]', known.viewer.get(known.base).text)
    assert heads == ["line", "reason", "no", "c0", "c1", "c2", "c3", "c4", "c5", "country"]
    heads = re.findall(
        r'<th scope="col"[^>]*>(\S+?)[<\s]', known.viewer.get(f"{known.base}?c=5&c=3,201&c=999&c=x").text
    )
    assert heads == ["line", "reason", "c2", "c4", "name"]


def test_odd_cells(tmp_path):
    """Long ones are shortened, with a way to all of it; a browser's line ends and lost characters change nothing."""
    odd = 'a\u202eb "x" ' + "y" * 20_000
    known = run_of(tmp_path, f'no;name;country\n1;"{odd.replace(chr(34), chr(34) * 2)}";XX\n2;"two\nlines";XX\n')
    page = known.viewer.get(known.base).text
    assert len(page) < 30_000
    assert "\u202e" not in page
    assert "a\\u202eb" in page
    assert "20,008 characters" in shown(page)
    assert known.viewer.get(f"{known.base}/rows/{known.number('a')}/text?column=1").text == odd
    assert (
        known.send(
            f"/rows/{known.number('a')}", version=known.table.row(known.number("a")).version, **{"cell-1": "x"}
        ).status_code
        == 400
    )
    assert known.change("two", 1, "two\r\nlines").status_code == 303
    assert known.table.edits() == []
    known.change("two", 1, "three\r\nlines")
    assert known.table.row(known.number("three")).cells[1].text == "three\nlines"


def test_a_run_that_was_undone(mending: Mending):
    """Its rejects are not retried: `odoo-etl run` loads what the source says now."""
    from odoo_etl.runs import undo

    done = undo(Workspace(mending.root, environ={}), mending.run_id)
    page = mending.operator.get(mending.base).text
    assert f"The run was undone by run {done.run_id}" in shown(page)
    assert "/retry" not in page


@pytest.fixture
def going(monkeypatch) -> Iterator[Event]:
    """Rejects are read to 45 percent, and to the end once this is set; pages do not wait for it."""
    go_on = Event()

    def slowly(indexed, tell):
        tell(0.45)
        assert go_on.wait(30)
        prepare(indexed, tell)

    monkeypatch.setattr("odoo_etl.rejects.mending.table.prepare", slowly)
    monkeypatch.setattr("odoo_etl.dashboard.frame.aside.SOON_S", 0.01)
    yield go_on
    go_on.set()


@pytest.mark.parametrize("path", ["", "/rows/0", "/replace?in=country&old=XX&new=DE"])
def test_many_rejects_are_read_aside(mending: Mending, going: Event, path):
    """The first page says how far it is, and goes on by itself: with htmx when they are read, else every 2 seconds."""
    address, again = mending.base + path, {**HTMX, "hx-target": "far"}
    first = mending.operator.get(address)
    assert (first.status_code, "The rejects are being read" in first.text, "45 %" in first.text) == (202, True, True)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in first.text
    part = mending.operator.get(address, headers=again)
    assert (part.status_code, "45 %" in part.text, "<html" in part.text) == (202, True, False)
    going.set()
    while (part := mending.operator.get(address, headers=again)).status_code == 202:
        continue
    assert (part.text, part.headers["hx-refresh"]) == ("", "true")
    assert mending.operator.get(address).status_code == 200


def test_a_part_waits_for_the_rejects(mending: Mending, going: Event):
    """A table that is filtered has no place to say how far it is."""
    going.set()
    assert sorted(lines(mending.viewer.get(mending.base, headers=HTMX).text)) == ["3", "4", "5"]


def test_rejects_that_cannot_be_read_are_told(mending: Mending):
    """By the page that was to show them; mended, they are read."""
    originals = originals_file(mending.table.path)
    text = originals.read_bytes()
    originals.write_bytes(b"{")
    for _ in range(3):
        answer = mending.viewer.get(mending.base)
        assert (answer.status_code, originals.name in answer.text) == (503, True)
    originals.write_bytes(text)
    assert [mending.viewer.get(mending.base).status_code for _ in range(2)][-1] == 200
