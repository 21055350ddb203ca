"""What vanished from the source of a mirror: whose records go, which stay, and what stops it."""

from __future__ import annotations

from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from odoo_etl.errors import AccessRefused, Interrupted, TransientError, UnknownOutcome
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import Ledger
from odoo_etl.sync import AllRows, JobRequest, SomeRows, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec, vanished
from tests.examples import examples
from tests.memory_odoo import MemoryOdoo, raising

NAMED = {"ref": "ref", "name": "name"}


@dataclass
class World:
    """An Odoo, a ledger, and a mirror job that runs again and again."""

    ledger: Ledger
    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)
    notes: list[str] = field(default_factory=list)
    runs: int = 0

    def run(self, *rows, spec=None, plan=False, partial=False, **vanish):
        """Run the job on (ref, name) rows, or plan it; its result."""
        spec = spec or mirror(**vanish)
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        self.runs += 1
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, self.notes.append)
        planned = Planned([spec], 10) if plan else None
        source = ListSource(["ref", "name"], rows)
        return run_job(
            spec,
            self.odoo,
            Heard(),
            so_far,
            JobRequest(planned, booking, SomeRows(source) if partial else AllRows(source), PATIENT, rejects=Heard()),
        )

    def active(self):
        """Refs of the active partners."""
        return sorted(one["ref"] for one in self.odoo.records.get("res.partner", {}).values() if one["active"])

    def there(self):
        """Refs of all partners."""
        return sorted(one["ref"] for one in self.odoo.records["res.partner"].values())

    def writes(self):
        """How many calls that write were made so far."""
        return self.odoo.writes()


@pytest.fixture(scope="module")
def loaded(shared_ledger):
    """The ledger of a run that loaded partners a, b, c, d, and the records that it made."""
    world = World(shared_ledger.put(shared_ledger.empty))
    assert world.run(*partners("abcd")).counts.created == 4
    with closing(shared_ledger.content()) as content:
        yield content, world.odoo.records


@pytest.fixture
def world(shared_ledger, loaded):
    """Partners a, b, c, d were loaded by an earlier run."""
    content, records = loaded
    return World(shared_ledger.put(content), MemoryOdoo(deepcopy(records)), runs=1)


def partners(refs):
    """A row for each letter."""
    return [(ref, ref.upper()) for ref in refs]


def mirror(policy="archive", **vanish):
    """A mirror of partners by ref."""
    return job_spec(NAMED, mode="mirror", vanish={"policy": policy, **vanish})


def told(result, *names):
    """Some of what the result says about vanished records."""
    return tuple(vanished(result).get(name) for name in names)


def test_the_first_run_only_baselines(ledger):
    """Records that were there before are nobody's: the job has written none of them."""
    world = World(ledger)
    world.odoo.add("res.partner", {"ref": "old", "name": "Old"}, {"ref": "a", "name": "A"})
    assert told(world.run(("a", "A"), ("b", "B")), "found", "archived") == (0, 0)
    assert told(world.run(("b", "B")), "found", "archived") == (0, 0)  # a was equal from the start
    assert world.active() == ["a", "b", "old"]


def test_archive(world):
    """What vanished is archived, with one write; a further run has nothing to do."""
    before = world.writes()
    result = world.run(*partners("abc"))
    assert told(result, "found", "archived", "refused", "blocked", "first") == (1, 1, [], "", ["d (id 4)"])
    assert (world.active(), world.writes() - before, result.exit_code) == (["a", "b", "c"], 1, 0)
    again = world.run(*partners("abc"))
    assert (told(again, "found", "archived"), world.writes() - before) == ((0, 0), 1)


@pytest.mark.parametrize(
    ("policy", "action", "pairs"),
    [
        ("archive", "archive", {"active": (True, False)}),
        ("unlink", "delete", {}),
        ("report", "report", {}),
        ({"set": {"name": "gone"}}, "set", {"name": ("D", "gone")}),
    ],
)
def test_a_plan_lists_what_would_become_of_each_record(world, policy, action, pairs):
    """After the changes of rows, with what would be written; nothing is."""
    before = world.writes()
    result = world.run(("a", "new"), *partners("bc"), policy=policy, plan=True)
    assert [(one.action, one.key, one.id) for one in result.changes] == [("update", "a", 1), (action, "d", 4)]
    assert result.changes[1].changes == pairs
    assert (result.planned, world.writes() - before) == ({"update": 1, action: 1}, 0)


def test_a_plan_lists_what_would_become_active(world):
    """Archived by the job, and there again."""
    world.run(*partners("abc"))
    [change] = world.run(*partners("abcd"), plan=True).changes
    assert (change.action, change.key, change.id, change.archived) == ("activate", "d", 4, True)
    assert change.changes == {"active": (False, True)}


def test_unlink(world):
    """What vanished is deleted; the journal keeps what it held."""
    assert told(world.run(*partners("abc"), policy="unlink"), "found", "unlinked") == (1, 1)
    assert world.there() == ["a", "b", "c"]
    (job,) = world.ledger.jobs("r2")
    (call,) = world.ledger.calls(job.id, ["unlink"])
    assert (call.ids, call.before[0]["ref"], call.before[0]["active"], call.state) == ([4], "d", True, "done")
    assert told(world.run(*partners("abc"), policy="unlink"), "found", "unlinked") == (0, 0)


def test_set(world):
    """The values are written to what vanished; records that have them are left alone."""
    policy = {"set": {"color": 3, "comment": None}}
    result = world.run(*partners("abc"), policy=policy)
    assert (told(result, "found", "set"), world.odoo.records["res.partner"][4]["color"]) == ((1, 1), 3)
    before = world.writes()
    assert (told(world.run(*partners("abc"), policy=policy), "found", "set"), world.writes()) == ((0, 0), before)
    assert world.active() == ["a", "b", "c", "d"]


def test_report(world):
    """Only told, and not guarded by the limit."""
    before = world.writes()
    result = world.run(*partners("a"), policy="report", max={"count": 0}, max_shrink=100)
    assert (told(result, "found", "reported"), world.writes()) == ((3, 3), before)
    assert vanished(result)["first"] == ["b (id 2)", "c (id 3)", "d (id 4)"]


def test_what_is_archived_is_not_reported(world):
    """It has vanished already."""
    world.odoo.records["res.partner"][4]["active"] = False
    assert told(world.run(*partners("ab"), policy="report"), "found", "first") == (1, ["c (id 3)"])


def test_a_plan_tells_and_removes_nothing(world):
    """How many, and which first."""
    before = world.writes()
    result = world.run(*partners("abc"), plan=True)
    assert (told(result, "found", "archived", "first"), world.writes()) == ((1, None, ["d (id 4)"]), before)


@pytest.mark.parametrize("change", [{"partial": True}, {"spec": job_spec(NAMED)}], ids=["part of a source", "upsert"])
def test_what_does_not_see_the_whole_source_removes_nothing(world, change):
    """Neither do other modes."""
    result = world.run(*partners("a"), **change)
    assert (vanished(result), world.active()) == ({}, ["a", "b", "c", "d"])


def test_a_part_of_a_source_is_no_measure_for_the_next(world):
    """`max_shrink` compares with the last whole run."""
    world.run(*partners("abcdefghijklmnopqrst"))
    world.run(*partners("abc"), partial=True)
    result = world.run(*partners("abc"), max={"percent": 100})
    assert (result.exit_code, "max_shrink" in result.error) == (4, True)


def test_records_of_others_stay(world):
    """Of persons, other jobs, other models, outside key_domain."""
    world.odoo.add("res.partner", {"ref": "x", "name": "X"})
    other = job_spec(NAMED, mode="mirror").model_copy(update={"job": "others"})
    world.run(("y", "Y"), spec=other)
    world.odoo.records["res.partner"][4]["color"] = 7
    narrow = job_spec(NAMED, mode="mirror", key_domain=[["color", "=", 0]], vanish={"max": {"percent": 100}})
    result = world.run(*partners("ab"), spec=narrow)
    assert (told(result, "found", "archived"), world.active()) == ((1, 1), ["a", "b", "d", "x", "y"])


def test_ids_of_another_model_are_never_taken_for_ours(world):
    """A job that changed its model begins anew."""
    world.odoo.add("res.partner.category", {"name": "A"}, {"name": "B"}, {"name": "C"}, {"name": "D"})
    tags = job_spec(
        {"name": "name"}, model="res.partner.category", key="name", mode="mirror", vanish={"policy": "unlink"}
    )
    assert told(world.run(("a", "A"), spec=tags), "found") == (0,)
    assert len(world.odoo.records["res.partner.category"]) == 4


@pytest.mark.parametrize(
    ("extra", "spec"),
    [
        (("d", "bad"), mirror()),
        (("d", ""), job_spec({"ref": "ref", "name": {"column": "name", "required": True}}, mode="mirror")),
        (
            ("d", "?"),
            job_spec(
                {**NAMED, "country_id": {"column": "name", "lookup": {"model": "res.country", "by": "code"}}},
                mode="mirror",
            ),
        ),
    ],
    ids=["refused by Odoo", "rejected by the mapping", "rejected by a lookup"],
)
def test_the_record_of_a_rejected_row_stays(world, extra, spec):
    """It still stands in the source."""
    world.odoo.refuses = lambda values: values.get("name") == "bad"
    world.odoo.add("res.country", *({"code": letter} for letter in "ABC"))
    result = world.run(*partners("abc"), extra, spec=spec)
    assert (result.counts.rejected, told(result, "found")) == (1, (0,))
    assert world.active() == ["a", "b", "c", "d"]


def test_the_records_of_an_ambiguous_row_stay(world):
    """All of them: nobody knows which is meant."""
    world.odoo.records["res.partner"][4]["ref"] = "c"
    result = world.run(*partners("abc"))
    assert (result.counts.rejected, told(result, "found"), world.active()) == (1, (0,), ["a", "b", "c", "c"])


@pytest.mark.parametrize("row", ["no row", ("", "X")], ids=["a ragged line", "an empty key"])
def test_a_row_without_a_readable_key_blocks_every_removal(world, row):
    """It could stand for any record; the result and a note say so."""
    result = world.run(*partners("abc"), row)
    assert "row 5 has no key" in vanished(result)["blocked"]
    assert vanished(result)["blocked"] in result.notes[0]
    assert world.active() == ["a", "b", "c", "d"]


def test_a_key_whose_lookup_has_no_answer_blocks_every_removal(ledger):
    """The record that it leads to may only have been renamed."""
    fields = {"name": "name", "country_id": {"column": "ref", "lookup": {"model": "res.country", "by": "code"}}}
    spec = job_spec(fields, key=["country_id", "name"], mode="mirror", vanish={"max": {"percent": 100}})
    world = World(ledger)
    world.odoo.add("res.country", {"code": "DE"}, {"code": "FR"})
    world.run(("DE", "A"), ("FR", "B"), spec=spec)
    world.odoo.records["res.country"][2]["code"] = "FX"
    result = world.run(("DE", "A"), ("FR", "B"), spec=spec)
    assert ("row 3" in vanished(result)["blocked"], result.counts.rejected) == (True, 1)


@pytest.mark.parametrize(
    ("kept", "limit", "code"),
    [
        ("abcdefg", {}, 0),
        ("abcdef", {}, 4),
        ("abcdef", {"percent": 40}, 0),
        ("abcdefghi", {"count": 0}, 4),
        ("abcdefgh", {"count": 2}, 0),
        ("abcdefg", {"percent": "29%"}, 4),
    ],
)
def test_limits_stop_before_the_first_removal(world, kept, limit, code):
    """By count, by share (30 % from 10 records on); the rows have landed, nothing is removed."""
    world.run(*partners("abcdefghij"))
    result = world.run(*partners(kept), max=limit, max_shrink=100)
    assert (result.exit_code, len(world.active())) == (code, len(kept) if code == 0 else 10)
    if code:
        assert "none of them was touched" in result.error
        assert vanished(result)["found"] == 10 - len(kept)


def test_a_few_records_are_not_guarded_by_the_default_share(world):
    """Below 10, one record is a large share."""
    assert (world.run(*partners("a")).exit_code, world.active()) == (0, ["a"])


def test_the_share_is_of_the_records_that_are_left(world):
    """Archiving a little each night does not loosen the limit."""
    for kept in ("abcdefghijklmno", "abcdefghijkl", "abcdefghijk", "abcdefghij"):
        assert world.run(*partners(kept)).exit_code == 0
    result = world.run(*partners("abcdef"))
    assert (result.exit_code, len(world.active())) == (4, 10)
    assert "4 of the 10 records" in result.error


@pytest.mark.parametrize(("kept", "shrink", "code"), [(5, None, 0), (4, None, 4), (4, 60, 0), (9, 5, 4)])
def test_a_source_that_became_short_stops_before_any_write(world, kept, shrink, code):
    """Half of the last run's rows are wanted, unless `max_shrink` says otherwise."""
    world.run(*partners("abcdefghij"))
    before = world.writes()
    rows = [(ref, "new") for ref in "abcdefghij"[:kept]]
    settings = {"max_shrink": shrink} if shrink else {}
    result = world.run(*rows, max={"percent": 100}, **settings)
    assert (result.exit_code, world.writes() > before) == (code, code == 0)
    assert code == 0 or "max_shrink" in result.error


def test_what_comes_back_is_active_again(world):
    """When this job archived it."""
    world.run(*partners("abc"))
    assert told(world.run(*partners("abc"), plan=True), "returned") == (None,)
    assert told(world.run(*partners("abcd"), plan=True), "returned") == (1,)
    result = world.run(*partners("abcd"))
    assert (told(result, "returned", "found"), world.active()) == ((1, 0), ["a", "b", "c", "d"])
    before = world.writes()
    assert (told(world.run(*partners("abcd")), "returned"), world.writes()) == ((None,), before)


def test_what_a_person_archived_stays_archived(world):
    """Before the job did, or after it had brought the record back."""
    table = world.odoo.records["res.partner"]
    table[3]["active"] = False
    world.run(*partners("abc"))
    world.run(*partners("abcd"))
    assert world.active() == ["a", "b", "d"]
    table[4]["active"] = False
    world.run(*partners("abcd"))
    assert world.active() == ["a", "b"]


def test_what_a_person_brought_back_is_theirs_again(world):
    """It does not count as returned; when they archive it later, it stays archived."""
    world.run(*partners("abc"))
    world.odoo.records["res.partner"][4]["active"] = True
    assert told(world.run(*partners("abcd")), "returned") == (0,)
    before = world.writes()
    assert (told(world.run(*partners("abcd")), "returned"), world.writes()) == ((None,), before)
    world.odoo.records["res.partner"][4]["active"] = False
    world.run(*partners("abcd"))
    assert world.active() == ["a", "b", "c"]


def test_an_archiving_that_never_landed_counts_for_nothing(world):
    """The job did not archive the record, so that it does not bring back what a person archives later."""
    world.odoo.before = raising(Interrupted(9), "res.partner.write")
    with pytest.raises(Interrupted):
        world.run(*partners("abc"))
    world.run(*partners("abcd"))
    world.odoo.records["res.partner"][4]["active"] = False
    world.run(*partners("abcd"))
    assert world.active() == ["a", "b", "c"]


def test_refused_removals_are_isolated_and_told(world):
    """The others go; the exit code of the run says 3 (`schedule`)."""
    world.odoo.needed = {2}
    result = world.run(*partners("a"), policy="unlink")
    assert (told(result, "found", "unlinked"), world.there()) == ((3, 2), ["a", "b"])
    (refused,) = vanished(result)["refused"]
    assert refused["id"] == 2
    assert "another record needs [2]" in refused["reason"]


def test_a_record_that_is_needed_by_one_that_goes_too_goes_after_it(world):
    """Whatever their order."""
    unlink = world.odoo.unlink

    def freeing(model, ids, **options):
        done = unlink(model, ids, **options)
        if 4 in ids:
            world.odoo.needed = set()
        return done

    world.odoo.needed = {2}
    world.odoo.unlink = freeing
    assert (told(world.run(*partners("a"), policy="unlink"), "unlinked", "refused"), world.there()) == ((3, []), ["a"])


REFS = st.sets(st.sampled_from("abcdef"))


@examples(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(st.tuples(REFS, REFS, REFS), min_size=2, max_size=6))
def test_whatever_happens_the_mirror_is_true(shared_ledger, nights):
    """Each night some rows are there, some of them bad; persons have archived some records or brought them back."""
    model: dict[str, tuple[bool, bool]] = {}  # whether it is active, and whether the job archived it
    world = World(
        shared_ledger.put(shared_ledger.empty), MemoryOdoo(refuses=lambda values: values.get("name") == "bad")
    )
    for number, (source, bad, toggled) in enumerate(nights):
        for record in world.odoo.records.get("res.partner", {}).values():
            if record["ref"] in toggled:
                record["active"] = not record["active"]
                model[record["ref"]] = (record["active"], model[record["ref"]][1])
        rows = [(ref, "bad" if ref in bad else f"{ref} {number}") for ref in sorted(source)]
        assert world.run(*rows, max={"percent": 100}, max_shrink=100).status == "done"
        for ref in source & model.keys() | source - bad:
            active, ours = model.get(ref, (True, False))
            model[ref] = (active or ours, False)
        for ref in model.keys() - source:
            model[ref] = (False, model[ref][0] or model[ref][1])
        assert world.active() == sorted(ref for ref, (active, _) in model.items() if active)


@pytest.mark.parametrize("policy", ["archive", "unlink"])
def test_a_record_rule_keeps_one_record_and_no_other(world, policy):
    """It is told as any refusal; a lack of rights on the model removes nothing."""
    options = {"policy": policy, "max": {"percent": 100}, "max_shrink": 100}
    world.odoo.lacking = frozenset({"write", "unlink"})
    refused = world.run(("a", "a"), **options)
    assert (refused.exit_code, world.active()) == (5, ["a", "b", "c", "d"])
    world.odoo.lacking, world.odoo.hidden = frozenset(), lambda record: record["ref"] == "b"
    ran = world.run(("a", "a"), **options)
    assert (world.active(), ran.status, len(vanished(ran)["refused"])) == (["a", "b"], "done", 1)


@pytest.mark.parametrize("policy", ["archive", "unlink"])
def test_a_record_that_somebody_deletes_meanwhile_is_no_refusal(world, policy):
    """It is gone, which is all that was wanted."""
    verb = {"archive": "res.partner.write", "unlink": "res.partner.unlink"}[policy]

    def before(call, _):
        if call == verb:
            world.odoo.records["res.partner"].pop(3, None)

    world.odoo.before = before
    result = world.run(*partners("ab"), policy=policy)
    assert (result.status, told(result, "refused"), world.active()) == ("done", ([],), ["a", "b"])


@pytest.mark.parametrize("landed", [True, False])
def test_an_unlink_without_an_answer_is_settled(world, landed):
    """What is left is sent again; what is gone never is."""
    lose = raising(UnknownOutcome("read timeout"), "res.partner.unlink")

    def before(call, payload):
        if landed and call == "res.partner.unlink":
            del world.odoo.records["res.partner"][4]
        lose(call, payload)

    world.odoo.before = before
    result = world.run(*partners("abc"), policy="unlink")
    assert (result.status, told(result, "unlinked"), world.there()) == ("done", (1,), ["a", "b", "c"])
    assert world.odoo.calls["res.partner.unlink"] == (1 if landed else 2)
    assert world.ledger.open_calls("res.partner", "unknown/db") == []


@pytest.mark.parametrize("policy", ["archive", "unlink", {"set": {"color": 9}}])
@pytest.mark.parametrize("landed", [True, False])
def test_a_run_that_dies_while_it_removes_is_completed_by_the_next(world, policy, landed):
    """Whether its last call landed or not; and what was archived then comes back when its row does."""
    verb = "res.partner.unlink" if policy == "unlink" else "res.partner.write"
    die = raising(Interrupted(9), verb)

    def before(call, payload):
        if landed and call == verb:
            world.odoo.before = lambda *_: None
            if policy == "unlink":
                world.odoo.unlink("res.partner", payload)
            else:
                world.odoo.write("res.partner", [3, 4], payload[0])
            world.odoo.before = before
        die(call, payload)

    world.odoo.before = before
    with pytest.raises(Interrupted):
        world.run(*partners("ab"), policy=policy)
    assert len(world.ledger.open_calls("res.partner", "unknown/db")) == 1
    result = world.run(*partners("ab"), policy=policy)
    assert (result.status, world.ledger.open_calls("res.partner", "unknown/db")) == ("done", [])
    table = world.odoo.records["res.partner"]
    gone = [table.get(number, {}) for number in (3, 4)]
    wanted = {"archive": {"active": False}, "unlink": {}}.get(policy if isinstance(policy, str) else "", {"color": 9})
    assert all(one.get(name) == value for one in gone for name, value in wanted.items())
    assert policy != "unlink" or gone == [{}, {}]
    world.run(*partners("abcd"), policy=policy)
    assert world.active() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("error", [TransientError("away"), UnknownOutcome("?"), AccessRefused("no")])
def test_a_run_that_fails_removes_nothing(world, error):
    """A chunk that failed may hold the rows that seem to have vanished."""
    world.odoo.before = raising(error, "res.partner.search_read", at=1)
    result = world.run(*partners("abc"))
    assert (result.status, vanished(result), world.active()) == ("failed", {}, ["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"set": {"colour": 1}}, "no field `colour`"),
        ({"set": {"color": "red"}}, "does not fit `color`"),
        ({"set": {"color": {"a": 1}}}, "no value for `color`"),
        ({"set": {"lang": "xx"}}, "does not fit `lang`"),
    ],
)
def test_a_policy_that_does_not_fit_stops_before_any_write(world, policy, said):
    """Exit 2, and the error names the key."""
    before = world.writes()
    result = world.run(*partners("abcdx"), policy=policy)
    assert (result.exit_code, said in result.error, world.writes()) == (2, True, before)
    assert "target.vanish.policy.set" in result.error


def test_archive_needs_a_model_that_can_be_archived(world):
    """Countries of this Odoo have no `active`."""
    countries = job_spec({"name": "name"}, model="res.country", key="name", mode="mirror")
    result = world.run(("a", "A"), spec=countries)
    assert (result.exit_code, "has no field `active`" in result.error) == (2, True)
    assert world.odoo.records.get("res.country", {}) == {}
