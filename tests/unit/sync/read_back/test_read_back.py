"""What Odoo keeps of what it is sent: explained, put right once, or told; and quiet from then on."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import Ledger
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo, raising

PLAIN = {"ref": "ref", "name": "name", "email": "email"}
COLUMNS = ["ref", "name", "email"]


@dataclass
class World:
    """An Odoo and a ledger; jobs run again and again."""

    ledger: Ledger
    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)
    runs: int = 0

    def run(self, spec, columns, rows, *, plan=False, anew=False, resumed=None):
        """Run a job on rows, or plan it; its result, with `writes`, the calls that wrote."""
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        self.runs += 1
        how = {"full_refresh": anew, "resumed": resumed}
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None, **how)
        planned = Planned([spec], 10) if plan else None
        before = self.odoo.writes()
        request = JobRequest(planned, booking, AllRows(ListSource(columns, rows)), PATIENT, rejects=Heard())
        result = run_job(spec, self.odoo, Heard(), so_far, request)
        return result, self.odoo.writes() - before


@pytest.fixture
def world(ledger):
    """Nothing is known yet."""
    return World(ledger)


def lower_case(_model, sent, record, _table):
    """Odoo keeps e-mail addresses in lower case."""
    if sent.get("email"):
        record["email"] = sent["email"].lower()


def drops(name):
    """Odoo does not keep a field."""

    def keeps(_model, sent, record, _table):
        if name in sent:
            record[name] = False

    return keeps


def one_address(_model, sent, record, table):
    """Odoo keeps one e-mail address for a firm and its contacts."""
    if "email" in sent:
        firm = table.get(record.get("parent_id") or 0)
        for other in table.values():
            if other is firm or (other.get("parent_id") and table[other["parent_id"]] is record):
                other["email"] = record["email"]


def told(result):
    """What a result says of kept values."""
    found = result.discrepancies
    return {name: one.records for name, one in found.rewritten.items()}, found.not_kept_values


def test_a_form_of_odoos_own_is_explained_and_quiet(world):
    """The first run learns it; the next ones write nothing and say it again; plans, too."""
    world.odoo.keeps = lower_case
    rows = [("a", "A", "A@X.example"), ("b", "B", "b@x.example")]
    result, _ = world.run(job_spec(PLAIN), COLUMNS, rows)
    assert told(result) == ({"email": 1}, 0)
    example = result.discrepancies.rewritten["email"].example
    assert (example.key, example.sent, example.kept) == ("a", "A@X.example", "a@x.example")
    for plan in (False, True):
        result, writes = world.run(job_spec(PLAIN), COLUMNS, rows, plan=plan)
        assert (result.counts.unchanged, writes, told(result)) == (2, 0, ({"email": 1}, 0))


def test_a_field_that_a_run_saw_rewritten_is_read_back_by_the_next_ones(world):
    """Of every record, also where the first calls of the run show nothing of it."""
    world.odoo.keeps = lower_case
    spec = job_spec(PLAIN, load={"chunk_size": 10})
    world.run(spec, COLUMNS, [("a", "A", "A@X.example")])
    rows = [(f"r{number}", "N", "A@X.example" if number == 75 else "a@x.example") for number in range(100)]
    assert told(world.run(spec, COLUMNS, rows)[0]) == ({"email": 1}, 0)
    assert world.run(spec, COLUMNS, rows)[1] == 0


def test_a_field_that_only_late_rows_fill_is_read_back_where_it_is_filled_first(world):
    """The first calls of the job have no values for it."""
    world.odoo.keeps = lower_case
    spec = job_spec(PLAIN, load={"chunk_size": 10, "concurrency": 1})
    rows = [(f"r{number}", "N", "A@X.example" if number >= 75 else "") for number in range(100)]
    result, _ = world.run(spec, COLUMNS, rows)
    assert (result.counts.created, told(result)) == (100, ({"email": 25}, 0))
    assert world.run(spec, COLUMNS, rows)[1] == 0


@pytest.mark.parametrize("mode", ["upsert", "create"])
def test_records_passed_over_before_a_field_is_found_rewritten_are_looked_at_in_the_end(world, mode):
    """Forms are learned without a write, and what others made is left alone by `mode: create`."""
    world.odoo.keeps = lower_case
    world.odoo.add("res.partner", {"ref": "r0", "name": "N", "email": "old@x.example"})
    spec = job_spec(PLAIN, mode=mode, load={"chunk_size": 10, "concurrency": 1})
    rows = [(f"r{number}", "N", "A@X.example" if number >= 75 else "a@x.example") for number in range(150)]
    result, writes = world.run(spec, COLUMNS, rows)
    assert (result.counts.created, told(result)) == (149, ({"email": 75}, 0))
    assert world.odoo.records["res.partner"][1]["email"] == ("old@x.example" if mode == "create" else "a@x.example")
    assert writes == {"create": 16, "upsert": 17}[mode]
    assert world.run(spec, COLUMNS, rows)[1] == 0


def test_what_earlier_runs_created_is_left_alone_by_the_second_look_of_mode_create(world):
    """Also when no run has landed every row yet: people have changed it since."""
    world.odoo.keeps = lower_case
    spec = job_spec(PLAIN, mode="create", load={"chunk_size": 10, "concurrency": 1})
    world.run(spec, COLUMNS, [("r0", "N", "a@x.example"), ("", "no key", "b@x.example")])
    world.odoo.records["res.partner"][1]["email"] = "of-a-person@x.example"
    rows = [(f"r{number}", "N", "A@X.example" if number >= 75 else "a@x.example") for number in range(400)]
    result, _ = world.run(spec, COLUMNS, rows)
    assert (result.counts.created, result.counts.skipped, told(result)) == (399, 1, ({"email": 325}, 0))
    assert world.odoo.records["res.partner"][1]["email"] == "of-a-person@x.example"


def test_another_value_of_the_source_is_written_again(world):
    """What is known explains only what was sent."""
    world.odoo.keeps = lower_case
    world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "A@X.example")])
    result, writes = world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "B@X.example")])
    assert (result.counts.updated, writes) == (1, 1)
    assert world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "B@X.example")])[1] == 0


def test_a_file_that_only_the_first_of_several_new_records_gets_is_given_to_the_others(world):
    """As of products in Odoo 19. Only sizes are read of what was sent; the next run writes nothing."""

    def first_alone(_model, sent, record, table):
        if "name" in sent and table[1] is not record:
            record["image"] = False

    world.odoo.keeps = first_alone
    spec = job_spec({"ref": "ref", "name": "name", "image": "image"})
    content = base64.b64encode(b"a file of some length, which is no name").decode()
    rows = [(f"r{number}", "N", content if number != 3 else "") for number in range(6)]
    result, _ = world.run(spec, ["ref", "name", "image"], rows)
    assert (result.counts.created, told(result)) == (6, ({}, 0))
    assert [bool(one.get("image")) for one in world.odoo.records["res.partner"].values()] == [True] * 3 + [
        False,
        True,
        True,
    ]
    assert world.run(spec, ["ref", "name", "image"], rows)[1] == 0


def test_a_file_that_odoo_never_keeps_is_told(world):
    """It is no form of Odoo's own."""
    world.odoo.keeps = drops("image")
    spec = job_spec({"ref": "ref", "name": "name", "image": "image"})
    content = base64.b64encode(b"a file of some length, which is no name").decode()
    for _ in range(2):
        assert told(world.run(spec, ["ref", "name", "image"], [("a", "A", content)])[0]) == ({}, 1)


def test_another_value_of_a_person_is_put_back(world):
    """And only what Odoo held."""
    world.odoo.keeps = lower_case
    world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "A@X.example")])
    world.odoo.records["res.partner"][1]["email"] = "someone@else.example"
    assert world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "A@X.example")])[0].counts.updated == 1
    assert world.odoo.records["res.partner"][1]["email"] == "a@x.example"


def test_what_odoo_drops_is_told_at_each_run_and_written_once_more_at_the_first(world):
    """With record, field, what was sent and what is kept."""
    world.odoo.keeps = drops("email")
    result, writes = world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "a@x.example")])
    (one,) = result.discrepancies.not_kept
    assert (one.key, one.id, one.field, one.sent, one.kept) == ("a", 1, "email", "a@x.example", None)
    assert (result.counts.created, writes) == (1, 2)
    result, writes = world.run(job_spec(PLAIN), COLUMNS, [("a", "A", "a@x.example")])
    assert (result.counts.unchanged, writes, told(result)) == (1, 0, ({}, 1))


def test_a_full_refresh_tries_again_what_was_not_kept(world):
    """Odoo may keep it by now."""
    world.odoo.keeps = drops("email")
    rows = [("a", "A", "a@x.example")]
    world.run(job_spec(PLAIN), COLUMNS, rows)
    result, writes = world.run(job_spec(PLAIN), COLUMNS, rows, anew=True)
    assert (result.discrepancies.not_kept_values, writes > 0) == (1, True)
    world.odoo.keeps = lambda *_: None
    result, _ = world.run(job_spec(PLAIN), COLUMNS, rows, anew=True)
    assert (result.counts.updated, result.discrepancies.not_kept_values) == (1, 0)
    assert world.run(job_spec(PLAIN), COLUMNS, rows)[1] == 0


def test_a_field_that_is_never_kept_is_not_tried_for_every_record(world):
    """After 20 records it is enough; each of them is told all the same."""
    world.odoo.keeps = drops("email")
    rows = [(f"r{number}", "N", f"{number}@x.example") for number in range(100)]
    result, writes = world.run(job_spec(PLAIN, load={"chunk_size": 10, "concurrency": 1}), COLUMNS, rows)
    assert (result.discrepancies.not_kept_values, writes) == (100, 11 + 2)  # the first record goes alone
    assert world.run(job_spec(PLAIN), COLUMNS, rows)[1] == 0


@pytest.mark.parametrize("write", ["create", "if_empty"])
def test_what_odoo_does_not_keep_of_a_new_record_is_told_once(world, write):
    """Later runs leave the field alone, and so does the second look, which finds another field to put right."""

    def keeps(_model, sent, record, _table):
        if sent.get("email"):
            record["email"] = "other@x.example"
        if sent.get("name") == "odd":
            record["name"] = "even"

    world.odoo.keeps = keeps
    spec = job_spec({**PLAIN, "email": {"column": "email", "write": write}})
    rows = [("a", "odd", "a@x.example"), ("b", "B", "b@x.example")]
    result, _ = world.run(spec, COLUMNS, rows)
    assert sorted(one.field for one in result.discrepancies.not_kept) == ["email", "email", "name"]
    result, writes = world.run(spec, COLUMNS, rows)
    assert ([one.field for one in result.discrepancies.not_kept], writes) == (["name"], 0)


def test_what_is_overwritten_afterwards_is_written_once_more(world):
    """Odoo gives a contact the e-mail address of its company, as long as it has the same one in `ref`."""

    def keeps(_model, sent, record, table):
        if sent.get("parent_id"):
            record["email"] = table[sent["parent_id"]]["email"]

    world.odoo.keeps = keeps
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    rows = [("child", "C", "c@x.example", "firm"), ("firm", "F", "f@x.example", "")]
    spec = job_spec({**PLAIN, "parent_id": parent})
    result, _ = world.run(spec, [*COLUMNS, "parent"], rows)
    assert {one["ref"]: one["email"] for one in world.odoo.records["res.partner"].values()} == {
        "child": "c@x.example",
        "firm": "f@x.example",
    }
    assert told(result) == ({}, 0)
    assert world.run(spec, [*COLUMNS, "parent"], rows)[1] == 0


@pytest.mark.parametrize("chunk_size", [1, 10])
def test_a_value_that_another_row_takes_back_is_told_and_not_fought_over(world, chunk_size):
    """A company and its contact have one e-mail address: one row wins for good, the other is told."""
    world.odoo.keeps = one_address
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    rows = [("firm", "F", "f@x.example", ""), ("child", "C", "c@x.example", "firm")]
    spec = job_spec({**PLAIN, "parent_id": parent}, load={"chunk_size": chunk_size, "concurrency": 1})
    world.run(spec, [*COLUMNS, "parent"], [(ref, name, "one@x.example", firm) for ref, name, _, firm in rows])
    first, _ = world.run(spec, [*COLUMNS, "parent"], rows)
    existing = {one["ref"]: one["email"] for one in world.odoo.records["res.partner"].values()}
    assert (first.discrepancies.not_kept_values, existing["firm"]) == (1, existing["child"])
    for _ in range(2):
        result, writes = world.run(spec, [*COLUMNS, "parent"], rows)
        assert (writes, result.discrepancies.not_kept_values) == (0, 1)


def test_contacts_of_a_company_are_known_where_the_job_does_not_say_so(world):
    """The company stands in Odoo only."""
    world.odoo.keeps = one_address
    (firm,) = world.odoo.add("res.partner", {"ref": "firm", "name": "F"})
    world.odoo.add("res.partner", {"ref": "child", "name": "C", "parent_id": firm})
    rows = [("firm", "F", "f@x.example"), ("child", "C", "c@x.example")]
    for writes in (2, 0):
        result, wrote = world.run(job_spec(PLAIN), COLUMNS, rows)
        assert (result.discrepancies.not_kept_values, wrote) == (1, writes)


def test_what_comes_right_later_in_the_run_is_not_told(world):
    """The firm gets the address that its contact has always wanted: both are as their rows want."""
    world.odoo.keeps = one_address
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({**PLAIN, "parent_id": parent}, load={"chunk_size": 1, "concurrency": 1})
    rows = [("child", "C", "c@x.example", "firm"), ("firm", "F", "f@x.example", "")]
    world.run(spec, [*COLUMNS, "parent"], [(ref, name, "one@x.example", firm) for ref, name, _, firm in rows])
    (lost,) = world.run(spec, [*COLUMNS, "parent"], rows)[0].discrepancies.not_kept
    settled = [(ref, name, lost.sent, firm) for ref, name, _, firm in rows]
    result, _ = world.run(spec, [*COLUMNS, "parent"], settled)
    assert told(result) == ({}, 0)
    assert world.run(spec, [*COLUMNS, "parent"], settled)[1] == 0


LINE = {"name": "name", "quantity": "quantity", "price": "price"}


def list_price(_model, sent, record, _table):
    """Odoo computes price and discount from the quantity, unless they are sent."""
    if "quantity" in sent:
        record.update({name: 10.0 for name in ("price", "discount") if name not in sent})


def lines(*columns, **more):
    """A job on order lines."""
    return job_spec({name: name for name in columns}, model="sale.order.line", key="name", **more)


def test_a_mapped_field_that_depends_on_what_is_written_goes_along(world):
    """Also through fields that are not mapped; and only then."""
    world.odoo.keeps = list_price
    spec, columns = lines("name", "quantity", "price"), ["name", "quantity", "price"]
    world.run(spec, columns, [("l", "1", "7.5")])
    sent = []
    world.odoo.before = lambda call, payload: sent.append(payload) if call.endswith(".write") else None
    result, _ = world.run(spec, columns, [("l", "5", "7.5")])
    assert sent == [[{"quantity": 5, "price": 7.5}]]
    assert (result.counts.updated, world.odoo.records["sale.order.line"][1]["price"]) == (1, 7.5)
    world.run(spec, columns, [("l", "5", "8")])
    assert sent[1:] == [[{"price": 8.0}]]


def test_what_odoo_computes_anew_is_kept_for_undo(world):
    """A field that the job does not map: its value of before is in the ledger."""
    spec, columns = lines("name", "quantity"), ["name", "quantity"]
    world.odoo.add("sale.order.line", {"name": "l", "quantity": 1, "price": 7.5, "discount": 3.0, "weight": 2.0})
    world.odoo.keeps = list_price
    world.run(spec, columns, [("l", "5")])
    (entry,) = world.ledger.jobs("r1")
    (call,) = world.ledger.calls(entry.id)
    assert call.before == [{"quantity": 1, "price": 7.5, "discount": 3.0}]


def test_a_record_that_lost_its_key_is_never_made_again(world):
    """Odoo, or a person, took the key away: the row is a reject that names the record, at each run."""
    spec, rows = job_spec(PLAIN), [("a", "A", ""), ("b", "B", "")]
    world.run(spec, COLUMNS, rows)
    world.odoo.records["res.partner"][1]["ref"] = False
    for _ in range(2):
        result, writes = world.run(spec, COLUMNS, rows)
        assert (result.counts.rejected, result.counts.unchanged, writes) == (1, 1, 0)
        assert result.reject_codes == {"key_lost": 1}
        assert "res.partner 1" in result.reasons[0][1]
    plan, _ = world.run(spec, COLUMNS, rows, plan=True)
    assert plan.reject_codes == {"key_lost": 1}


def test_a_record_that_is_gone_is_made_again(world):
    """Nobody has its key, and there is no record that lost it."""
    spec, rows = job_spec(PLAIN), [("a", "A", "")]
    world.run(spec, COLUMNS, rows)
    del world.odoo.records["res.partner"][1]
    assert world.run(spec, COLUMNS, rows)[0].counts.created == 1


def test_a_record_outside_the_domain_of_the_key_has_its_key_still(world):
    """What the job is told to leave out does not keep it from making another one."""
    spec = job_spec(PLAIN, key_domain=[["is_company", "=", False]])
    world.run(spec, COLUMNS, [("a", "A", "")])
    world.odoo.records["res.partner"][1]["is_company"] = True
    assert world.run(spec, COLUMNS, [("a", "A", "")])[0].counts.created == 1


def test_a_run_that_ends_before_it_looks_is_made_good_by_the_next(world):
    """The value is written once more, and then known."""
    world.odoo.keeps = lower_case
    reads = iter(range(100))

    def before(call, payload):
        if call == "res.partner.search_read" and payload[0][0] == "id" and next(reads) == 0:
            raise TransientError("away")

    world.odoo.before = before
    rows = [("a", "A", "A@X.example")]
    failed, _ = world.run(job_spec(PLAIN, load={"breaker": 1}), COLUMNS, rows)
    assert failed.status == "failed"
    world.odoo.before = lambda *_: None
    world.run(job_spec(PLAIN), COLUMNS, rows)
    assert world.run(job_spec(PLAIN), COLUMNS, rows)[1] == 0


def test_a_record_that_gets_a_double_before_the_second_look_is_told(world):
    """Which of the two is to be compared cannot be known; the next run rejects the row."""
    world.odoo.keeps = drops("email")

    def doubled(call, payload):
        if call == "res.partner.search_read" and payload[0][0] == "id" and len(world.odoo.records["res.partner"]) == 2:
            world.odoo.add("res.partner", {"ref": "a", "name": "A"})

    world.odoo.before = doubled
    rows = [("a", "A", "a@x.example"), ("b", "B", "b@x.example")]
    result, _ = world.run(job_spec(PLAIN), COLUMNS, rows)
    assert (result.status, result.counts.created, told(result)) == ("done", 2, ({}, 1))
    [note] = result.notes
    assert note.startswith("1 rows could not be compared once more")
    assert world.run(job_spec(PLAIN), COLUMNS, rows)[0].counts.rejected == 1


def test_a_row_that_was_rejected_before_a_run_went_on_stays_a_reject(world):
    """It is not taken for one whose value Odoo does not keep, neither then nor in the next run."""
    world.odoo.add("res.partner", {"ref": "a", "name": "A", "email": "old"}, {"ref": "b", "name": "B"})
    world.odoo.refuses = lambda values: values.get("email") == "bad"
    world.odoo.before = raising(TransientError("away"), "res.partner.write", at=2)
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({**PLAIN, "parent_id": parent}, load={"chunk_size": 1, "breaker": 1})
    columns, rows = [*COLUMNS, "parent"], [("a", "A", "bad", ""), ("b", "B", "", "c"), ("c", "C", "", "")]
    first, _ = world.run(spec, columns, rows)
    assert (first.status, first.counts.rejected) == ("failed", 1)
    world.odoo.before = lambda *_: None
    for entry in (world.ledger.jobs("r1")[0], None):
        result, _ = world.run(spec, columns, rows, resumed=entry)
        assert (result.status, result.counts.rejected, result.discrepancies.not_kept_values) == ("done", 1, 0)


def test_a_file_that_odoo_puts_where_the_row_wants_none_goes_in_the_same_run(world):
    """As the pictures that Odoo makes for employees."""

    def keeps(_model, sent, record, _table):
        if "name" in sent:
            record["image"] = "PHN2Zy8+"

    world.odoo.keeps = keeps
    spec = job_spec({"ref": "ref", "name": "name", "image": {"column": "image", "empty": "clear"}})
    rows = [("a", "A", "")]
    result, _ = world.run(spec, ["ref", "name", "image"], rows)
    assert (world.odoo.records["res.partner"][1]["image"], told(result)) == (False, ({}, 0))
    assert world.run(spec, ["ref", "name", "image"], rows)[1] == 0


def test_reading_back_costs_three_reads_and_a_sample_where_odoo_keeps_what_it_gets(world):
    """The first calls are read back as a whole, of the others each tenth in part; a second run reads back nothing."""
    rows = [(f"r{number}", "N", f"{number}@x.example") for number in range(200)]
    spec = job_spec(PLAIN, load={"chunk_size": 10, "concurrency": 1})
    back = []

    def before(call, payload):
        if call == "res.partner.search_read" and payload and payload[0][0] == "id":
            back.append(len(payload[0][2]))

    world.odoo.before = before
    world.run(spec, COLUMNS, rows)
    assert back[:-1] == [1, 9, 10, 10, 10]  # the last is the sample of `write_date`
    back.clear()
    world.run(spec, COLUMNS, rows)
    assert back == []
