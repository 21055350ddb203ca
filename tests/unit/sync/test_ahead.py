"""The counts that are told while a job runs are ahead of those that are counted."""

from __future__ import annotations

from odoo_etl.events import Phase
from odoo_etl.results import Counts, JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.ahead import Ahead
from odoo_etl.sync.outcome import Outcome
from tests.builders import ListSource, World, job_spec, record


def known(**counts):
    """A job of which so much is counted."""
    return JobSoFar(JobResult("partners", "res.partner", counts=Counts(**counts)))


def test_what_a_call_landed_is_told_at_once():
    """Before its batch is counted, and not twice once it is."""
    told, so_far = [], known(read=9)
    ahead = Ahead(so_far)
    ahead.tell(told.append)
    outcome = Outcome(moved=ahead.moved)
    ahead.opened(outcome)
    outcome.take_created([record("a"), record("b")], [1, 2])
    assert told == [Counts(read=9, created=2)]
    ahead.counted(outcome)
    so_far.count(created=2)
    ahead.moved()
    assert told[1:] == [Counts(read=9, created=2)]


def test_rows_that_wait_for_the_second_pass_are_told_by_what_the_first_made_of_them():
    """Once, also when they are counted."""
    told, so_far = [], known(read=3)
    ahead = Ahead(so_far)
    ahead.tell(told.append)
    ahead.deferred(Counts(created=1, unchanged=1))
    ahead.moved()
    ahead.taken_up([Counts(created=1, unchanged=1)])
    so_far.count(created=2)
    ahead.moved()
    assert told == [Counts(read=3, created=1, unchanged=1), Counts(read=3, created=2)]


def test_where_nobody_hears_nothing_is_added_up():
    """A plan of a program, say."""
    ahead, outcome = Ahead(known()), Outcome()
    ahead.opened(outcome)
    ahead.moved()  # raises nothing, and calls nobody


def test_a_job_tells_of_each_call_of_a_batch():
    """A first record that is created alone, then the others: one batch, several answers."""
    world = World()
    ran = world.run(job_spec({"ref": "ref", "name": "name"}, load={"chunk_size": 50}), rows(30))
    moves = [counts.created for counts in ran.heard.moves]
    assert moves[0] == 1
    assert moves[-1] == ran.result.counts.created == 30
    assert moves == sorted(moves)


def test_a_job_tells_of_its_phases_in_their_order():
    """As they are listed; those that it has no use for take no time."""
    ran = World().run(job_spec({"ref": "ref"}), rows(3))
    order = list(Phase)
    assert ran.heard.phases == sorted(ran.heard.phases, key=order.index)
    assert {Phase.SERVER, Phase.SOURCE, Phase.ROWS} <= set(ran.heard.phases)


def rows(count):
    """A source of so many partners."""
    return ListSource(["ref", "name"], [(f"R{number}", f"Name {number}") for number in range(count)])
