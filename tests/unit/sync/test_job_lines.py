"""Jobs whose records have lines: rows of one key are one record, which lands with all of its lines or not at all."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Mapper
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import JobRequest, SomeRows, run_job
from odoo_etl.sync.staging import Gathered
from tests.boms import BOM, LINE, STEP
from tests.builders import PATIENT, Heard, ListSource, World, find_field, job_spec

COLUMNS = ["code", "name", "pos", "part", "qty", "step", "minutes"]
STEPS = {"key": "name", "fields": {"name": "step", "minutes": {"column": "minutes", "type": "integer"}}}
FIELDS = {
    "sequence": {"column": "pos", "type": "integer"},
    "name": "part",
    "quantity": {"column": "qty", "type": "decimal"},
}


def bom_job(*, steps=False, load=None, fields=None, line_fields=FIELDS, **lines):
    """A job of bills of materials."""
    line_ids = {"fields": line_fields, **({"lines": {"step_ids": STEPS}} if steps else {}), **lines}
    own = {"code": "code", "name": "name", **(fields or {})}
    return job_spec(own, model=BOM, key="code", lines={"line_ids": line_ids}, load=load)


def row(code, *line, name="N", step=("", "")):
    """A row of the source."""
    return (code, name, *(line or ("", "", "")), *step)


def mapper_of(spec):
    """What maps the rows of a job."""
    return Mapper(spec, {name: find_field(BOM, name) for name in spec.fields}, find_field)


def run(world, spec, *rows, **how):
    """A run over these rows."""
    return world.run(spec, ListSource(COLUMNS, rows), **how)


def lines_of(world, code):
    """The lines of a bill that are active, in the order in which they were made."""
    table = world.odoo.records
    (number,) = [number for number, one in table[BOM].items() if one["code"] == code]
    own = [one for one in table.get(LINE, {}).values() if one["bom_id"] == number and one["active"]]
    return [(one.get("sequence"), one["name"], one.get("quantity")) for one in own]


TABLE = [row("a", "1", "Top", "1"), row("b", "1", "Leg", "4"), row("a", "2", "Leg", "4"), row("c")]


def test_rows_of_one_key_are_one_record_with_its_lines():
    """Also when they stand far apart; only the line that differs is written, and a second run writes nothing."""
    world, spec = World(), bom_job(key="sequence")
    ran = run(world, spec, *TABLE)
    assert (ran.counts, ran.result.lines.created) == ({"created": 4}, 3)
    assert (lines_of(world, "a"), lines_of(world, "c")) == ([(1, "Top", 1.0), (2, "Leg", 4.0)], [])
    again = run(world, spec, *TABLE)
    assert (again.counts, again.writes, again.result.lines.unchanged) == ({"unchanged": 4}, 0, 3)
    changed = run(world, spec, row("a", "1", "Top", "2"), *TABLE[1:])
    assert (changed.counts, changed.writes) == ({"updated": 2, "unchanged": 2}, 1)
    assert (changed.result.lines.updated, changed.result.lines.unchanged) == (1, 2)
    assert lines_of(world, "a") == [(1, "Top", 2.0), (2, "Leg", 4.0)]


@pytest.mark.parametrize("chunk_size", [1, 2, 100])
@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (row("a", "2", "", "4"), "line_ids.name", "required"),
        (row("a", "2", "Leg", "many"), "line_ids.quantity", "bad_number"),
        (row("a", "zwei", "Leg", "4"), "line_ids.sequence", "bad_number"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_rejects_its_record(chunk_size, bad, field, code, place):
    """Whatever stands before and behind it; the others tell which line it is."""
    required = {**FIELDS, "name": {"column": "part", "required": True}}
    world, spec = World(), bom_job(key="sequence", load={"chunk_size": chunk_size}, line_fields=required)
    rows = [row("a", "1", "Top", "1"), row("b", "1", "Leg", "4"), row("a", "3", "Pin", "9")]
    rows.insert(place, bad)
    ran = run(world, spec, *rows)
    assert ran.counts == {"created": 1, "rejected": 3}
    found = {one.line: (one.field, one.code) for one in ran.heard.rejects}
    assert found.pop(place + 2) == (field, code)
    assert {code for _, code in found.values()} == {"line_rejected"}
    assert f"line {place + 2} of its record is rejected ({field}: " in ran.heard.rejects[-1].reason or place == 2


def test_what_is_not_of_a_line_is_the_same_in_every_row():
    """Unless the field says that the last one counts; an empty cell says nothing."""
    world = World()
    rows = [
        row("a", "1", "Top", "1", name="A"),
        row("a", "2", "Leg", "4", name="B"),
        row("a", "3", "Pin", "9", name=""),
    ]
    ran = run(world, bom_job(key="sequence"), *rows)
    assert (ran.counts, ran.result.reject_codes) == ({"rejected": 3}, {"header_differs": 3})
    assert ran.heard.rejects[0].field == "name"
    assert "line 2 and line 3 are one record" in ran.heard.rejects[0].reason
    ran = run(world, bom_job(key="sequence", fields={"name": {"column": "name", "last": True}}), *rows)
    assert (ran.counts, world.odoo.records[BOM][1]["name"]) == ({"created": 3}, "B")


@pytest.mark.parametrize(
    ("rest", "left", "removed"),
    [
        ("keep", [(1, "Top", 1.0), (2, "Leg", 4.0)], 0),
        ("remove", [(1, "Top", 1.0)], 1),
        ("archive", [(1, "Top", 1.0)], 1),
    ],
)
def test_lines_that_the_source_lacks(rest, left, removed):
    """Stay, go, or are archived; also the last one of a record."""
    world, spec = World(), bom_job(key="sequence", rest=rest)
    run(world, spec, *TABLE)
    ran = run(world, spec, row("a", "1", "Top", "1"), row("b"))
    assert lines_of(world, "a") == left
    assert lines_of(world, "b") == ([(1, "Leg", 4.0)] if rest == "keep" else [])
    assert ran.result.lines.removed == removed * 2
    assert run(world, spec, row("a", "1", "Top", "1"), row("b")).writes == 0


def test_lines_without_a_key_are_compared_in_their_order():
    """And so are those that share one."""
    for key in ({}, {"key": ["name"]}):
        world, spec = World(), bom_job(rest="remove", **key)
        rows = [row("a", "1", "Leg", "4"), row("a", "2", "Leg", "5"), row("a", "3", "Leg", "6")]
        assert run(world, spec, *rows).counts == {"created": 3}
        assert run(world, spec, *rows).writes == 0
        ran = run(world, spec, rows[0], rows[2])
        assert (ran.result.lines.updated, ran.result.lines.removed) == (1, 1)
        assert lines_of(world, "a") == [(1, "Leg", 4.0), (3, "Leg", 6.0)]


def test_lines_have_lines():
    """Rows of one line are one line with its steps."""
    world, spec = World(), bom_job(key="sequence", steps=True)
    rows = [
        row("a", "1", "Top", "1", step=("cut", "5")),
        row("a", "1", "Top", "1", step=("glue", "7")),
        row("a", "2", "Leg", "4"),
        row("b", "1", "Leg", "4", step=("cut", "1")),
    ]
    ran = run(world, spec, *rows)
    assert (ran.counts, ran.result.lines.created) == ({"created": 4}, 6)
    assert lines_of(world, "a") == [(1, "Top", 1.0), (2, "Leg", 4.0)]
    steps = world.odoo.records[STEP].values()
    assert (
        sorted((one["line_id"], one["name"], one["minutes"]) for one in steps)
        == [
            *((1, "cut", 5), (1, "glue", 7), (3, "cut", 1)),
        ]
        or len(steps) == 3
    )
    assert run(world, spec, *rows).writes == 0
    differs = [row("a", "1", "Top", "1", step=("cut", "")), row("a", "1", "Bottom", "1", step=("glue", ""))]
    ran = run(world, spec, *differs)
    assert (ran.heard.rejects[0].code, ran.heard.rejects[0].field) == ("header_differs", "line_ids.name")


def test_a_plan_shows_lines_by_their_key():
    """And writes nothing."""
    world, spec = World(), bom_job(key="sequence")
    run(world, spec, *TABLE)
    ran = run(world, spec, row("a", "1", "Top", "7"), row("a", "2", "Leg", "4"), shown=9)
    assert [change.changes for change in ran.result.changes] == [{"line_ids[1].quantity": (1.0, 7.0)}]
    assert ran.writes == 0


def test_a_batch_holds_so_many_rows_not_records():
    """Records with many lines go in small calls, the largest one alone; nothing is lost."""
    sizes = {"a": 60, "b": 30, "c": 250, "d": 1, "e": 90}
    rows = [row(code, str(pos), "Leg", "1") for code, lines in sizes.items() for pos in range(lines)]
    world, spec = World(), bom_job(key="sequence", load={"chunk_size": 100, "concurrency": 1})
    gathered = Gathered(spec, ListSource(COLUMNS, rows), mapper_of(spec))
    found = [[len(record.rows) for record in batch.records] for batch in gathered.batches()]
    gathered.close()
    assert found == [[60, 30], [250], [1, 90]]
    ran = run(world, spec, *rows)
    assert (ran.counts, len(world.odoo.records[LINE])) == ({"created": 431}, 431)


def test_a_refused_record_rejects_all_of_its_rows():
    """The others land."""
    world = World()
    world.odoo.refuses = lambda values: values.get("code") == "a"
    ran = run(world, bom_job(key="sequence"), *TABLE)
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 2, "rejected": 2}, [2, 4])


def test_columns_of_lines_are_needed():
    """The source is refused that lacks one, with the field of the line."""
    ran = World().run(bom_job(key="sequence"), ListSource(["code", "name", "pos", "part"], []))
    assert "'qty' (for line_ids.quantity" in ran.result.error


def test_lines_do_not_say_whose_they_are():
    """The field that holds their record is Odoo's to fill: refused before anything is written."""
    bom_id = {"column": "code", "lookup": {"model": BOM, "by": "code"}}
    ran = run(World(), bom_job(line_fields={**FIELDS, "bom_id": bom_id}), *TABLE)
    assert (ran.result.exit_code, ran.writes) == (2, 0)
    assert "lines.line_ids.fields.bom_id: `bom_id` holds the record of a line" in ran.result.error


def test_rows_of_one_record_are_together_in_mode_create():
    """Each brings a line; what is there is left alone."""
    world, spec = (
        World(),
        job_spec(
            {"code": "code", "name": "name"},
            model=BOM,
            key="code",
            mode="create",
            lines={"line_ids": {"key": "sequence", "fields": FIELDS}},
        ),
    )
    assert run(world, spec, *TABLE).counts == {"created": 4}
    assert lines_of(world, "a") == [(1, "Top", 1.0), (2, "Leg", 4.0)]
    again = run(world, spec, row("a", "1", "Top", "9"), *TABLE[1:])
    assert (again.counts, again.writes) == ({"skipped": 4}, 0)


def halved(model, values, record, _others):
    """Odoo keeps no quantity above 5."""
    if model == LINE and values.get("quantity", 0) > 5:
        record["quantity"] = 5.0


def test_a_value_of_a_line_that_odoo_does_not_keep_is_told():
    """By its path; it is tried once more, and what other lines have is written."""
    world, spec = World(), bom_job(key="sequence")
    world.odoo.keeps = halved
    ran = run(world, spec, row("a", "1", "Top", "9"), row("a", "2", "Leg", "4"))
    assert ran.counts == {"created": 2}
    told = [(one.field, one.sent, one.kept) for one in ran.result.discrepancies.not_kept]
    assert told == [("line_ids[1].quantity", 9.0, 5.0)]


def renamed(model, values, record, _others):
    """Odoo keeps names of lines in its own way."""
    if model == LINE and "name" in values:
        record["name"] = values["name"].upper()


def test_lines_that_are_not_found_by_their_key_end_the_job():
    """Each run would add them again."""
    world, spec = World(), bom_job(key="name")
    world.odoo.keeps = renamed
    ran = run(world, spec, row("a", "1", "Top", "1"))
    assert (ran.result.status, ran.result.exit_code) == ("failed", 1)
    assert "line_ids of a (id 1): lines that were written are not found" in ran.result.error
    assert len(world.odoo.records[LINE]) == 1


def test_a_limit_takes_no_lines_away():
    """It may cut a record in two."""
    world, spec = World(), bom_job(key="sequence", rest="remove")
    rows = [row("a", "1", "Top", "1"), row("a", "2", "Leg", "4")]
    run(world, spec, *rows)
    before = world.odoo.writes()
    request = JobRequest(rows=SomeRows(ListSource(COLUMNS, rows), limit=1), settler=PATIENT, rejects=Heard())
    result = run_job(spec, world.odoo, Heard(), JobSoFar(JobResult("boms", BOM)), request)
    assert (result.counts.unchanged, world.odoo.writes() - before, len(lines_of(world, "a"))) == (1, 0, 2)
