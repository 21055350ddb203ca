"""Jobs whose lines come from a source of their own: a record lands with all its lines, wherever their rows stand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from odoo_etl.mapping import Mapper, key_columns, named_columns
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import open_rows
from odoo_etl.spec import ExpectSpec, JobSpec
from odoo_etl.sync import JobRequest, SomeRows, run_job
from odoo_etl.sync.staging import OwnRows, Part
from tests.boms import BOM, LINE
from tests.builders import PATIENT, Heard, World, find_field
from tests.unit.sync.test_job_lines import lines_of

FIELDS = {
    "sequence": {"column": "pos", "type": "integer"},
    "name": "part",
    "quantity": {"column": "qty", "type": "decimal"},
}
HEADERS = "code,name\na,A\nb,B\nc,C\n"
LINES = "bill,pos,part,qty\na,1,Top,1\nb,1,Leg,4\na,2,Leg,4\n"


class Bills:
    """Bills of materials in one file, and their lines in another."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.world = folder, World()
        self.write(HEADERS, LINES)

    def write(self, headers: str | None = None, lines: str | None = None) -> None:
        """Write the files anew."""
        for name, text in (("bills.csv", headers), ("parts.csv", lines)):
            if text is not None:
                (self.folder / name).write_text(text)

    def job(self, *, source=None, lines=None, load=None, target=None, fields=None, **keys) -> JobSpec:
        """The job."""
        lines = lines or {}
        line_ids: dict[str, Any] = {
            "source": lines if "type" in lines else {"type": "csv", "path": str(self.folder / "parts.csv"), **lines},
            "match": {"bill": "code"},
            "key": "sequence",
            "fields": FIELDS,
            **keys,
        }
        own = {"type": "csv", "path": str(self.folder / "bills.csv"), **(source or {})}
        return JobSpec.model_validate(
            {
                "version": 1,
                "job": "bills",
                "source": own,
                "target": {"model": BOM, "key": "code", **(target or {})},
                "fields": {"code": "code", "name": "name", **(fields or {})},
                "lines": {"line_ids": line_ids},
                "load": load or {},
            }
        )

    def run(self, spec=None, *, shown=None, source=None):
        """A run of it."""
        spec = spec or self.job()
        return self.world.run(spec, source or open_rows(spec, key_columns(spec), named_columns(spec)), shown=shown)


@pytest.fixture
def bills(tmp_path):
    return Bills(tmp_path)


@pytest.mark.parametrize("chunk_size", [1, 2, 1000])
def test_lines_come_from_a_source_of_their_own(bills, chunk_size):
    """Each row of both counts; a second run writes nothing, and of a changed line that line alone is written."""
    spec = bills.job(load={"chunk_size": chunk_size})
    ran = bills.run(spec)
    assert (ran.counts, ran.result.lines.created, ran.adds_up) == ({"created": 6}, 3, True)
    assert lines_of(bills.world, "a") == [(1, "Top", 1.0), (2, "Leg", 4.0)]
    assert lines_of(bills.world, "c") == []
    again = bills.run(spec)
    assert (again.counts, again.writes) == ({"unchanged": 6}, 0)
    bills.write(lines=LINES.replace("a,2,Leg,4", "a,2,Leg,5"))
    changed = bills.run(spec, shown=9)
    assert [one.changes for one in changed.changes] == [{"line_ids[2].quantity": (4.0, 5.0)}]
    assert bills.run(spec).writes == 1
    assert lines_of(bills.world, "a") == [(1, "Top", 1.0), (2, "Leg", 5.0)]


def told(ran):
    """File, line and code of each reject."""
    return sorted((one.name, one.line, one.code) for one in ran.heard.rejects)


def test_a_line_without_a_record_is_a_reject_of_its_own_file(bills):
    """Lines with an empty match have no record, either."""
    bills.write(lines=f"{LINES}zz,1,Top,1\n,2,Top,1\n")
    ran = bills.run()
    assert ran.counts == {"created": 6, "rejected": 2}
    assert told(ran) == [("parts.csv", 5, "no_header"), ("parts.csv", 6, "no_header")]
    assert ran.heard.rejects[0].reason == "no row of the job's own source has code = 'zz'"
    assert ran.heard.rejects[0].cells == (None, None, "zz", "1", "Top", "1")


def test_what_is_wrong_with_a_line_is_told_where_it_stands(bills):
    """And of the record, in its own file; the others say where."""
    bills.write(lines=LINES.replace("Leg,4\na", "Leg,many\na"))
    ran = bills.run()
    assert told(ran) == [("bills.csv", 3, "line_rejected"), ("parts.csv", 3, "bad_number")]
    (beside,) = [one for one in ran.heard.rejects if one.code == "line_rejected"]
    assert beside.reason.startswith("line 3 of parts.csv, of its record is rejected (line_ids.quantity: ")
    bills.write(headers=HEADERS.replace("a,A", "a,"), lines=LINES)
    spec = bills.job(fields={"name": {"column": "name", "required": True}})
    ran = bills.run(spec)
    assert told(ran) == [
        ("bills.csv", 2, "required"),
        ("parts.csv", 2, "line_rejected"),
        ("parts.csv", 4, "line_rejected"),
    ]


def test_lines_of_a_record_that_is_not_the_jobs_are_not_the_jobs_either(bills):
    """Nor are those that their own source leaves out."""
    spec = bills.job(source={"where": "code != 'a'"}, lines={"where": "part != 'Leg'"})
    ran = bills.run(spec)
    assert ran.counts == {"created": 2}
    assert (ran.result.counts.read, ran.result.counts.filtered, ran.adds_up) == (6, 4, True)


def test_records_that_lines_cannot_tell_apart_are_rejects(bills):
    """With their lines; rows of one record may have one match."""
    bills.write("code,name,group\na,A,x\nb,B,x\nc,C,y\nc,C,y\n", LINES.replace("b,", "y,").replace("a,", "x,"))
    ran = bills.run(bills.job(match={"bill": "group"}))
    assert ran.counts == {"created": 3, "rejected": 4}
    assert {code for *_, code in told(ran)} == {"several_headers"}
    assert lines_of(bills.world, "c") == [(1, "Leg", 4.0)]


def test_numbers_and_texts_match(bills):
    """The number 7 of a database is the text 7 of a file."""
    with closing(sqlite3.connect(bills.folder / "parts.db")) as db, db:
        db.execute("CREATE TABLE part (bill NUMERIC, pos INTEGER, part TEXT, qty REAL)")
        db.executemany(
            "INSERT INTO part VALUES (?, ?, ?, ?)", [(7, 1, "Top", 1.5), (7.0, 2, "Leg", 2), (8.5, 1, "P", 1)]
        )
    bills.write("code,name\n7,A\n8.5,B\n")
    spec = bills.job(lines={"type": "sql", "url": f"sqlite:///{bills.folder}/parts.db", "query": "SELECT * FROM part"})
    ran = bills.run(spec)
    assert ran.counts == {"created": 5}
    assert lines_of(bills.world, "7") == [(1, "Top", 1.5), (2, "Leg", 2.0)]


def test_columns_of_the_record_are_there_where_the_lines_lack_the_name(bills):
    """A column of the lines comes first."""
    bills.write("code,name,part,qty\na,A,X,9\n", "bill,pos,part\na,1,Top\n")
    ran = bills.run()
    assert (ran.counts, lines_of(bills.world, "a")) == ({"created": 2}, [(1, "Top", 9.0)])
    lacking = bills.run(bills.job(fields={"name": "nome"}, match={"bil": "cod"}))
    assert "'nome' (for name" in lacking.result.error
    assert "'line_ids.bil' (for lines.line_ids.match; did you mean 'line_ids.bill'?)" in lacking.result.error
    assert "'cod' (for lines.line_ids.match" in lacking.result.error


def test_names_that_clash_are_refused(bills):
    """A column of the source that is called like one of the lines."""
    bills.write(headers="code,name,line_ids.part\na,A,x\n")
    assert "'line_ids.part'" in bills.run().result.error


def test_a_line_that_is_no_row_is_told(bills):
    """Its record cannot be known."""
    bills.write(lines=f"{LINES}b,2,Pin,9,beyond\n", headers=f"{HEADERS}d,D,beyond,more\n")
    ran = bills.run()
    assert told(ran) == [("bills.csv", 5, "ragged_line"), ("parts.csv", 5, "ragged_line")]
    assert {one.reason.rpartition("; ")[2] for one in ran.heard.rejects} == {
        "beyond: 'beyond'",
        "beyond: 'beyond', 'more'",
    }


def test_too_few_rows_of_either_source_stop_the_run(bills):
    """Before anything is written."""
    for spec in (bills.job(source={"min_rows": 4}), bills.job(lines={"min_rows": 4})):
        ran = bills.run(spec)
        assert (ran.result.exit_code, ran.writes) == (4, 0)
        assert "has 3 rows, fewer than its min_rows of 4" in ran.result.error


def test_an_empty_source_takes_no_line_away(bills):
    """Unless the job says that it may be empty."""
    bills.run(bills.job(rest="remove"))
    bills.write(lines="bill,pos,part,qty\n")
    ran = bills.run(bills.job(rest="remove"))
    assert (ran.result.exit_code, ran.writes) == (4, 0)
    assert "the source of lines.line_ids has 0 rows, fewer than its min_rows of 1" in ran.result.error
    assert bills.run(bills.job(lines={"min_rows": 0}, rest="remove")).result.lines.removed == 3
    assert bills.run().counts == {"unchanged": 3}


def test_a_limit_takes_whole_records(bills):
    """With all of their lines."""
    spec = bills.job(rest="remove")
    request = JobRequest(
        rows=SomeRows(open_rows(spec, key_columns(spec), named_columns(spec)), limit=1),
        settler=PATIENT,
        rejects=Heard(),
    )
    result = run_job(spec, bills.world.odoo, Heard(), JobSoFar(JobResult("bills", BOM)), request)
    assert (result.counts.read, lines_of(bills.world, "a")) == (3, [(1, "Top", 1.0), (2, "Leg", 4.0)])
    assert len(bills.world.odoo.records[BOM]) == 1


@pytest.mark.parametrize("of", [1, 2, 5])
def test_a_record_is_in_one_part_with_its_lines(bills, of):
    """Whatever the part; rows are in one of them."""
    spec = bills.job(load={"chunk_size": 2})
    fields = {name: find_field(BOM, name) for name in spec.fields}
    mapper = Mapper(spec, fields, find_field)
    for number in range(of):
        ran = bills.run(
            spec, source=OwnRows(open_rows(spec, key_columns(spec), named_columns(spec)), mapper, Part(number + 1, of))
        )
        assert set(ran.counts) <= {"created"}
    assert lines_of(bills.world, "a") == [(1, "Top", 1.0), (2, "Leg", 4.0)]
    assert len(bills.world.odoo.records[LINE]) == 3


def test_a_record_that_is_left_alone_is_so_with_its_lines(bills):
    """A lookup of the record skips the row; nobody makes a record of its lines alone."""
    bills.write(headers="code,name,like\na,A,x\nb,B,b\n")
    bills.world.odoo.create(BOM, [{"code": "b", "name": "B"}])
    lookup = {"column": "like", "lookup": {"model": BOM, "by": "code", "on_missing": "skip_row"}}
    ran = bills.run(bills.job(fields={"parent_id": lookup}))
    assert (ran.counts, ran.result.lines.created) == ({"updated": 2, "skipped": 3}, 1)


def rejected(bills, spec, folder):
    """The rejects of a run, as a source."""
    ran = bills.run(spec)
    columns = open_rows(spec, key_columns(spec), named_columns(spec)).columns()
    sink = RejectsFolder(folder)
    sink.begin("bills", columns)
    for row in ran.heard.rejects:
        sink.keep("bills", row)
    return ran, Path(sink.end("bills"))


def test_a_retry_brings_the_whole_record(bills, tmp_path):
    """Once the line is mended, wherever it stands."""
    bills.write(lines=LINES.replace("a,2,Leg,4", "a,2,Leg,many"))
    spec = bills.job(rest="remove")
    ran, file = rejected(bills, spec, tmp_path)
    assert told(ran) == [
        ("bills.csv", 2, "line_rejected"),
        ("parts.csv", 2, "line_rejected"),
        ("parts.csv", 4, "bad_number"),
    ]
    again = bills.run(spec, source=RejectedRows(file, joined=True))
    assert told(again) == told(ran)
    file.write_text(file.read_text().replace("many", "4"))
    mended = bills.run(spec, source=RejectedRows(file, joined=True))
    assert (mended.counts, lines_of(bills.world, "a")) == ({"created": 3}, [(1, "Top", 1.0), (2, "Leg", 4.0)])


def test_a_retry_does_not_load_half_a_record(bills, tmp_path):
    """Lines without the row of their record, and what was no row, stay rejects."""
    bills.write(lines=LINES.replace("a,2,Leg,4", "a,2,Leg,many") + "zz,1,Top,1\nb,1\n")
    spec = bills.job()
    _, file = rejected(bills, spec, tmp_path)
    text = file.read_text().replace("many", "4").replace("no_header", "").replace("ragged_line", "")
    left = [line for line in text.splitlines(keepends=True) if "bills.csv:2" not in line]
    assert len(left) == len(text.splitlines()) - 1
    file.write_text("".join(left))
    again = bills.run(spec, source=RejectedRows(file, joined=True))
    assert (set(again.counts), again.writes) == ({"rejected"}, 0)
    assert {code for *_, code in told(again)} == {"no_header"}


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ({"unique": "code"}, ""),
        ({"unique": ["code", "line_ids.pos"]}, ""),
        ({"unique": "line_ids.part"}, "1 row repeats a value"),
        ({"not_null": ["name"]}, "1 cell is empty"),
        ({"not_null": ["line_ids.part", "line_ids.qty"]}, ""),
        ({"accepted": {"column": "total", "values": ["10", "20"]}}, "1 cell has another value"),
        ({"sum": {"column": "total", "equals": 60}}, ""),
        ({"sum": {"column": "line_ids.qty", "equals": 9.5}}, ""),
    ],
)
def test_a_column_is_expected_something_of_in_the_rows_of_its_source(bills, item, wrong):
    """Rows of lines repeat the cells of their record, and rows of records have none of lines."""
    bills.write("code,name,total\na,A,10\nb,,20\nc,C,30\n", "bill,pos,part,qty\na,1,Top,1\nb,1,Leg,4\na,2,Leg,4.5\n")
    expect = ExpectSpec.model_validate({"source": [{**item, "severity": "warn"}]})
    (found,) = bills.run(bills.job().model_copy(update={"expect": expect})).result.expectations
    assert (found.outcome, wrong) == ("failed" if wrong else "met", found.told if wrong else "")


def test_the_sum_of_a_column_of_records_counts_each_of_them_once(bills):
    """Record by record, too."""
    bills.write("code,name,total\na,A,10\nb,B,20\nc,C,30\n")
    spec = bills.job(fields={"cost": {"column": "total", "type": "decimal"}})
    sides = [{"sum": "total"}, {"sum": "total", "per": "record"}]
    expect = ExpectSpec.model_validate({"odoo": [{"sum": "cost", "equals": side} for side in sides]})
    ran = bills.run(spec.model_copy(update={"expect": expect}))
    assert [(one.outcome, one.expected, one.differing) for one in ran.result.expectations] == [("met", "60", 0)] * 2


@pytest.mark.parametrize(
    "expect",
    [
        {"source": [{"unique": "code"}, {"unique": ["code", "line_ids.pos"]}, {"not_null": ["name", "line_ids.part"]}]},
        {"source": [{"sum": {"column": "total", "min": 60, "max": 60}}, {"rows": {"min": 6, "max": 6}}]},
        {"source": [{"sum": {"column": "total", "per": "record", "min": 60, "max": 60}}]},
        {"source": [{"sum": {"column": "line_ids.qty", "min": 9, "max": 9}}]},
        {"odoo": [{"sum": "cost", "equals": {"sum": "total"}}]},
        {"odoo": [{"sum": "cost", "equals": {"sum": "total", "per": "record"}}]},
        {"odoo": [{"model": LINE, "sum": "quantity", "equals": {"sum": "line_ids.qty"}}]},
    ],
)
def test_expectations_look_at_the_rows_that_say_it(bills, expect):
    """Lines repeat what their record says, and records say nothing of lines."""
    bills.write("code,name,total\na,A,10\nb,B,20\nc,C,30\n")
    spec = bills.job(fields={"cost": {"column": "total", "type": "decimal"}})
    spec = spec.model_copy(update={"expect": ExpectSpec.model_validate(expect)})
    ran = bills.run(spec)
    assert (ran.result.exit_code, {one.outcome for one in ran.result.expectations}) == (0, {"met"}), ran.result.error


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ({"unique": "code"}, "1 row repeats a value"),
        ({"unique": ["code", "line_ids.pos"]}, "1 row repeats a value"),
        ({"not_null": ["name", "line_ids.part"]}, "1 cell is empty"),
        ({"regex": {"column": "name", "pattern": "[B-Z]"}}, "1 cell does not match [B-Z]"),
    ],
)
def test_expectations_find_each_fault_once(bills, check, told):
    """However many lines a record has."""
    bills.write("code,name\na,A\nb,B\nb,B\n", "bill,pos,part,qty\na,1,Top,1\na,1,Leg,4\na,2,,4\n")
    spec = bills.job()
    spec = spec.model_copy(update={"expect": ExpectSpec.model_validate({"source": [check]})})
    ran = bills.run(spec)
    assert (ran.result.exit_code, [one.told for one in ran.result.expectations]) == (4, [told])
