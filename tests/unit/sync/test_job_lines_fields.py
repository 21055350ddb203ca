"""What fields of lines take: everything that fields of a job take, at any depth."""

from __future__ import annotations

from datetime import date

import pytest

from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.state import open_ledger
from odoo_etl.sync import AllRows, JobRequest, run_job, supplied
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.boms import BOM, LINE, STEP
from tests.builders import PATIENT, Heard, ListSource, Ran, job_spec
from tests.memory_odoo import MemoryOdoo

COLUMNS = ["code", "pos", "part", "a", "b", "step"]
STEPS = {"key": "name", "fields": {"name": "step"}}


class World:
    """An Odoo and a ledger, and runs of jobs of bills of materials."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs, self.made = ledger, MemoryOdoo(), 0, []

    def run(self, fields, *rows, plan=False, load=None, mode="upsert", header=None, **lines):
        """A run of a job whose lines have these fields beside a position and a name."""
        own = {"sequence": {"column": "pos", "type": "integer"}, "name": "part", **fields}
        line_ids = {"key": "sequence", "fields": own, **lines}
        named = {"code": "code", **(header or {})}
        spec = job_spec(named, model=BOM, key="code", mode=mode, lines={"line_ids": line_ids}, load=load)
        self.runs += 1
        jobs, heard, before = JobsSoFar(), Heard(), self.odoo.writes()
        so_far = jobs.begin(spec.job, BOM)
        request = JobRequest(
            Planned([spec], 20) if plan else None,
            Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None),
            AllRows(ListSource(COLUMNS, [(*row, *[""] * 6)[:6] for row in rows])),
            PATIENT,
            rejects=heard,
        )
        run_job(spec, self.odoo, heard, so_far, supplied(spec.job, self.odoo, heard, jobs.begin, request))
        self.made = jobs.results()[1:]
        return Ran(so_far.result, heard, self.odoo.writes() - before)

    def undo(self):
        """Take the last run back."""
        request = UndoRequest(self.ledger, f"u{self.runs}", "db", PATIENT)
        for one in sorted(self.ledger.jobs(f"r{self.runs}"), key=lambda one: one.job != "partners"):
            undo_job(one, self.odoo, Heard(), JobSoFar.begun(one.job, one.model), request)

    def lines(self, *names, model=LINE):
        """The named fields of all lines."""
        return [tuple(one.get(name, False) for name in names) for one in self.odoo.records.get(model, {}).values()]


@pytest.fixture
def world(tmp_path):
    """Nothing is there yet."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        some = World(ledger)
        some.odoo.add("res.lang", *({"code": code} for code in ("en_US", "fr_FR", "de_DE")))
        yield some


def test_labels_of_selections(world):
    """As Odoo calls the values in that language; a label that it does not know rejects the record."""
    kind = {"kind": {"column": "a", "labels": "en_US"}}
    rows = [("x", "1", "Top", "Bought"), ("x", "2", "Leg", "Made"), ("y", "1", "Top", "Rented")]
    ran = world.run(kind, *rows)
    assert (ran.counts, world.lines("kind")) == ({"created": 2, "rejected": 1}, [("buy",), ("make",)])
    assert (ran.heard.rejects[0].field, "Bought" in ran.heard.rejects[0].reason) == ("line_ids.kind", True)
    assert world.run(kind, *rows[:2]).writes == 0
    assert "`xx_XX` is not installed" in world.run({"kind": {"column": "a", "labels": "xx_XX"}}, *rows).result.error


def test_fields_of_new_lines(world):
    """Lines that are there keep what they hold, or what they hold is filled where it is empty."""
    fields = {"quantity": {"column": "a", "type": "decimal", "write": "create"}, "note": {"column": "b"}}
    fields["note"]["write"] = "if_empty"
    world.run(fields, ("x", "1", "Top", "5", ""), ("x", "2", "Leg", "6", "Round"))
    rows = [("x", "1", "Top", "7", "Flat"), ("x", "2", "Leg", "8", "Square"), ("x", "3", "Pin", "9", "")]
    ran = world.run(fields, *rows)
    assert (ran.result.lines.created, ran.result.lines.updated) == (1, 1)
    assert world.lines("quantity", "note") == [(5.0, "<p>Flat</p>"), (6.0, "<p>Round</p>"), (9.0, False)]
    rows = [("x", "1", "Top", "1", "Oval"), ("x", "2", "Leg", "1", ""), ("x", "3", "Pin", "1", "")]
    assert (world.run(fields, *rows).writes, world.run(fields, *rows, plan=True).changes) == (0, ())


def test_what_odoo_would_compute_anew_stays(world):
    """The price that somebody wrote goes along when the quantity of its line changes, whatever the source says."""
    fields = {
        "quantity": {"column": "a", "type": "decimal"},
        "price": {"column": "b", "type": "decimal", "write": "create"},
    }

    def keeps(model, values, record, _others):
        if model == LINE and "quantity" in values and "price" not in values:
            record["price"] = 99.0

    world.odoo.keeps = keeps
    world.run(fields, ("x", "1", "Top", "5", "1"))
    world.odoo.records[LINE][1]["price"] = 3.0
    ran = world.run(fields, ("x", "1", "Top", "6", "2"))
    assert (ran.counts, world.lines("quantity", "price")) == ({"updated": 1}, [(6.0, 3.0)])
    world.undo()
    assert world.lines("quantity", "price") == [(5.0, 3.0)]


def test_write_says_nothing_in_mode_create(world):
    """There are new lines only."""
    with pytest.raises(ValueError, match="`write` says nothing"):
        world.run({"note": {"column": "a", "write": "create"}}, mode="create")


STATE = {
    "state_id": {
        "columns": ["a", "b"],
        "lookup": {
            "model": "res.country.state",
            "by": ["code", "country_id.code"],
            "on_missing": "create",
            "create": {"name": "New"},
        },
    }
}
TAGS = {"category_ids": {"column": "a", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}}
TAGS["category_ids"]["lookup"]["on_missing"] = "create"


def test_records_that_lines_refer_to_are_created(world):
    """Each once, before the rows; `undo` takes them back, too."""
    rows = [("x", "1", "Top", "red|blue"), ("x", "2", "Leg", "blue"), ("y", "1", "Top", "green|red")]
    ran = world.run(TAGS, *rows, load={"chunk_size": 1})
    (made,) = world.made
    assert (ran.counts, made.job, made.counts.created) == ({"created": 3}, "partners.line_ids.category_ids", 3)
    assert world.lines("category_ids") == [([1, 2],), ([2],), ([1, 3],)]
    assert (world.run(TAGS, *rows).writes, world.made) == (0, ())
    world.runs -= 1
    world.undo()
    assert world.lines("active", model="res.partner.category") == [(False,)] * 3


def test_a_plan_shows_records_that_lines_lack(world):
    """And calls none of them missing."""
    world.odoo.add("res.country", {"name": "Belgium", "code": "BE"})
    rows = [("x", "1", "Top", "VAN", "BE"), ("x", "2", "Leg", "WBR", "BE")]
    ran = world.run(STATE, *rows, plan=True)
    (made,) = world.made
    assert (ran.counts, [one.key for one in made.changes]) == ({"created": 2}, ["VAN, BE", "WBR, BE"])
    assert world.run(STATE, *rows).counts == {"created": 2}
    assert world.lines("state_id") == [(1,), (2,)]


def test_lines_of_lines_create_records_too(world):
    """Whatever the depth."""
    steps = {"fields": {"name": "step", "category_id": {"column": "a", "lookup": TAGS["category_ids"]["lookup"]}}}
    steps["key"] = "name"
    rows = [("x", "1", "Top", "saw", "", "cut"), ("x", "1", "Top", "glue", "", "stick")]
    ran = world.run({}, *rows, lines={"step_ids": steps})
    assert (ran.counts, world.made[0].job) == ({"created": 2}, "partners.line_ids.step_ids.category_id")
    assert world.lines("name", "category_id", model=STEP) == [("cut", 1), ("stick", 2)]
    assert world.run({}, *rows, lines={"step_ids": steps}).writes == 0


def test_what_is_not_created_rejects_the_record(world):
    """With Odoo's reason."""
    world.odoo.refuses = lambda values: values.get("name") == "blue"
    ran = world.run(TAGS, ("x", "1", "Top", "red"), ("x", "2", "Leg", "blue"), ("y", "1", "Top", "red"))
    assert (ran.counts, ran.codes) == ({"created": 1, "rejected": 2}, ["line_rejected", "lookup_missing"])
    (bad,) = [one for one in ran.heard.rejects if one.code == "lookup_missing"]
    assert (bad.field, "it was not created" in bad.reason) == ("line_ids.category_ids", True)


def test_records_of_the_lines_own_model_are_not_created(world):
    """They come with their records."""
    other = {"other_bom_id": {"column": "a", "lookup": {"model": BOM, "by": "code", "on_missing": "create"}}}
    with pytest.raises(ValueError, match=r"the job itself creates records of mrp\.bom"):
        world.run(other, ("x", "1", "Top", "y"))


OTHER = {"other_bom_id": {"column": "a", "lookup": {"model": BOM, "by": "code", "on_missing": "defer"}}}


@pytest.mark.parametrize("load", [{"chunk_size": 1}, {"chunk_size": 2, "concurrency": 2}, {}])
def test_a_record_whose_line_waits_lands_as_a_whole(world, load):
    """When what its lines refer to is there, be it in a chain; no line ever stands without its value."""
    rows = [
        ("x", "1", "Top", "y"),
        ("x", "2", "Leg", ""),
        ("y", "1", "Top", "z"),
        ("z", "1", "Top"),
        ("v", "1", "A", "x"),
    ]
    seen = []
    world.odoo.before = lambda call, payload: call == f"{BOM}.create" and seen.extend(one["code"] for one in payload)
    planned = world.run(OTHER, *rows, plan=True, load=load)
    assert (planned.counts, planned.adds_up) == ({"created": 5}, True)
    ran = world.run(OTHER, *rows, load=load)
    assert (ran.counts, ran.adds_up, seen) == ({"created": 5}, True, ["z", "y", "x", "v"])
    codes = {number: one["code"] for number, one in world.odoo.records[BOM].items()}
    table = world.odoo.records[LINE].values()
    found = {(codes[one["bom_id"]], one["name"]): codes.get(one.get("other_bom_id")) for one in table}
    assert found == {("x", "Top"): "y", ("x", "Leg"): None, ("y", "Top"): "z", ("z", "Top"): None, ("v", "A"): "x"}
    assert world.run(OTHER, *rows, load=load).writes == 0


def test_lines_that_wait_in_vain_reject_their_record(world):
    """What is nowhere, and records that wait for each other; nothing of them is written."""
    rows = [("x", "1", "Top", "y"), ("x", "2", "Leg"), ("y", "1", "Top", "x"), ("z", "1", "A", "none"), ("v", "1", "A")]
    ran = world.run(OTHER, *rows)
    assert (ran.counts, ran.adds_up) == ({"created": 1, "rejected": 4}, True)
    assert ran.codes == ["line_rejected", "lookup_missing", "lookup_missing", "lookup_missing"]
    assert {one.field for one in ran.heard.rejects if one.code == "lookup_missing"} == {"line_ids.other_bom_id"}
    assert [one["code"] for one in world.odoo.records[BOM].values()] == ["v"]


def test_a_line_of_a_record_that_is_there_waits_too(world):
    """With all that differs in its record."""
    world.run(OTHER, ("x", "1", "Top", ""), header={"name": {"value": "old"}})
    ran = world.run(OTHER, ("x", "1", "Top", "y"), ("y", "1", "Top", ""), header={"name": {"value": "new"}})
    assert (ran.counts, world.lines("other_bom_id")) == ({"created": 1, "updated": 1}, [(2,), (False,)])
    assert world.odoo.records[BOM][1]["name"] == "new"
    ran = world.run(OTHER, ("x", "1", "Top", "none"), ("y", "1", "Top", ""), header={"name": {"value": "newer"}})
    assert (ran.counts, world.odoo.records[BOM][1]["name"]) == ({"updated": 1, "rejected": 1}, "new")


def test_lines_refer_to_lines(world):
    """Of a record that lands first."""
    like = {"like_id": {"column": "a", "lookup": {"model": LINE, "by": "name", "on_missing": "defer"}}}
    rows = [("x", "1", "Top", "Leg"), ("y", "1", "Leg", "Pin"), ("z", "1", "Pin"), ("v", "1", "Own", "Own")]
    for plan in (True, False):
        ran = world.run(like, *rows, plan=plan, load={"chunk_size": 1})
        assert (ran.counts, ran.heard.rejected_lines) == ({"created": 3, "rejected": 1}, [5]), plan
    assert sorted(world.lines("name", "like_id")) == [("Leg", 1), ("Pin", False), ("Top", 2)]
    assert world.run(like, *rows[:3]).writes == 0


def texts(world, model=LINE):
    """Names in each language, as they are kept."""
    return world.lines("name", "name@fr_FR", "name@de_DE", model=model)


FRENCH = {"name": {"column": "part", "translations": {"fr_FR": "a", "de_DE": "b"}}}


@pytest.mark.parametrize("load", [{"chunk_size": 1}, {}])
def test_texts_of_lines_in_other_languages(world, load):
    """New lines get them in a further look, existing ones by one write for each language."""
    rows = [("x", "1", "Top", "Haut", "Oben"), ("x", "2", "Leg", "Pied", ""), ("y", "1", "Pin", "", "Stift")]
    ran = world.run(FRENCH, *rows, load=load)
    assert (ran.counts, ran.result.lines.created) == ({"created": 3}, 3)
    assert texts(world) == [("Top", "Haut", "Oben"), ("Leg", "Pied", False), ("Pin", False, "Stift")]
    assert world.run(FRENCH, *rows, load=load).writes == 0
    rows = [("x", "1", "Top", "Dessus", "Oben"), ("x", "2", "Foot", "Pied", "Fuss"), ("x", "3", "Peg", "Cheville")]
    plan = world.run(FRENCH, *rows, plan=True)
    assert {path: pair for path, pair in plan.changes[0].changes.items() if "@" in path} == {
        "line_ids[1].name@fr_FR": ("Haut", "Dessus"),
        "line_ids[2].name@de_DE": ("Leg", "Fuss"),
        "line_ids[3].name@fr_FR": (None, "Cheville"),
    }
    ran = world.run(FRENCH, *rows, load=load)
    assert (ran.counts, ran.result.lines.updated, ran.result.lines.created) == ({"updated": 3}, 2, 1)
    assert texts(world)[0] == ("Top", "Dessus", "Oben")
    assert (texts(world)[1], texts(world)[3]) == (("Foot", "Pied", "Fuss"), ("Peg", "Cheville", False))
    world.undo()
    assert texts(world) == [("Top", "Haut", "Oben"), ("Leg", "Pied", "Leg"), ("Pin", False, "Stift")]
    assert world.run(FRENCH, *rows, load=load).counts == {"updated": 3}
    assert world.run(FRENCH, *rows, load=load).writes == 0


def test_texts_of_lines_of_lines(world):
    """At any depth; new ones below lines that are there, too."""
    steps = {"key": "minutes", "fields": {"minutes": {"column": "b", "type": "integer"}, "name": {"column": "step"}}}
    steps["fields"]["name"]["translations"] = {"fr_FR": "a"}
    rows = [("x", "1", "Top", "scier", "1", "saw"), ("x", "1", "Top", "coller", "2", "glue")]
    assert world.run({}, rows[0], lines={"step_ids": steps}).counts == {"created": 1}
    assert world.run({}, *rows, lines={"step_ids": steps}).counts == {"updated": 2}
    assert world.lines("name", "name@fr_FR", model=STEP) == [("saw", "scier"), ("glue", "coller")]
    assert world.run({}, *rows, lines={"step_ids": steps}).writes == 0


COSTS = {"cost": {"column": "a", "type": "decimal", "companies": {"Other": "b"}}}


@pytest.fixture
def companies(world):
    """Two companies that the user may use."""
    ids = world.odoo.add("res.company", {"name": "Own"}, {"name": "Other"})
    world.odoo.records["res.users"] = {2: {"company_id": ids[0], "company_ids": ids}}
    return ids


def test_values_of_lines_in_other_companies(world, companies):
    """In the same way."""
    rows = [("x", "1", "Top", "5", "6"), ("x", "2", "Leg", "7", "8")]
    assert world.run(COSTS, *rows).counts == {"created": 2}
    other = f"cost@company:{companies[1]}"
    assert world.lines("cost", other) == [(5.0, 6.0), (7.0, 8.0)]
    assert world.run(COSTS, *rows).writes == 0
    ran = world.run(COSTS, ("x", "1", "Top", "5", "9"), rows[1])
    assert (ran.counts, ran.writes, world.lines(other)) == ({"updated": 2}, 1, [(9.0,), (8.0,)])
    none = world.run({"cost": {"column": "a", "type": "decimal", "companies": {"None": "b"}}}, *rows)
    assert "lines.line_ids.fields.cost.companies.None: Odoo shows the user no company `None`" in none.result.error
    undivided = {"quantity": {"column": "a", "type": "decimal", "companies": {"Other": "b"}}}
    assert "`quantity` of mrp.bom.line has one value for all" in world.run(undivided, *rows).result.error


@pytest.mark.parametrize("mode", ["upsert", "create"])
def test_new_lines_are_completed_by_the_next_run(world, mode):
    """A run that ended in between left them in one language; what others made stays in mode create."""
    rows = [("x", "1", "Top", "Haut"), ("y", "1", "Leg", "Pied")]
    (theirs,) = world.odoo.add(BOM, {"code": "z"})
    world.odoo.add(LINE, {"bom_id": theirs, "sequence": 1, "name": "Own"})

    def gone(call, _payload):
        if call.endswith((".write", ".web_save_multi")):
            raise RuntimeError("killed")

    world.odoo.before = gone
    with pytest.raises(RuntimeError):
        world.run(FRENCH, *rows, mode=mode)
    assert {french for _, french, _ in texts(world)} == {False}
    world.odoo.before = lambda *_: None
    rows.append(("z", "1", "Own", "Propre"))
    ran = world.run(FRENCH, *rows, mode=mode)
    of_theirs = "Propre" if mode == "upsert" else False
    assert sorted(texts(world)) == [("Leg", "Pied", False), ("Own", of_theirs, False), ("Top", "Haut", False)]
    assert ran.adds_up
    assert world.run(FRENCH, *rows, mode=mode).writes == 0


@pytest.mark.parametrize("is_new", [True, False])
def test_a_text_of_a_line_that_is_refused_rejects_its_record(world, is_new):
    """Whether the line is new or not; it does not count as written."""
    if not is_new:
        world.run(FRENCH, ("x", "1", "Top"))
    world.odoo.refuses = lambda values: values.get("name") == "no"
    ran = world.run(FRENCH, ("x", "1", "Top", "no"), ("x", "2", "Leg", "Pied"), ("y", "1", "Pin", "Clou"))
    assert (ran.counts, ran.adds_up) == ({"created": 1, "rejected": 2}, True)
    assert ("Pin", "Clou", False) in texts(world)


def test_texts_that_new_lines_alone_get(world):
    """What a language has of its own stays; where it has none, it gets the text."""
    fields = {"name": {**FRENCH["name"], "write": "create"}}
    world.run(fields, ("x", "1", "Top", "Haut"), ("x", "2", "Leg"))
    rows = [("x", "1", "Lid", "Couvercle"), ("x", "2", "Foot", "Pied"), ("x", "3", "Pin", "Clou")]
    world.run(fields, *rows)
    assert texts(world) == [("Top", "Haut", False), ("Leg", "Pied", False), ("Pin", "Clou", False)]
    assert world.run(fields, *rows).writes == 0


def test_rows_of_one_line_say_the_same_in_each_language(world):
    """As they do in the job's own."""
    rows = [("x", "1", "Top", "Haut", "", "saw"), ("x", "1", "Top", "Dessus", "", "glue")]
    ran = world.run(FRENCH, *rows, lines={"step_ids": STEPS})
    assert (ran.counts, ran.codes) == ({"rejected": 2}, ["header_differs"] * 2)
    assert ran.heard.rejects[0].field == "line_ids.name@fr_FR"


def test_a_text_of_a_line_that_odoo_does_not_keep_is_told(world):
    """With its path."""

    def keeps(model, _values, record, _others):
        if model == LINE and record.get("name@fr_FR"):
            record["name@fr_FR"] = "Odoo's"

    world.odoo.keeps = keeps
    ran = world.run(FRENCH, ("x", "1", "Top", "Haut"))
    told = [(one.field, one.sent, one.kept) for one in ran.result.discrepancies.not_kept]
    assert told == [("line_ids[1].name@fr_FR", "Haut", "Odoo's")]
    assert world.run(FRENCH, ("x", "1", "Top", "Haut")).writes == 0


def test_cells_of_lines_that_look_like_html(world):
    """Are told, with the path of their field; rows without a line say nothing."""
    rows = [("x", "1", "Top", "<b>bold</b>"), ("y", "1", "Leg", "plain")]
    ran = world.run({"note": "a"}, *rows)
    assert [note.partition(" looks")[0] for note in ran.result.notes] == ["line_ids.note: 1 cell"]
    assert world.lines("note")[0] == ("<p>&lt;b&gt;bold&lt;/b&gt;</p>",)
    ran = world.run({"note": {"column": "a", "type": "html"}}, *rows)
    assert (world.lines("note"), ran.result.notes) == ([("<b>bold</b>",), ("<p>plain</p>",)], ())
    ran = world.run({"note": {"column": "a", "type": "html"}}, ("x", "1", "Top", "two\nlines"))
    assert [note.partition(":")[0] for note in ran.result.notes] == ["line_ids.note"]


def test_typed_and_written_cells_of_lines(world):
    """Dates in any format, and cells that have a type of their own; one that is none rejects the record."""
    day = {"day": {"column": "a", "type": "date", "format": "%d.%m.%Y"}}
    rows = [("x", 1, "Top", "24.12.2026"), ("x", 2, "Leg", date(2026, 12, 25)), ("y", 1, "Pin", "2026-12-24")]
    ran = world.run(day, *rows)
    assert (ran.counts, world.lines("day")) == ({"created": 2, "rejected": 1}, [("2026-12-24",), ("2026-12-25",)])
    assert (ran.codes, ran.heard.rejects[0].field) == (["bad_date"], "line_ids.day")
    assert world.run(day, *rows[:2]).writes == 0


def test_no_report_shows_a_password_of_a_line(world):
    """Neither a plan nor a value that Odoo does not keep."""
    password = {"password": {"column": "a"}}

    def keeps(model, _values, record, _others):
        if model == LINE and record.get("password"):
            record["password"] = "theirs"

    rows = [("x", "1", "Top", "geheim")]
    told = [world.run(password, *rows, plan=True).result]
    world.odoo.keeps = keeps
    told.append(world.run(password, *rows).result)
    assert told[1].discrepancies.not_kept_values == 1
    assert "geheim" not in str(told)
    assert "theirs" not in str(told)


def test_files_of_lines(world, tmp_path):
    """By their paths; one that is missing rejects its record, a folder that is missing the job."""
    (tmp_path / "a.bin").write_bytes(b"one")
    image = {"image": {"column": "a", "type": "file", "root": str(tmp_path)}}
    rows = [("x", "1", "Top", "a.bin"), ("x", "2", "Leg", ""), ("y", "1", "Pin", "b.bin"), ("y", "2", "Peg", "a.bin")]
    ran = world.run(image, *rows)
    assert (ran.counts, ran.codes) == ({"created": 2, "rejected": 2}, ["file_missing", "line_rejected"])
    assert world.lines("image") == [("b25l",), (False,)]
    assert world.run(image, *rows[:2]).writes == 0
    (tmp_path / "a.bin").write_bytes(b"two")
    assert world.run(image, *rows[:2], plan=True).changes[0].changes.keys() == {"line_ids[1].image"}
    assert (world.run(image, *rows[:2]).counts, world.lines("image")[0]) == ({"updated": 2}, ("dHdv",))
    world.undo()
    assert world.lines("image")[0] == ("b25l",)
    gone = {"image": {"column": "a", "type": "file", "root": str(tmp_path / "gone")}}
    assert "field line_ids.image: there is no folder" in world.run(gone, *rows).result.error


def test_lines_that_went_come_back_in_all_languages(world):
    """Once, whatever the undo looks at again."""
    rows = [("x", "1", "Top", "Haut", "Oben"), ("x", "2", "Leg", "Pied", "")]
    world.run(FRENCH, *rows, rest="remove")
    assert world.run(FRENCH, rows[0], rest="remove").result.lines.removed == 1
    world.undo()
    assert texts(world) == [("Top", "Haut", "Oben"), ("Leg", "Pied", False)]
    assert world.run(FRENCH, *rows).writes == 0


def nested(**fields):
    """Steps of lines with these fields."""
    return {"step_ids": {"key": "name", "fields": {"name": "step", **fields}}}


def test_lines_of_lines_take_all_of_it(world, tmp_path, companies):
    """Labels, files, values of companies, fields of new lines, and cells that look like HTML."""
    (tmp_path / "a.bin").write_bytes(b"one")
    steps = nested(
        kind={"column": "a", "labels": "en_US"},
        image={"column": "b", "type": "file", "root": str(tmp_path)},
        note={"column": "step", "write": "create"},
        cost={"value": 5.0, "companies": {"Other": {"value": 6.0}}},
    )
    rows = [("x", "1", "Top", "By hand", "a.bin", "<b>cut</b>"), ("x", "1", "Top", "Saw", "", "glue")]
    ran = world.run({}, *rows, lines=steps)
    assert (ran.counts, ran.result.lines.created) == ({"created": 2}, 3)
    other = f"cost@company:{companies[1]}"
    found = world.lines("kind", "image", "note", "cost", other, model=STEP)
    assert found == [
        ("hand", "b25l", "<p>&lt;b&gt;cut&lt;/b&gt;</p>", 5.0, 6.0),
        ("saw", False, "<p>glue</p>", 5.0, 6.0),
    ]
    assert [note.partition(":")[0] for note in ran.result.notes] == ["line_ids.step_ids.note"]
    assert world.run({}, *rows, lines=steps).writes == 0
    world.odoo.records[STEP][2]["note"] = "<p>by hand</p>"
    (tmp_path / "a.bin").write_bytes(b"two")
    ran = world.run({}, *rows, lines=steps)
    assert (ran.counts, ran.result.lines.updated) == ({"updated": 2}, 2)
    assert world.lines("image", "note", model=STEP)[1] == (False, "<p>by hand</p>")
    world.undo()
    assert world.lines("image", model=STEP)[0] == ("b25l",)


def test_a_line_of_a_line_waits_too(world):
    """And its whole record with it."""
    after = {"column": "a", "lookup": {"model": STEP, "by": "name", "on_missing": "defer"}}
    rows = [("x", "1", "Top", "saw", "", "cut"), ("x", "2", "Leg"), ("y", "1", "Top", "", "", "saw")]
    for plan in (True, False):
        assert world.run({}, *rows, plan=plan, lines=nested(after_id=after)).counts == {"created": 3}
    assert world.lines("name", "after_id", model=STEP) == [("saw", False), ("cut", 1)]
    assert world.run({}, *rows, lines=nested(after_id=after)).writes == 0
    ran = world.run({}, ("z", "1", "Top", "none", "", "cut"), lines=nested(after_id=after))
    assert (ran.counts, ran.heard.rejects[0].field) == ({"rejected": 1}, "line_ids.step_ids.after_id")
