"""Preloading: when all records that a lookup may find are read at once, and that answers stay what they are."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.mapping import Lookup, Ref
from odoo_etl.sync.existing.lookups import CACHED_KEYS, Lookups
from odoo_etl.sync.existing.preloading import ASKED_FIRST, WORTH_COUNTING, Preloading
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.existing.sought import Sought
from tests.builders import ListSource, World, job_spec, target
from tests.examples import examples
from tests.memory_odoo import MemoryOdoo

PARTNER = Lookup("res.partner", ("ref",))
CONTEXT = {"active_test": False}
MANY = 30  # batches


def with_partners(count, made=None):
    """An Odoo with so many partners, `P0` and so on."""
    odoo = made or MemoryOdoo()
    odoo.add("res.partner", *({"name": "P", "ref": f"P{number}"} for number in range(count)))
    return odoo


def lookups(odoo, batches=0, **options):
    """Lookups on that server, before so many batches."""
    asking = Lookups(odoo, Schema(odoo, {}), CONTEXT, **options)
    asking.expect(batches)
    return asking


def asked(asking, batches, lookup=PARTNER):
    """The answers to keys, batch by batch."""
    answers = {}
    for keys in batches:
        asking.preloading.begun()
        answers |= {key: set(ids) for key, ids in asking.find(lookup, set(keys)).items()}
    return answers


def pairs(count, size=2):
    """Keys of partners in batches."""
    return [[(f"P{number}",) for number in range(first, first + size)] for first in range(0, count, size)]


def calls(odoo):
    """Searches and counts of partners."""
    return odoo.calls["res.partner.search_read"], odoo.calls["res.partner.search_count"]


def test_records_that_each_batch_asks_for_are_read_at_once():
    """Two questions, a count and a page in place of thirty questions; what is not among them is missing."""
    odoo = with_partners(50)
    found = asked(lookups(odoo, MANY), pairs(60))
    assert found == {(f"P{number}",): {number + 1} if number < 50 else set() for number in range(60)}
    assert calls(odoo) == (ASKED_FIRST + 1, 1)


def test_few_batches_and_small_targets_cost_no_further_call():
    """Nothing is counted where few questions are to come, or the keys are soon known."""
    few = with_partners(50)
    asked(lookups(few, WORTH_COUNTING + 1), pairs(2 * (WORTH_COUNTING + 1)))
    assert calls(few) == (WORTH_COUNTING + 1, 0)

    small = with_partners(20)
    known = [[(f"P{number}",) for number in range(20)], [("P0",), ("X",)], [("P1",), ("Y",)]]
    asked(lookups(small, 1000), [*known, *known])
    assert calls(small) == (3, 0)


def test_a_job_of_one_batch_more_is_worth_counting():
    """The third question is one of ten that are to come."""
    odoo = with_partners(50)
    asked(lookups(odoo, WORTH_COUNTING + 2), pairs(2 * (WORTH_COUNTING + 2)))
    assert calls(odoo) == (ASKED_FIRST + 1, 1)


def test_nothing_is_preloaded_where_nobody_knows_what_is_to_come():
    """As in `validate`."""
    odoo = with_partners(50)
    asked(lookups(odoo), pairs(60))
    assert calls(odoo) == (MANY, 0)


def test_batches_that_ask_for_nothing_are_to_come_no_more():
    """Ten questions of the last ten batches are no reason to read everything at the end."""
    odoo = with_partners(50)
    asking = lookups(odoo, MANY)
    asked(asking, [[]] * 20)
    asked(asking, pairs(20))
    assert calls(odoo) == (10, 0)


@pytest.mark.parametrize(("most", "expected"), [(50, (ASKED_FIRST + 1, 1)), (49, (MANY, 1))])
def test_a_target_that_memory_is_not_meant_for_is_counted_once(most, expected):
    """Then it is asked as ever."""
    odoo = with_partners(50)
    asked(lookups(odoo, MANY, cached_keys=most), pairs(60))
    assert calls(odoo) == expected


@dataclass
class Counted(MemoryOdoo):
    """An Odoo that says how many records it has."""

    count: int = 0

    def search_count(self, model, domain, *, context=None):
        """That many."""
        super().search_count(model, domain, context=context)
        return self.count


def test_a_target_that_is_too_large_is_counted_once():
    """Records that are not worth reading for the questions that are to come."""
    odoo = with_partners(50, Counted(count=100_000))
    asked(lookups(odoo, MANY), pairs(60))
    assert calls(odoo) == (MANY, 1)


def sought(number, lookup=PARTNER):
    """The partner of that number."""
    key = f"P{number}"
    return Sought(lookup, {"ref": target("char", "ref")}, [(key,)], [("ref", {key: [key]})])


def row_of(number):
    """The same, as Odoo gives it."""
    return {"id": number + 1, "ref": f"P{number}"}


def one_by_one(odoo, records, page):
    """The ids of the partners, asked for one by one where they are not preloaded; how many were asked for."""
    preloading, questions = Preloading(odoo, CONTEXT, "", CACHED_KEYS, page=page), []

    def ask(one):
        questions.append(one)
        return [row_of(int(key[0].removeprefix("P"))) for key in one.keys]

    preloading.expect(MANY)
    return [row["id"] for number in range(records) for row in preloading.rows(sought(number), ask)], len(questions)


@pytest.mark.parametrize(("records", "pages"), [(5, 2), (6, 2), (7, 3)])
def test_records_are_read_page_by_page(records, pages):
    """Each page begins behind the last one, until there are as many as were counted."""
    odoo = with_partners(records)
    assert one_by_one(odoo, records, page=3) == (list(range(1, records + 1)), ASKED_FIRST)
    assert calls(odoo) == (pages, 1)


@dataclass
class Gaps(Counted):
    """An Odoo that leaves records out of pages: those that a user may not see, or that were just deleted."""

    left_out: frozenset[int] = frozenset()

    def search_read(self, model, domain, fields, **options):
        """What is left of the page."""
        rows = super().search_read(model, domain, fields, **options)
        return [row for row in rows if row["id"] not in self.left_out]


@pytest.mark.parametrize(
    ("left_out", "questions"),
    [({2}, 20), ({19}, 20), ({4, 5, 6}, 20), ({20}, 20), (range(1, 21), 20), ({21}, ASKED_FIRST)],
)
def test_a_short_page_is_not_the_last_one(left_out, questions):
    """Else all that comes behind it would be missing; what is shown of no page is asked."""
    odoo = with_partners(20, Gaps(count=20, left_out=frozenset(left_out)))
    assert one_by_one(odoo, 20, page=3) == (list(range(1, 21)), questions)


def test_a_record_that_went_makes_room_for_one_that_came():
    """As many were read as were counted."""
    odoo = with_partners(21, Gaps(count=20, left_out=frozenset({5})))
    assert one_by_one(odoo, 20, page=3) == ([*range(1, 5), *range(6, 21)], ASKED_FIRST)


@pytest.mark.parametrize("model", ["ir.attachment", "mail.activity", "mail.message"])
def test_models_whose_searches_hide_records_are_asked(model):
    """A search that names ids, as pages do, finds other records than the one for a value."""
    odoo = with_partners(50)
    preloading = Preloading(odoo, CONTEXT, "", CACHED_KEYS)
    preloading.expect(MANY)
    for number in range(MANY):
        part = sought(number, Lookup(model, ("ref",)))
        assert preloading.rows(part, lambda _, at=number: [row_of(at)]) == [row_of(number)]
    assert odoo.calls == {}


def test_what_all_rows_lack_is_asked_a_thousand_at_once():
    """Before the first row, to create it: these questions are counted, too."""
    odoo = with_partners(5)
    refs = [Ref(PARTNER, (f"P{number}",), "create") for number in range(13_000)]
    assert lookups(odoo).missing(refs) == refs[5:]
    assert calls(odoo) == (ASKED_FIRST + 1, 1)


def test_the_model_that_the_job_writes_is_always_asked():
    """Its records come with the batches."""
    odoo = with_partners(50)
    asked(lookups(odoo, MANY, growing="res.partner"), pairs(60))
    assert calls(odoo) == (MANY, 0)


@pytest.mark.parametrize(
    ("lookup", "key"),
    [
        (Lookup("res.partner", ("comment",)), lambda number: (f"P{number}",)),
        (Lookup("res.partner", ("weight",)), lambda number: (float(number + 1),)),
        (Lookup("res.partner", ("date",)), lambda number: (f"2026-01-{number + 1:02}",)),
        (Lookup("mrp.bom", ("cost",)), lambda number: (float(number + 1),)),
        (Lookup("res.partner", ("color", "ref")), lambda number: (0, f"P{number}")),
        (PARTNER, lambda number: (f"P\n{number}",)),
        (PARTNER, lambda number: (f"P\xa0{number}",)),
        (Lookup("res.partner", ("category_id.name",)), lambda number: (f"P{number}",)),
        (Lookup("res.partner", ("country_id.code", "country_id.name")), lambda number: (f"P{number}", "P")),
    ],
)
def test_what_a_database_may_compare_in_another_way_is_asked(lookup, key):
    """HTML, digits, moments, values by company, none, line ends, and records among many."""
    odoo = with_partners(50)
    odoo.add("res.country", {"code": "P1", "name": "P"})
    odoo.add("res.partner.category", {"name": "P1"})
    asking = lookups(odoo, MANY)
    asked(asking, [[key(number)] for number in range(MANY)], lookup)
    assert odoo.calls[f"{lookup.model}.search_count"] == 0


@dataclass
class OwnSearch(MemoryOdoo):
    """A module searches in another way than values are compared: it finds more, or less."""

    finds: str = ""

    def search_read(self, model, domain, fields, **window):
        """Records of one ref are found among all of them only."""
        rows = super().search_read(model, domain, fields, **window)
        return [row for row in rows if domain == [] or row.get("ref") != self.finds]


@pytest.mark.parametrize(("finds", "expected"), [("P1", (MANY + 1, 1)), ("P9", (ASKED_FIRST + 1, 1))])
def test_records_that_the_first_questions_found_otherwise_are_asked_for_as_ever(finds, expected):
    """What was read is held against what Odoo answered before."""
    odoo = with_partners(50, OwnSearch(finds=finds))
    asked(lookups(odoo, MANY), pairs(60))
    assert calls(odoo) == expected


def test_new_records_of_a_model_are_found():
    """Those that a lookup created: what was read before is forgotten."""
    odoo = with_partners(50)
    asking = lookups(odoo, 1000)
    assert asked(asking, [*pairs(20), [("new",)]])["new",] == set()
    odoo.add("res.partner", {"name": "N", "ref": "new"})
    asking.supplied(PARTNER, {})
    assert asked(asking, [[("new",)]])["new",] == {51}
    assert calls(odoo) == (ASKED_FIRST + 2, 1)


def test_several_fields_find_a_record_by_the_one_that_tells_most():
    """A dotted path is answered from its own model."""
    odoo = MemoryOdoo()
    odoo.add("res.country", {"code": "A"}, {"code": "B"})
    odoo.add("res.country.state", *({"code": f"S{number // 2}", "country_id": number % 2 + 1} for number in range(80)))
    states = Lookup("res.country.state", ("country_id.code", "code"))
    keys = [[(country, f"S{number}")] for number in range(40) for country in "ABC"]
    found = asked(lookups(odoo, len(keys)), keys, states)
    places = {"A": lambda number: {2 * number + 1}, "B": lambda number: {2 * number + 2}, "C": lambda _: set()}
    assert found == {
        (country, f"S{number}"): places[country](number) for ((country, _),) in keys for number in range(40)
    }
    assert odoo.calls["res.country.state.search_read"] == ASKED_FIRST + 1


def test_a_tree_is_read_at_once():
    """All its levels together."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"name": "root"}, *({"name": f"B{number}", "parent_id": 1} for number in range(50)))
    tree = Lookup("res.partner", ("name",), path=(" / ", "parent_id"))
    found = asked(lookups(odoo, MANY), [[(f"root / B{number}",)] for number in range(MANY)], tree)
    assert found == {(f"root / B{number}",): {number + 2} for number in range(MANY)}
    assert calls(odoo) == (ASKED_FIRST + 1, 1)


REFS = st.sampled_from(["a", "A", "a ", "b", "ß", "é", "e\u0301", "", "1"])
COUNTRIES = st.sampled_from([False, 1, 2])
TEXTS = {"by": ("ref",), "keys": st.tuples(REFS.filter(bool))}
BOTH = {
    "by": ("ref", "country_id.code"),
    "keys": st.tuples(REFS.filter(bool), st.sampled_from(["X", "Y", "Z"])),
}
IDS = {"by": ("id",), "keys": st.tuples(st.integers(1, 20))}
NUMBERS = {"by": ("color", "ref"), "keys": st.tuples(st.integers(0, 3), REFS.filter(bool))}
DOMAINS = st.sampled_from(["", '[["color", "!=", 1]]', '["|", ["ref", "=", "a"], ["color", "=", 2]]'])


@examples(60)
@given(data=st.data(), kind=st.sampled_from([TEXTS, BOTH, IDS, NUMBERS]), domain=DOMAINS)
def test_answers_are_those_of_asking_key_by_key(data, kind, domain):
    """Whatever the records, archived and ambiguous ones too, and whatever is asked."""
    odoo = MemoryOdoo()
    odoo.add("res.country", {"code": "X"}, {"code": "Y"})
    fields = {"ref": REFS, "country_id": COUNTRIES, "color": st.integers(0, 3), "active": st.booleans()}
    partners = data.draw(st.lists(st.fixed_dictionaries(fields), max_size=12))
    odoo.add("res.partner", *({"name": "P", **one} for one in partners))
    lookup = Lookup("res.partner", kind["by"], domain=domain)
    batches = data.draw(st.lists(st.lists(kind["keys"], max_size=3), min_size=3, max_size=12))
    expected = {key: asked(lookups(odoo), [[key]], lookup)[key] for keys in batches for key in keys}
    assert asked(lookups(odoo, 100), batches, lookup) == expected


def test_the_rows_of_a_job_are_known_before_its_lookups():
    """Fifteen batches ask for records that are read at once; a plan sees those that another job would create, too."""
    world = World(with_partners(0))
    world.odoo.add("res.country", *({"code": f"C{number}"} for number in range(150)))
    country = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    spec = job_spec({"ref": "ref", "name": "ref", "country_id": country}, load={"chunk_size": 10})
    rows = ListSource(["ref", "country"], [(f"r{number}", f"C{number}") for number in range(150)])
    for shown in (0, None):
        world.odoo.calls.clear()
        assert world.run(spec, rows, shown=shown).counts == {"created": 150}
        assert world.odoo.calls["res.country.search_count"] == 1
        assert world.odoo.calls["res.country.search_read"] == ASKED_FIRST + 1
    assert world.partners("ref", "country_id") == sorted((f"r{number}", number + 1) for number in range(150))


def test_a_job_without_lookups_asks_nothing_more():
    """Not even of itself."""
    world = World()
    rows = ListSource(["ref"], [(f"r{number}",) for number in range(150)])
    world.run(job_spec({"ref": "ref", "name": "ref"}, load={"chunk_size": 10}), rows)
    assert not any(call.endswith("search_count") for call in world.odoo.calls)


def ascii_lowered(text):
    """As a database without a language does it: letters beyond ASCII stay what they are."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


@dataclass
class OfNoLanguage(MemoryOdoo):
    """An Odoo whose database was made with `LC_CTYPE=C`."""

    def _is(self, model, record, name, operator, wanted):
        if operator != "=ilike":
            return super()._is(model, record, name, operator, wanted)
        return isinstance(record.get(name), str) and ascii_lowered(record[name]) == ascii_lowered(wanted)


ANY_CASE = PARTNER._replace(ignore_case=True)


def in_small(count, size=2):
    """Keys of partners in batches, in small letters."""
    return [[(key.lower(),) for (key,) in keys] for keys in pairs(count, size)]


def test_texts_in_any_case_are_read_at_once():
    """Whose capital letters the first answers have shown; another letter is asked for, once."""
    odoo = with_partners(50)
    odoo.add("res.partner", *({"name": "P", "ref": f"Q{number}"} for number in range(10)))
    batches = [*in_small(50), *([(f"q{number}",)] for number in range(10))]
    found = asked(lookups(odoo, len(batches)), batches, ANY_CASE)
    assert found == {(f"p{number}",): {number + 1} for number in range(50)} | {
        (f"q{number}",): {number + 51} for number in range(10)
    }
    assert calls(odoo) == (ASKED_FIRST + 2, 1)


def test_parts_of_one_batch_are_questions_too():
    """Texts in any case are asked a hundred at once, so one batch may be worth it."""
    odoo = with_partners(5)
    found = asked(lookups(odoo, 1), in_small(1300, 1300), ANY_CASE)
    assert found == {(f"p{number}",): {number + 1} if number < 5 else set() for number in range(1300)}
    assert ASKED_FIRST + 1 <= calls(odoo)[0] <= ASKED_FIRST + 2
    assert calls(odoo)[1] == 1

    few = with_partners(5)
    asked(lookups(few, 1), in_small(1100, 1100), ANY_CASE)
    assert calls(few) == (11, 0)


LETTERS = st.text("aAbBéÉßİiΣσK\u212a", min_size=1, max_size=2)


@examples(60)
@given(data=st.data(), server=st.sampled_from([MemoryOdoo, OfNoLanguage]))
def test_answers_in_any_case_are_those_of_asking_key_by_key(data, server):
    """Whichever letters the database takes for one."""
    odoo = server()
    odoo.add("res.country", {"code": "x"}, {"code": "X"})
    partners = data.draw(st.lists(st.fixed_dictionaries({"ref": LETTERS, "country_id": COUNTRIES}), max_size=12))
    odoo.add("res.partner", *({"name": "P", **one} for one in partners))
    by, keys = data.draw(
        st.sampled_from(
            [
                (("ref",), st.tuples(LETTERS)),
                (("ref", "country_id.code"), st.tuples(LETTERS, st.sampled_from(["x", "X", "y"]))),
                (("ref", "name"), st.tuples(LETTERS, st.sampled_from(["p", "P"]))),
            ]
        )
    )
    lookup = Lookup("res.partner", by, ignore_case=True)
    batches = data.draw(st.lists(st.lists(keys, max_size=3), min_size=3, max_size=12))
    expected = {key: asked(lookups(odoo), [[key]], lookup)[key] for some in batches for key in some}
    assert asked(lookups(odoo, 100), batches, lookup) == expected
