"""Calls and waits of a client, as the observer of a run hears them."""

from __future__ import annotations

import threading

from odoo_etl.errors import TransientError
from odoo_etl.events import Answered, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.odoo import RetryEvent
from odoo_etl.watching import CallsOf, wait_of


class Hears(NoObserver):
    """Keeps what it hears of calls and waits."""

    def __init__(self):
        self.heard = []

    def calling(self, job, calls):
        self.heard.append((job, calls))

    def answered(self, job, answered):
        self.heard.append((job, answered))

    def waiting(self, job, wait):
        self.heard.append((job, wait))


def in_thread(function, *values):
    """Let another thread call it."""
    thread = threading.Thread(target=function, args=values)
    thread.start()
    thread.join()


def test_the_calls_on_their_way_are_told_the_oldest_first():
    """Each thread has one."""
    observer = Hears()
    calls = CallsOf(observer, "partners")
    calls.began("res.partner.search_read")
    in_thread(calls.began, "res.partner.create")
    calls.ended("res.partner.search_read", 0, 0.5, "answered")
    assert observer.heard == [
        ("partners", ("res.partner.search_read",)),
        ("partners", ("res.partner.search_read", "res.partner.create")),
        ("partners", Answered("res.partner.search_read", 0, 0.5)),
        ("partners", ("res.partner.create",)),
    ]


def test_calls_are_those_of_the_job_at_work():
    """Jobs share the client of their connection."""
    observer = Hears()
    calls = CallsOf(observer, "firms")
    calls.job = "people"
    calls.began("res.partner.read")
    assert observer.heard == [("people", ("res.partner.read",))]


def test_a_wait_names_the_attempts_where_they_end_it():
    """Of a server that is away only time does."""
    busy, away = TransientError("serialization"), TransientError("HTTP 503", delivered=False)
    assert wait_of(RetryEvent("m.create", 2, 8.0, busy, 6)) == Wait("server", "serialization", 8.0, 3, 6)
    assert wait_of(RetryEvent("m.create", 2, 8.0, away)) == Wait("server", "HTTP 503", 8.0)


def test_what_is_repeated_is_told():
    """As a wait of the job."""
    observer = Hears()
    CallsOf(observer, "firms").retried(RetryEvent("m.create", 1, 1.5, TransientError("busy"), 6))
    assert observer.heard == [("firms", Wait("server", "busy", 1.5, 2, 6))]
