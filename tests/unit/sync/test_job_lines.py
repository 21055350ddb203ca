"""Jobs whose records have lines: rows of one key are one record, which lands with all of its lines or not at all."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
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
    assert ran.result.duplicates == 0, "no row updates what an earlier one wrote"
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


def test_what_means_the_same_does_not_differ():
    """Records of a many2many field in another order; a key in another case, where the case says nothing."""
    world = World()
    tags = {"column": "part", "split": "|", "lookup": {"model": BOM, "by": "code"}}
    world.odoo.add(BOM, {"code": "x"}, {"code": "y"})
    steps = {"step_ids": STEPS}
    spec = bom_job(key="sequence", line_fields={"sequence": FIELDS["sequence"], "tag_ids": tags}, lines=steps)
    ran = run(world, spec, row("a", "1", "x|y", "", step=("cut", "1")), row("a", "1", "y|x", "", step=("glue", "1")))
    assert (ran.counts, len(world.odoo.records[STEP])) == ({"created": 2}, 2)
    ran = run(world, spec, row("b", "1", "x|y", "", step=("cut", "1")), row("b", "1", "y", "", step=("glue", "1")))
    assert (ran.result.reject_codes, ran.heard.rejects[0].field) == ({"header_differs": 2}, "line_ids.tag_ids")
    lines = {"line_ids": {"key": "sequence", "fields": FIELDS}}
    spec = job_spec({"code": "code", "name": "name"}, model=BOM, key="code", ignore_case=True, lines=lines)
    assert run(world, spec, row("C", "1", "Top", "1"), row("c", "2", "Leg", "1")).counts == {"created": 2}
    assert run(world, spec, row("C", "1", "Top", "1"), row("c", "2", "Leg", "1")).writes == 0


def test_texts_of_another_language_differ_as_others_do():
    """Each is named with its language."""
    world = World()
    world.odoo.add("res.lang", {"code": "en_US"}, {"code": "fr_FR"})
    name = {"column": "name", "translations": {"fr_FR": "step"}}
    rows = [row("a", "1", "Top", "1", step=("Un", "")), row("a", "2", "Leg", "1", step=("Deux", ""))]
    ran = run(world, bom_job(key="sequence", fields={"name": name}), *rows)
    assert (ran.result.reject_codes, ran.heard.rejects[0].field) == ({"header_differs": 2}, "name@fr_FR")
    last = bom_job(key="sequence", fields={"name": {**name, "last": True}})
    assert run(world, last, *rows).counts == {"created": 2}


def test_keys_that_python_mixes_up_are_two():
    """The hashes of -1 and -2 are equal: a bad row of the one is none of the other's."""
    assert hash((-1,)) == hash((-2,))
    world = World()
    spec = job_spec(
        {"sequence": {"column": "pos", "type": "integer"}, "name": "part"},
        model=LINE,
        key="sequence",
        lines={"step_ids": {"key": "name", "fields": {**STEPS["fields"]}}},
    )
    rows = [row("", "-1", "A", "", step=("cut", "no number")), row("", "-2", "B", "", step=("cut", "1"))]
    rows += [row("", "-1", "A", "", step=("glue", "2")), row("", "-2", "B", "", step=("glue", "2"))]
    assert run(world, spec, *rows).counts == {"created": 2, "rejected": 2}


def test_lines_with_an_empty_key_are_lines_of_their_own():
    """Nobody knows which of them are one: each has its own steps."""
    world, spec = World(), bom_job(key="name", steps=True)
    rows = [
        row("a", "1", "", "1", step=("cut", "5")),
        row("a", "2", "", "2", step=("cut", "7")),
        row("b", "1", "", "1", step=("cut", "1")),
    ]
    assert run(world, spec, *rows).counts == {"created": 3}
    steps = sorted((one["line_id"], one["minutes"]) for one in world.odoo.records[STEP].values())
    assert steps == [(1, 5), (2, 7), (3, 1)]
    assert run(world, spec, *rows).writes == 0


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


def test_equal_lines_belong_together_where_no_key_tells_them_apart():
    """Without a key, and where they share one: the line that the source lacks goes, and no other."""
    for key in ({}, {"key": ["name"]}):
        world, spec = World(), bom_job(rest="remove", **key)
        rows = [row("a", "1", "Leg", "4"), row("a", "2", "Leg", "5"), row("a", "3", "Leg", "6")]
        assert run(world, spec, *rows).counts == {"created": 3}
        assert run(world, spec, *rows).writes == 0
        ran = run(world, spec, rows[0], rows[2])
        assert (ran.result.lines.updated, ran.result.lines.removed) == (0, 1)
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


def test_a_refused_line_is_named():
    """With its line of the source, where Odoo says enough; and all rows of the record tell it."""
    world = World()

    def before(call, payload):
        lines = [one[2] for values in payload for one in values.get("line_ids", ())] if call == f"{BOM}.create" else []
        if any(one["quantity"] < 0 for one in lines):
            raise Refused(f"Wrong value for {LINE}.quantity: -1.0", name="builtins.ValueError")

    world.odoo.before = before
    ran = run(
        world, bom_job(key="sequence"), row("b", "1", "Top", "1"), row("a", "1", "Top", "1"), row("a", "7", "Leg", "-1")
    )
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "rejected": 2}, [3, 4])
    reason = f"Wrong value for {LINE}.quantity: -1.0; this is about line 4 of the source"
    assert {(one.field, one.reason) for one in ran.heard.rejects} == {("line_ids[7].quantity", reason)}


def test_lines_are_archived_that_can_be():
    """Else the job is refused, with the place in its file."""
    steps = {"step_ids": {**STEPS, "rest": "archive"}}
    ran = run(World(), bom_job(key="sequence", lines=steps), *TABLE)
    assert "lines.line_ids.lines.step_ids.rest: mrp.bom.step has no field `active`" in ran.result.error


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


def test_an_unchanged_run_reads_each_field_of_lines_once_a_batch():
    """And asks each lookup once a batch, for headers and all lines together."""
    world = World()
    world.odoo.add(BOM, *[{"code": f"P{number}"} for number in range(3)])
    part = {"column": "part", "lookup": {"model": BOM, "by": "code"}}
    fields = {"sequence": FIELDS["sequence"], "part_id": part}
    spec = bom_job(key="sequence", line_fields=fields, lines={"step_ids": STEPS}, load={"chunk_size": 30})
    rows = [row(f"b{n}", str(k), f"P{k}", "", step=("cut", "1")) for n in range(60) for k in range(3)]
    assert run(world, spec, *rows).counts == {"created": 180}
    before = world.odoo.calls.copy()
    assert run(world, spec, *rows).counts == {"unchanged": 180}
    calls = world.odoo.calls - before
    batches = 6  # of 30 rows
    assert calls[f"{LINE}.search_read"] == calls[f"{STEP}.search_read"] == batches
    assert (calls[f"{BOM}.search_read"], calls[f"{BOM}.read"]) == (batches + 1, 0)  # the records; the parts, asked once


@pytest.mark.parametrize("chunk_size", [100, 10_000])
def test_a_record_may_have_thousands_of_lines(chunk_size):
    """Its rows stand among those of others, in any batch; one line that differs is one command."""
    world, spec = World(), bom_job(key="sequence", rest="remove", load={"chunk_size": chunk_size})
    rows = [row("big" if n % 2 else f"s{n % 7}", str(n), f"L{n}", "1") for n in range(2500)]
    assert run(world, spec, *rows).counts == {"created": 2500}
    assert run(world, spec, *rows).writes == 0
    sent = []
    world.odoo.before = lambda call, payload: sent.append(payload) if call == f"{BOM}.write" else None
    rows[1251] = row("big", "1251", "L1251", "2")
    ran = run(world, spec, *rows)
    assert (ran.result.lines.updated, ran.result.lines.unchanged, ran.writes) == (1, 2499, 1)
    ((values,),) = sent
    assert [command[2] for command in values["line_ids"]] == [{"quantity": 2}]


def test_many_records_are_written_in_one_call():
    """With what differs in the records themselves."""
    world, spec = World(), bom_job(key="sequence", fields={"name": "name"})
    rows = [row(f"b{n}", str(k), "Leg", "1") for n in range(50) for k in range(2)]
    run(world, spec, *rows)
    changed = [row(f"b{n}", str(k), "Leg", str(2 + n) if k else "1", name="M") for n in range(50) for k in range(2)]
    ran = run(world, spec, *changed)
    assert (ran.counts, ran.result.lines.updated, ran.writes) == ({"updated": 100}, 50, 1)


def test_lines_of_lines_that_go_are_counted():
    """A line that is removed goes with its own."""
    world, spec = World(), bom_job(key="sequence", rest="remove", lines={"step_ids": {**STEPS, "rest": "remove"}})
    rows = [row("a", str(n), "Leg", "1", step=(name, "5")) for n in (1, 2) for name in ("cut", "glue")]
    assert run(world, spec, *rows).result.lines.created == 6
    ran = run(world, spec, *rows[:1])
    assert (ran.result.lines.removed, ran.result.lines.unchanged, ran.result.lines.updated) == (4, 1, 1)
    assert (len(world.odoo.records[LINE]), len(world.odoo.records[STEP])) == (1, 1)
