"""What Odoo refused lands after all when other rows have made room for it; what does not is a reject, counted once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from odoo_etl.errors import Refused, TransientError
from odoo_etl.results import Counts, JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.outcome import Refusal
from odoo_etl.sync.refused.second_try import ALL_IN_VAIN, BEYOND_LIMIT, IN_VAIN, RefusedRecords, SecondTries
from tests.builders import Heard, ListSource, World, job_spec, record
from tests.examples import examples
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name", "email": "email"}
COLUMNS = ["ref", "name", "email"]


def world(*emails, major=19):
    """An Odoo whose partners 0, 1, ... have these e-mail addresses, which only one may have."""
    made = World(MemoryOdoo(unique=("email",), major=major))
    made.odoo.add("res.partner", *({"ref": str(n), "name": "A", "email": one} for n, one in enumerate(emails)))
    return made


def rows(*emails):
    """Partners 0, 1, ... with these addresses."""
    return ListSource(COLUMNS, [(str(n), "A", one) for n, one in enumerate(emails)])


def emails(there):
    """The addresses by ref."""
    return [email for _, email in there.partners("ref", "email")]


SPREAD = [{}, {"chunk_size": 1}, {"chunk_size": 2}, {"chunk_size": 1, "concurrency": 3}]


@pytest.mark.parametrize("major", [18, 19])
@pytest.mark.parametrize("load", SPREAD)
@pytest.mark.parametrize("wanted", ["ba", "bcd", "bca", "dcba", "badc", "xab", "bcde", "eabcd"])
def test_values_that_only_one_may_have_are_handed_on(wanted, load, major):
    """Swapped, or along a chain or a cycle, in one run; wherever the rows stand."""
    there, spec = world(*"abcd"[: len(wanted)], major=major), job_spec(FIELDS, load=load)
    ran = there.run(spec, rows(*wanted))
    assert (emails(there), ran.codes, ran.result.status, ran.adds_up) == (list(wanted), [], "done", True)
    again = there.run(spec, rows(*wanted))
    assert (again.counts, again.writes) == ({"unchanged": len(wanted)}, 0)


@pytest.mark.parametrize("load", SPREAD)
def test_a_new_record_takes_what_a_later_row_gives_up(load):
    """It is created once, in its second try."""
    there = world("a")
    source = ListSource(COLUMNS, [("new", "N", "a"), ("0", "A", "b")])
    assert there.run(job_spec(FIELDS, load=load), source).counts == {"created": 1, "updated": 1}
    assert there.partners("ref", "email") == [("0", "b"), ("new", "a")]


def test_a_key_in_several_rows_lands_as_one():
    """And its rows are judged one by one when it does not."""
    there = world("a", "b", "c")
    source = ListSource(COLUMNS, [("0", "A", "x"), ("1", "B", "a"), ("0", "A", "b"), ("2", "C", ""), ("2", "C", "a")])
    ran = there.run(job_spec(FIELDS), source)
    assert there.partners("ref", "email") == [("0", "b"), ("1", "a"), ("2", "c")]
    assert (ran.counts, ran.heard.rejected_lines) == ({"updated": 4, "rejected": 1}, [6])


def test_a_row_that_is_refused_for_good_is_one_reject():
    """Told once and counted once; it costs a bounded number of calls more, and none where nothing landed since."""
    there = world(*map(str, range(50)))
    there.odoo.add("res.partner", {"ref": "other", "name": "A", "email": "taken"})
    wanted = [f"new {n}" if n != 7 else "taken" for n in range(50)]
    ran = there.run(job_spec(FIELDS), rows(*wanted))
    assert (ran.counts, ran.heard.rejected_lines) == ({"updated": 49, "rejected": 1}, [9])
    assert ran.result.reject_codes == {"odoo.exceptions.ValidationError": 1}
    again = there.run(job_spec(FIELDS), rows(*wanted))
    assert (again.counts, again.writes) == ({"unchanged": 49, "rejected": 1}, 1)


def test_a_field_that_odoo_requires_is_never_emptied():
    """Both rows are rejects, and both records are as they were."""
    there = World(MemoryOdoo(unique=("name",)))
    there.odoo.add("res.partner", {"ref": "0", "name": "a"}, {"ref": "1", "name": "b"})
    spec, source = job_spec({"ref": "ref", "name": "name"}), ListSource(["ref", "name"], [("0", "b"), ("1", "a")])
    assert there.run(spec, source).counts == {"rejected": 2}
    assert there.partners("ref", "name") == [("0", "a"), ("1", "b")]


def test_what_was_emptied_in_vain_is_put_back():
    """Odoo refuses the rows for another reason than their values; nothing is changed, and undo finds nothing to do."""
    there = world("a", "b")
    there.odoo.refuses = lambda values: "name" in values
    ran = there.run(job_spec(FIELDS), ListSource(COLUMNS, [("0", "X", "b"), ("1", "Y", "a")]))
    assert (ran.counts, there.partners("name", "email")) == ({"rejected": 2}, [("A", "a"), ("A", "b")])
    assert all("refuses these values" in one.reason for one in ran.heard.rejects)


def test_whose_value_another_has_by_then_is_told():
    """Nothing is lost silently: the reject says that the field is empty now."""
    there = world("a", "b")
    there.odoo.refuses = lambda values: values.get("email") == "a"
    ran = there.run(job_spec(FIELDS), rows("b", "a"))
    assert (ran.counts, emails(there)) == ({"updated": 1, "rejected": 1}, ["b", False])
    assert "email of this record is empty now" in ran.heard.rejects[0].reason


@pytest.mark.parametrize("limit", [0, 1, "10%"])
def test_the_limit_of_rejects_counts_what_is_refused_for_good(limit):
    """Rows that land in their second try are none; others stop the job before it writes on."""
    there, spec = world("a", "b", "c"), job_spec(FIELDS, load={"max_rejects": limit})
    assert there.run(spec, rows("b", "c", "a")).counts == {"updated": 3}
    there = world("a", "b", "c", "d")
    there.odoo.add("res.partner", {"ref": "other", "name": "A", "email": "taken"})
    spec = job_spec(FIELDS, load={"max_rejects": limit, "chunk_size": 3})
    ran = there.run(spec, rows("b", "taken", "taken", "x"))
    assert (ran.result.exit_code, ran.counts) == (4, {"rejected": 3, "failed": 1})
    assert (emails(there)[3], ran.adds_up) == ("d", True)


def test_an_outage_leaves_no_refused_row_untold():
    """Its batch fails; the rows that Odoo refused before are rejects."""
    there = world("a", "b", "c")
    there.odoo.add("res.partner", {"ref": "other", "name": "A", "email": "taken"})

    def away(call, payload):
        if call.endswith(("write", "web_save_multi")) and {"email": "taken"} not in payload:
            raise TransientError("away")

    there.odoo.before = away
    ran = there.run(job_spec(FIELDS), rows("taken", "x", "y"))
    assert (ran.counts, ran.result.status, ran.adds_up) == ({"rejected": 1, "failed": 2}, "failed", True)


@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(8)), st.sets(st.integers(0, 7)), st.sampled_from(SPREAD), st.booleans())
def test_any_shuffle_lands(wanted, kept, load, create):
    """Whatever order the values are handed on in, with records that stay as they are and one that is new."""
    existing = [str(n) for n in range(8)]
    there = world(*existing[:-1] if create else existing)
    ran = there.run(job_spec(FIELDS, load=load), rows(*map(str, wanted)))
    assert (emails(there), ran.codes, ran.adds_up) == ([str(n) for n in wanted], [], True)


@pytest.mark.parametrize("own_reason", [False, True])
def test_rows_that_would_be_refused_again_are_not_all_tried(own_reason):
    """Of each reason some are, as long as none of them lands; those that want what another gave up are all tried."""
    there = World(MemoryOdoo(unique=("email",)))
    there.odoo.add("res.partner", {"ref": "0", "name": "A", "email": "mine"})

    def bad(call, payload):
        named = [one["name"] for one in payload if one.get("name", "").startswith("bad")] if "create" in call else []
        if named:
            raise Refused(f"no {named[0]}" if own_reason else "no", name="odoo.exceptions.UserError")

    there.odoo.before = bad
    wanted = [
        ("new", "B", "mine"),
        *((f"b{n}", f"bad {n}", "") for n in range(200)),
        ("0", "A", "other"),
        ("g", "G", ""),
    ]
    ran = there.run(job_spec(FIELDS, load={"chunk_size": 50}), ListSource(COLUMNS, wanted))
    assert ran.counts == {"created": 2, "updated": 1, "rejected": 200}
    assert ran.result.calls["res.partner.create"] <= 2 * (210 + (ALL_IN_VAIN if own_reason else IN_VAIN))


def kept(most, **load):
    """What keeps refused rows of a job, and a chunk."""
    so_far = JobSoFar(JobResult("partners", "res.partner", counts=Counts(read=100)))
    return RefusedRecords(Tally(job_spec(FIELDS, load=load), so_far, Heard()), most), BatchProgress()


def refused(ref):
    """A refused record."""
    return Refusal(record(ref), Refused("no"), 0, None)


def test_only_so_many_refused_rows_are_kept():
    """Further ones are rejects at once; what got its verdict makes room."""
    keeper, progress = kept(2)
    assert [keeper.keep(progress, refused(ref)) for ref in "abc"] == [True, True, False]
    assert [one.record.key for one in keeper.take(progress)] == [("a",), ("b",)]
    assert (keeper.batches(), keeper.keep(progress, refused("d"))) == ([], True)


def test_a_limit_of_rejects_bounds_them_too():
    """Else a bad file would be tried to its end before the limit stops the job."""
    keeper, progress = kept(10_000, max_rejects=5)
    assert sum(keeper.keep(progress, refused(str(n))) for n in range(200)) == BEYOND_LIMIT


def test_a_record_that_is_deleted_before_its_second_pass_is_made_again():
    """Of two rows with its key one is refused; the other makes it, and is looked at to its end."""
    there = world()
    (gone,) = there.odoo.add("res.partner", {"ref": "a", "name": "A"})
    there.odoo.refuses = lambda values: values.get("email") == "bad"

    def before(call, _payload):
        if call == "res.partner.search_read" and len(there.odoo.records["res.partner"]) == 2:
            there.odoo.records["res.partner"].pop(gone, None)

    there.odoo.before = before
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    cells = [("a", "A", "good", "b"), ("a", "A", "bad", "b"), ("b", "B", "", "")]
    ran = there.run(job_spec({**FIELDS, "parent_id": parent}), ListSource([*COLUMNS, "parent"], cells))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 2, "rejected": 1}, [3])
    assert there.partners("ref", "email", "parent_id") == [("a", "good", 2), ("b", False, False)]


class Lands:
    """Tries records again: those of some keys land, the others are refused for the reason in their name."""

    def __init__(self, *lands):
        self.lands, self.tried = lands, []

    def again(self, records, progress, chunk, refused):
        """Note who was tried."""
        self.tried += [one.key[0] for one in records]
        if refused is not None:
            refused += [
                Refusal(one, Refused(one.values["name"]), 1, None) for one in records if one.key[0] not in self.lands
            ]


def waiting(*reasons, landed=0):
    """Refused records `0`, `1`, ... each with its reason."""
    return [
        Refusal(record(str(number), name=reason), Refused(reason), landed, None)
        for number, reason in enumerate(reasons)
    ]


def once_more(refused_records, *lands, rounds=1, updates=1):
    """Try refused records again, in so many rounds; who was tried, and how many are refused still."""
    keeper, progress = kept(10_000)
    keeper.wrote(updates)
    progress.refused = list(refused_records)
    sync = Lands(*lands)
    tries = SecondTries(sync, keeper, {})
    for _ in range(rounds):
        tries.once_more(progress, 1)
        keeper.wrote(1)
    return sync.tried, len(progress.refused)


@pytest.mark.parametrize(("count", "tried"), [(IN_VAIN - 1, 9), (IN_VAIN, 10), (IN_VAIN + 1, 10)])
def test_so_many_rows_of_one_reason_are_tried_in_vain(count, tried):
    """Also in all rounds together."""
    assert once_more(waiting(*["no"] * count)) == ([str(number) for number in range(tried)], count)
    assert len(once_more(waiting(*["no"] * IN_VAIN), rounds=3)[0]) == IN_VAIN


@pytest.mark.parametrize(("count", "tried"), [(ALL_IN_VAIN, 100), (ALL_IN_VAIN + 1, 100)])
def test_so_many_rows_of_whatever_reason_are_tried_in_vain(count, tried):
    """Where each has its own."""
    found, left = once_more(waiting(*(f"no {number}" for number in range(count))))
    assert (len(found), left) == (tried, count)


def test_where_one_lands_its_reason_gets_another_try():
    """For each that lands; those of another reason, tried in vain, do not."""
    tried, left = once_more(waiting(*["no"] * 30, *["never"] * 30), "5", "7")
    assert (len(tried), left) == (IN_VAIN + 2 + IN_VAIN, 58)
    assert len(once_more(waiting(*["no"] * 30), *map(str, range(30)))[0]) == 30


@pytest.mark.parametrize(("landed", "updates", "tried"), [(1, 1, 0), (0, 1, 1), (2, 3, 1), (3, 3, 0)])
def test_a_row_is_tried_again_when_something_landed_since(landed, updates, tried):
    """Else nothing has changed for it."""
    assert len(once_more(waiting("no", landed=landed), updates=updates)[0]) == tried


def test_a_record_of_several_rows_takes_the_room_of_them_all():
    """What was kept before stays."""
    keeper, progress = kept(3)
    several = record("a")
    several.rows *= 2
    assert keeper.keep(progress, Refusal(several, Refused("no"), 0, None))
    assert not keeper.keep(progress, Refusal(several, Refused("no"), 0, None))
    assert keeper.keep(progress, refused("b"))
    assert (keeper.rows, keeper.batches()) == (3, [progress])
    keeper.take(progress)
    assert keeper.rows == 0
