"""Parts of a job that different processes do: which of them belong together, and which is the last."""

from __future__ import annotations

import threading

import pytest

from odoo_etl.state import JobPart, open_ledger


def begin(ledger, part, parts=2):
    """A part of the job begins; its group and its entry."""
    group = ledger.group_of("partners", "db", f"{part}/{parts}", parts)
    job_part = JobPart(group, f"{part}/{parts}")
    return group, ledger.start_job("run", "partners", "res.partner", "db", "spec", job_part=job_part)


def test_parts_that_come_together(ledger):
    """A part that failed or was killed comes again into its group; once all are done, whoever comes begins the next."""
    first, one = begin(ledger, 1)
    one.finish("failed", {})
    again, one = begin(ledger, 1)
    second, two = begin(ledger, 2)
    assert (again, second) == (first, first)
    assert not one.finish_unless_last(2, {"created": 3})
    assert two.finish_unless_last(2, {})
    assert [ledger.parts("partners", "db", first)[f"{n}/2"].status for n in (1, 2)] == ["done", "running"]
    assert ledger.group_of("partners", "db", "2/2", 2) == first
    two.finish("done", {})
    later, _ = begin(ledger, 1)
    assert (later != first, begin(ledger, 2)[0]) == (True, later)


def test_parts_of_another_number_are_others(ledger):
    """As are those of another job or database."""
    first, _ = begin(ledger, 1)
    assert begin(ledger, 1, 3)[0] != first
    _, other = begin(ledger, 1)
    assert not other.finish_unless_last(2, {})
    assert ledger.group_of("orders", "db", "1/2", 2) == ledger.group_of("partners", "other", "1/2", 2) == first


def test_a_part_that_is_done_comes_again(ledger):
    """Something after it had failed: it belongs to the others still, and they wait until it is done again."""
    first, one = begin(ledger, 1)
    _, two = begin(ledger, 2)
    assert not one.finish_unless_last(2, {})
    again, one = begin(ledger, 1)
    assert again == first
    assert not two.finish_unless_last(2, {})
    assert one.finish_unless_last(2, {})


@pytest.mark.parametrize(
    ("mine", "other", "again"), [(1, 0, True), (None, 3, True), (1, None, True), (0, 0, False), (1, 5, False)]
)
def test_a_part_whose_run_failed_later_on_comes_again(ledger, mine, other, *, again):
    """While the others have done theirs, or are at it; where all failed, all begin anew."""
    for number, code in ((1, mine), (2, other)):
        ledger.start_run(f"run {number}", "run")
        job_part = JobPart("2.1", f"{number}/2")
        ledger.start_job(f"run {number}", "partners", "res.partner", "db", "spec", job_part=job_part).finish("done", {})
        if code is not None:
            ledger.finish_run(f"run {number}", code)
    assert (ledger.group_of("partners", "db", "1/2", 2) == "2.1") == again


def test_what_comes_the_next_day_is_the_next_round(ledger, monkeypatch):
    """Whatever became of the run the day before."""
    test_a_part_whose_run_failed_later_on_comes_again(ledger, 1, 0, again=True)
    monkeypatch.setattr("odoo_etl.state.ledger.AGAIN_S", 0.0)
    assert ledger.group_of("partners", "db", "1/2", 2) == "2.2"


def test_a_part_does_not_count_itself(ledger):
    """Started twice, while the other one still works, its second run is not the last."""
    _, one = begin(ledger, 1)
    _, two = begin(ledger, 2)
    _, again = begin(ledger, 1)
    assert not one.finish_unless_last(2, {})
    assert not again.finish_unless_last(2, {})
    assert two.finish_unless_last(2, {})


@pytest.mark.parametrize("parts", [2, 5])
def test_exactly_one_is_the_last(url, run_dir, parts):
    """However close together they end."""
    together = threading.Barrier(parts)
    last = []

    def work(number):
        with open_ledger(url, run_dir) as ledger:
            _, entry = begin(ledger, number, parts)
            together.wait()
            last.append(entry.finish_unless_last(parts, {}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, parts + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(last) == [False] * (parts - 1) + [True]


def test_parts_of_the_run_that_goes_on_are_no_later_run(ledger):
    """They begin one after the other, and what the first writes must not keep the second from beginning."""
    ledger.start_run("first", "run")
    ledger.start_run("again", "resume", "first")
    for run in ("first", "again"):
        job = ledger.start_job(run, "partners", "res.partner", "db", "spec", job_part=JobPart(run, "1/2"))
        job.done(job.sent(0, "create"), [1])
    ledger.start_job("first", "partners", "res.partner", "db", "spec", job_part=JobPart("first", "2/2"))
    entry = ledger.jobs("first")[0]
    assert ledger.lineage.written_after(entry).run_id == "again"
    assert ledger.lineage.written_after(entry, "again").run_id == ""
