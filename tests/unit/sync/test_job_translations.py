"""Jobs with texts in several languages, on an Odoo in memory."""

from __future__ import annotations

import pytest

from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo

BOM = "mrp.bom"
COLUMNS = ["code", "name", "fr", "de"]
NAME = {"column": "name", "translations": {"fr_FR": "fr", "de_DE": "de"}}


def world(*languages: str) -> World:
    """An Odoo with these languages."""
    odoo = MemoryOdoo()
    odoo.add("res.lang", *({"code": code} for code in languages or ("en_US", "fr_FR", "de_DE")))
    return World(odoo)


def job(name=NAME, **target):
    """A job on bills of materials."""
    return job_spec({"code": "code", "name": name}, model=BOM, key="code", **target)


def rows(*some):
    """A source of code, name and two translations."""
    return ListSource(COLUMNS, some)


def texts(world: World) -> list[tuple[str, ...]]:
    """Name in each language, as it is kept; empty where a language has none of its own."""
    table = world.odoo.records[BOM].values()
    return [(one["name"], one.get("name@fr_FR", ""), one.get("name@de_DE", "")) for one in table]


def test_all_languages_land_and_a_second_run_writes_nothing():
    """With one write for each language after the creation."""
    some, one = world(), rows(("a", "A", "FA", "DA"), ("b", "B", "FB", ""), ("c", "C", "C", ""))
    assert some.run(job(), one).counts == {"created": 3}
    assert texts(some) == [("A", "FA", "DA"), ("B", "FB", ""), ("C", "", "")]
    again = some.run(job(), one)
    assert (again.counts, again.writes) == ({"unchanged": 3}, 0)


def test_only_what_differs_is_written():
    """In the language in which it differs."""
    some = world()
    some.run(job(), rows(("a", "A", "FA", "DA"), ("b", "B", "FB", "DB")))
    ran = some.run(job(), rows(("a", "A", "FA2", "DA"), ("b", "B", "FB", "DB")))
    assert (ran.counts, ran.writes) == ({"updated": 1, "unchanged": 1}, 1)
    assert texts(some) == [("A", "FA2", "DA"), ("B", "FB", "DB")]


def test_a_plan_names_the_language():
    """Of what is new and of what changes."""
    some = world()
    some.run(job(), rows(("a", "A", "FA", "DA")))
    changes = some.run(job(), rows(("a", "A", "FA2", "DA"), ("b", "B", "FB", "")), shown=5).changes
    assert [one.changes for one in changes if one.action == "update"] == [{"name@fr_FR": ("FA", "FA2")}]
    assert [one.changes["name@fr_FR"] for one in changes if one.action == "create"] == [(None, "FB")]


def test_a_text_that_was_only_shown_stays_when_the_own_one_changes():
    """Odoo would show the new one: it is written along, and no plan calls it a change."""
    some = world()
    some.run(job(), rows(("a", "A", "", "")))
    changed = rows(("a", "B", "A", ""))
    (change,) = some.run(job(), changed, shown=5).changes
    assert change.changes == {"name": ("A", "B")}
    assert some.run(job(), changed).counts == {"updated": 1}
    assert texts(some) == [("B", "A", "")]
    assert some.run(job(), changed).counts == {"unchanged": 1}


def test_what_odoo_does_not_keep_is_told_with_its_language():
    """After the second look; where a run may remember it, it is not written again."""
    some = world()

    def keeps(model, values, record, table):
        if record.get("name@fr_FR"):
            record["name@fr_FR"] = "Odoo's"

    some.odoo.keeps = keeps
    ran = some.run(job(), rows(("a", "A", "FA", "DA")))
    (one,) = ran.result.discrepancies.not_kept
    assert (one.field, one.sent, one.kept) == ("name@fr_FR", "FA", "Odoo's")


def test_what_one_language_is_refused_is_a_reject():
    """And the record does not count as created."""
    some = world()
    some.odoo.refuses = lambda values: values.get("name") == "no"
    ran = some.run(job(), rows(("a", "A", "no", ""), ("b", "B", "FB", "")))
    assert (ran.counts, ran.adds_up) == ({"created": 1, "rejected": 1}, True)


@pytest.mark.parametrize(
    ("spec", "languages", "path", "words"),
    [
        (job(), ("en_US", "fr_FR"), "fields.name.translations.de_DE", "`de_DE` is not installed"),
        (job(), ("fr_FR", "de_DE"), "target.context.lang", "`en_US` is not installed"),
        (
            job_spec({"ref": "ref", "email": NAME}),
            ("en_US", "fr_FR", "de_DE"),
            "fields.email.translations",
            "is not translated",
        ),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_read(spec, languages, path, words):
    """With its place and a way out."""
    ran = world(*languages).run(spec, rows(("a", "A", "FA", "DA")))
    assert (ran.result.status, ran.result.exit_code, ran.writes) == ("failed", 2, 0)
    assert f"{path}: " in ran.result.error
    assert words in ran.result.error
