"""The files of a run: results written in one piece."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.writer import CannotReport, RejectsFile
from odoo_etl.reporting.run_folder import RunFolder, as_json, new_run_id
from odoo_etl.results import (
    Change,
    Counts,
    Discrepancies,
    Discrepancy,
    JobResult,
    LeftRecord,
    RefusedRecord,
    Rewritten,
    RunResult,
    SuccessRow,
    UndoneRecords,
    VanishedRecords,
)
from tests.unit.rejects.full_disk import room_for


@pytest.fixture
def folder(tmp_path):
    """A run folder that is made."""
    made = RunFolder(tmp_path, "run")
    made.make()
    return made


def test_rows_that_landed_are_safe_for_a_spreadsheet(folder):
    """Keys never run as formulas; what finds no room leaves no half of a file."""
    rows = [SuccessRow("", 2, ("=cmd()", None), "created", 7), SuccessRow("b.csv", 3, ("Zoë", "-1"), "updated", 8)]
    folder.take_forms({"j": RejectsForm(";")})
    path = Path(folder.keep_success("j", ["ref", "lang"], iter(rows)))
    assert path.read_text("utf-8-sig").splitlines() == [
        "_file;_line;ref;lang;_action;_id",
        ";2;'=cmd();;created;7",
        "b.csv;3;Zoë;-1;updated;8",
    ]
    assert (stat.S_IMODE(path.stat().st_mode), list(path.parent.iterdir())) == (0o600, [path])
    path.unlink()
    path.mkdir()
    with pytest.raises(CannotReport, match="the rows that landed cannot be listed"):
        folder.keep_success("j", ["ref"], iter(rows))


def test_results_are_json_and_leave_nothing_half_written(folder):
    """All counts and changes; values that JSON lacks become text."""
    change = Change("create", "k\ud800", None, 2, {"day": (None, datetime(2024, 1, 1, tzinfo=UTC))})
    job = JobResult("j", "res.partner", counts=Counts(1, created=1), changes=(change,))
    path = folder.write_results(RunResult("run", "run", "now", jobs=(job,)))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["schema_version"] == 1
    assert found["jobs"][0]["counts"] == {**dict.fromkeys(found["jobs"][0]["counts"], 0), "read": 1, "created": 1}
    assert found["jobs"][0]["changes"][0]["changes"]["day"] == [None, "2024-01-01 00:00:00+00:00"]
    assert [one.name for one in folder.path.iterdir()] == ["run_results.json"]


def test_run_ids_sort_by_time_and_differ():
    """Also within one second."""
    early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)
    assert new_run_id(early) < new_run_id(late)
    assert new_run_id(early) != new_run_id(early)


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_done(tmp_path):
    """Here a file stands in its way."""
    (tmp_path / "runs").touch()
    with pytest.raises(CannotReport, match="nothing was read or written"):
        RunFolder(tmp_path, "run").make()


def test_a_full_disk_is_said_when_the_file_is_begun(tmp_path):
    """And when the report is written; the report of before stays."""
    (tmp_path / "j.csv").symlink_to("/dev/full")
    with pytest.raises(CannotReport, match="No space left"):
        RejectsFile(tmp_path / "j.csv", ["ref"])
    folder = RunFolder(tmp_path, "run")
    folder.make()
    path = folder.write_results(RunResult("run", "run", "now"))
    with room_for(10), pytest.raises(CannotReport, match="the report cannot be written"):
        folder.write_results(RunResult("run", "run", "later"))
    assert json.loads(path.read_text())["started_at"] == "now"


REFUSED = {"id": 7, "reason": "it is used"}
BACK = {"returned": 1, "refused": (RefusedRecord(**REFUSED),)}
REMOVED = VanishedRecords("unlink", 2, first=("a (id 5)",), removed=1, **BACK)
UNDONE = UndoneRecords(1, 0, 2, 0, (LeftRecord(7, "n", "why"),))


@pytest.mark.parametrize(
    ("name", "known", "wanted"),
    [
        ("vanished", None, {}),
        ("vanished", VanishedRecords(**BACK), {"refused": [REFUSED], "returned": 1}),
        (
            "vanished",
            VanishedRecords("archive", blocked="why"),
            {"policy": "archive", "found": 0, "refused": [], "blocked": "why"},
        ),
        (
            "vanished",
            REMOVED,
            {"policy": "unlink", "found": 2, "refused": [REFUSED], "blocked": ""}
            | {"returned": 1, "first": ["a (id 5)"], "unlinked": 1},
        ),
        ("undone", None, {}),
        (
            "undone",
            UNDONE,
            {"put_back": 1, "made_active": 0, "archived": 2, "deleted": 0}
            | {"left": [{"id": 7, "name": "n", "reason": "why"}], "ids_taken": 0, "ids_given": 0},
        ),
    ],
)
def test_the_report_leaves_out_what_was_not_come_to(name, known, wanted):
    """Whoever reads it finds the keys where they were, in their order."""
    result = RunResult("run", "run", "now", jobs=(JobResult("j", "res.partner", **{name: known}),))
    assert json.dumps(as_json(result)["jobs"][0][name]) == json.dumps(wanted)


def test_values_that_odoo_keeps_otherwise_stand_among_the_rest():
    """Where they stood before they were a value of their own."""
    lost = Discrepancy("C-1", 7, "name", "A", "B")
    job = JobResult("j", "res.partner", discrepancies=Discrepancies({"vat": Rewritten(2, lost)}, 1, (lost,)))
    known = as_json(RunResult("run", "run", "now", jobs=(job,)))["jobs"][0]
    names = list(known)
    start = names.index("settled")
    assert names[start : start + 5] == ["settled", "rewritten", "not_kept_values", "not_kept", "steps"]
    assert known["not_kept"][0]["field"] == known["rewritten"]["vat"]["example"]["field"] == "name"
