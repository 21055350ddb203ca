"""Answers come in the order of the questions, several of which are on their way."""

from __future__ import annotations

import threading

import pytest

from odoo_etl.sources.odoo.ahead import Abandoned, Ahead


def test_answers_come_in_the_order_of_the_questions():
    """Whichever is there first."""
    second = threading.Event()

    def work(item):
        if item == 1:
            second.wait(5)
        if item == 2:
            second.set()
        return item * 10

    assert list(Ahead(2).answers(work, iter(range(5)))) == [0, 10, 20, 30, 40]


def test_no_questions_have_no_answers():
    """And no thread."""
    before = threading.active_count()
    assert list(Ahead(4).answers(str, [])) == []
    assert threading.active_count() == before


def test_few_are_asked_at_first_and_never_many_more_than_are_taken():
    """Who takes the first answer has asked for few; at most twice as many wait as there are threads."""
    asked = []
    answers = Ahead(2).answers(lambda item: item, (asked.append(n) or n for n in range(100)))
    next(answers)
    assert len(asked) <= 3
    for taken in range(2, 50):
        next(answers)
        assert len(asked) <= taken + 4
    answers.close()


def test_an_error_comes_in_its_turn():
    """After the answers before it; nothing is asked then, and no thread is left."""
    before = threading.active_count()
    answers = Ahead(3).answers(lambda item: 1 // (3 - item), range(1000))
    assert [next(answers) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(answers)
    assert threading.active_count() == before


def test_who_waits_for_nobody_stops_waiting():
    """A thread that was to wait for a server wakes when the answers are given up."""
    ahead, waits = Ahead(2), threading.Event()

    def work(item):
        if item == 0:
            return item
        waits.set()
        ahead.sleep(3600)
        return item

    answers = ahead.answers(work, range(10))
    next(answers)
    waits.wait(5)
    answers.close()
    with pytest.raises(Abandoned):
        ahead.sleep(1)


def test_sleep_waits():
    """As long as it is told."""
    Ahead(1).sleep(0.0)
