"""Rejects as a workbook."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import replace
from pathlib import Path

from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.results import RejectedRow

FORM = RejectsForm(as_workbook=True, columns={"country_id": ("country",)}, key=("ref",))
ROW = RejectedRow(2, "", ("00042", "ZZ"), "country_id", "lookup", "lookup_missing", "no country has ZZ")


def written(tmp_path, *rows, form=FORM):
    """The file of some rejects."""
    folder = RejectsFolder(tmp_path)
    folder.take_forms({"j": form})
    folder.begin("j", ["ref", "country"])
    for row in rows:
        folder.keep("j", row)
    return Path(folder.end("j"))


def part(path, name):
    """A part of a workbook."""
    with zipfile.ZipFile(path) as packed:
        return packed.read(name).decode()


def test_flawed_cells_are_marked_and_all_are_texts(tmp_path):
    """Its own format for the cell of the field; leading zeros stay; the header does not scroll away."""
    path = written(tmp_path, ROW)
    sheet = part(path, "xl/worksheets/sheet1.xml")
    assert path.name == "j.xlsx"
    assert not path.with_suffix(".csv").exists()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    cells = {name: sheet.split(f'r="{name}" s="')[1][0] for name in ("A2", "B2", "C2")}
    assert cells["A2"] == cells["C2"] != cells["B2"]
    assert 'state="frozen"' in sheet
    assert "autoFilter" in sheet
    assert "<v>" not in sheet.replace("<is>", "") or 't="n"' not in sheet
    assert "F8CBAD" in part(path, "xl/styles.xml")


def test_what_no_workbook_can_hold_stays_a_file(tmp_path):
    """A control character, or a cell that is too long, would be lost."""
    assert written(tmp_path / "a", replace(ROW, cells=("a\x01b", "ZZ"))).suffix == ".csv"
    assert written(tmp_path / "b", replace(ROW, cells=("x" * 40_000, "ZZ"))).suffix == ".csv"
