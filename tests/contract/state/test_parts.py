"""Parts of a job that different processes do: which of them belong together, and which is the last."""

from __future__ import annotations

import threading

import pytest

from odoo_etl.state import Share, open_ledger


def begin(ledger, part, parts=2):
    """A part of the job begins; its group and its entry."""
    group = ledger.group_of("partners", "db", f"{part}/{parts}", parts)
    share = Share(group, f"{part}/{parts}")
    return group, ledger.start_job("run", "partners", "res.partner", "db", "spec", share=share)


def test_parts_that_come_together(ledger):
    """A part that failed or was killed comes again into its group; one that is done begins the next."""
    first, one = begin(ledger, 1)
    one.finish("failed", {})
    again, one = begin(ledger, 1)
    second, two = begin(ledger, 2)
    assert (again, second) == (first, first)
    assert not one.finish_unless_last(2, {"created": 3})
    assert two.finish_unless_last(2, {})
    assert [ledger.parts("partners", "db", first)[f"{n}/2"].status for n in (1, 2)] == ["done", "running"]
    assert begin(ledger, 2)[0] == first
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
