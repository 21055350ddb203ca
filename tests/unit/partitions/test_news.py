"""How far parts are that run elsewhere, as whoever directs them hears it."""

from __future__ import annotations

import json
import threading

from odoo_etl.events import Answered, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.partitions.news import LONGEST_TEXT, PartNews, PartReporter, PartsProgress
from odoo_etl.results import Counts
from odoo_etl.so_far import JobSoFar

CREATE = "res.partner.create"


class Hears(NoObserver):
    """Keeps what it hears."""

    def __init__(self):
        self.heard = []
        for name in ("resumed", "calling", "answered", "waiting", "progressed"):
            setattr(self, name, lambda job, value, name=name: self.heard.append((name, job, value)))

    def last(self, name):
        """The last value of an event."""
        return [value for event, _, value in self.heard if event == name][-1]


def reporter(tell, part="1/2"):
    """The observer of a part."""
    return PartReporter(JobSoFar.begun("partners", "res.partner", part), tell)


def test_news_travel_as_plain_values():
    """Through a pipe, or a cluster's messages."""
    wait = Wait("server", "HTTP 503", 8.0, 3, 6)
    news = PartNews("partners", "1/2", Counts(5, created=3), 2, (CREATE,), (Answered(CREATE, 3, 0.5),), wait)
    assert PartNews.from_plain(json.loads(json.dumps(news.as_plain()))) == news


def test_a_part_tells_what_is_new():
    """Calls of a kind are added up; the last news come before the end."""
    told = []
    part = reporter(told.append)
    part.progressed("partners", Counts(created=3))
    part.resumed("partners", 1)
    part.calling("partners", (CREATE,))
    for _ in range(3):
        part.answered("partners", Answered(CREATE, 10, 0.5))
    part.waiting("partners", Wait("server", "x" * 1000, 8.0))
    part.close()
    (news,) = map(PartNews.from_plain, told)
    assert (news.counts.created, news.resumed, news.calls) == (3, 1, (CREATE,))
    assert news.answered == (Answered(CREATE, 30, 1.5, calls=3, elsewhere=True),)
    assert len(news.wait.text) == LONGEST_TEXT


def test_many_kinds_of_calls_are_told_in_small_messages():
    """A pipe takes up to 4 KiB as one."""
    told = []
    part = reporter(told.append)
    for number in range(70):
        part.answered("partners", Answered(f"a.model.with.a.rather.long.name.of.its.own.{number}", 10, 0.5))
    part.waiting("partners", Wait("server", "x" * 1000, 8.0))
    part.close()
    assert sum(len(news["answered"]) for news in told) == 70
    assert max(len(json.dumps(news)) for news in told) < 4000


def test_news_come_by_themselves():
    """And a part of which nothing is new tells nothing."""
    told, came = [], threading.Event()
    part = reporter(lambda news: (told.append(news), came.set()))
    part.progressed("partners", Counts(created=3))
    assert came.wait(10)
    part.close()
    assert len(told) == 1


def test_where_nobody_hears_nothing_is_told():
    """Nor is there a thread."""
    before = threading.active_count()
    part = reporter(None)
    part.progressed("partners", Counts(created=3))
    assert threading.active_count() == before
    part.close()


def test_the_parts_add_up():
    """Rows, calls, what was done before; waits name their part."""
    observer = Hears()
    progress = PartsProgress("partners", observer, Counts(read=100, filtered=10))
    for number in ("1/2", "2/2"):
        wait = Wait("server", "HTTP 503", 8.0) if number == "2/2" else None
        news = PartNews("partners", number, Counts(created=20, rejected=1), 5, (CREATE,), (), wait)
        progress.hear(news.as_plain())
    assert observer.last("progressed") == Counts(read=100, filtered=10, created=40, rejected=2)
    assert observer.last("calling") == (CREATE, CREATE)
    assert observer.last("waiting").text == "part 2/2: HTTP 503"
    assert [value for event, _, value in observer.heard if event == "resumed"] == [5, 5]


def test_a_part_that_has_ended_is_what_its_result_says():
    """News that come late are old; those of another job are not ours."""
    observer = Hears()
    progress = PartsProgress("partners", observer, Counts(read=10))
    progress.hear(PartNews("partners", "1/2", Counts(created=3), calls=(CREATE,)).as_plain())
    progress.ended("1/2", Counts(5, created=4, failed=1))
    progress.hear(PartNews("partners", "1/2", Counts(created=2)).as_plain())
    progress.hear(PartNews("firms", "2/2", Counts(created=2)).as_plain())
    assert observer.last("progressed") == Counts(read=10, created=4)
    assert observer.last("calling") == ()
