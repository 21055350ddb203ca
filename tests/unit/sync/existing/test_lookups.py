"""Lookups: which questions are asked, how often, and what becomes of the answers."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Lookup, Ref
from odoo_etl.sync.existing.lookups import Lookups
from odoo_etl.sync.existing.schema import Schema
from tests.builders import ListSource, World, job_spec, record
from tests.memory_odoo import MemoryOdoo

COUNTRY = Lookup("res.country", ("code",))
STATE = Lookup("res.country.state", ("code", "country_id.code"))


@pytest.fixture
def odoo():
    """Two countries that both have a state NY, and one country without."""
    made = MemoryOdoo()
    us, xx, _ = made.add("res.country", {"code": "US"}, {"code": "XX"}, {"code": "DE"})
    made.add("res.country.state", {"code": "NY", "country_id": us}, {"code": "NY", "country_id": xx})
    made.add("res.country.state", {"code": "CA", "country_id": us})
    return made


def lookups(odoo, **options):
    """Lookups on that server."""
    return Lookups(odoo, Schema(odoo, {}), {}, **options)


def reads(odoo, model):
    """How many searches the model got."""
    return odoo.calls[f"{model}.search_read"]


def test_all_keys_are_asked_in_one_call_and_only_once(odoo):
    """Answers are remembered, also that a key is missing."""
    asking = lookups(odoo)
    assert asking.find(COUNTRY, {("US",), ("ZZ",)}) == {("US",): (1,), ("ZZ",): ()}
    assert asking.find(COUNTRY, {("US",), ("ZZ",)}) == {("US",): (1,), ("ZZ",): ()}
    assert reads(odoo, "res.country") == 1
    assert asking.find(COUNTRY, {("US",), ("DE",)}) == {("US",): (1,), ("DE",): (3,)}
    assert reads(odoo, "res.country") == 2


def test_archived_records_are_as_good_as_missing_to_the_last_lookup(odoo):
    """It created them, and an undo archived them; what another lookup finds is there."""
    us, de, zz = (Ref(COUNTRY, (code,), "create") for code in ("US", "DE", "ZZ"))
    found_before = Ref(COUNTRY, ("DE",), "create", then=Ref(COUNTRY, ("XX",), "create"))
    assert lookups(odoo).missing([us, de, zz, found_before], archived={3}) == [de, zz]


def test_a_dotted_path_leads_through_its_own_model(odoo):
    """One call per model, and each state only under its own country."""
    found = lookups(odoo).find(STATE, {("NY", "US"), ("NY", "XX"), ("CA", "XX"), ("NY", "ZZ")})
    assert found == {("NY", "US"): (1,), ("NY", "XX"): (2,), ("CA", "XX"): (), ("NY", "ZZ"): ()}
    assert (reads(odoo, "res.country"), reads(odoo, "res.country.state")) == (1, 1)


def test_nothing_is_asked_below_a_record_that_is_missing(odoo):
    """No country, so no search for its states."""
    assert lookups(odoo).find(STATE, {("NY", "ZZ")}) == {("NY", "ZZ"): ()}
    assert reads(odoo, "res.country.state") == 0


def test_several_matches_are_all_told(odoo):
    """An ambiguous key has every id."""
    odoo.add("res.country", {"code": "US"})
    assert lookups(odoo).find(COUNTRY, {("US",)}) == {("US",): (1, 4)}


def test_a_path_through_an_x2many_finds_the_record_once(odoo):
    """A tag is found by any of its partners, and is one match though two of them fit."""
    first, second = odoo.add("res.partner", {"name": "P"}, {"name": "P"})
    odoo.add("res.partner.category", {"name": "red", "partner_ids": [second, first]})
    found = lookups(odoo).find(Lookup("res.partner.category", ("partner_ids.name",)), {("P",), ("Q",)})
    assert found == {("P",): (1,), ("Q",): ()}


def test_a_full_cache_starts_anew_and_forgets_no_answer(odoo):
    """Keys known before are still answered when the new ones do not fit beside them."""
    asking = lookups(odoo, cached_keys=2)
    asking.find(COUNTRY, {("US",), ("XX",)})
    assert asking.find(COUNTRY, {("US",), ("DE",)}) == {("US",): (1,), ("DE",): (3,)}
    assert asking.find(COUNTRY, {("XX",)}) == {("XX",): (2,)}
    assert reads(odoo, "res.country") == 3


def test_a_missing_record_of_the_model_that_grows_is_asked_again(odoo):
    """It may exist by the next chunk."""
    asking = lookups(odoo, growing="res.country")
    asking.find(COUNTRY, {("ZZ",), ("US",)})
    odoo.add("res.country", {"code": "ZZ"})
    assert asking.find(COUNTRY, {("ZZ",), ("US",)}) == {("ZZ",): (4,), ("US",): (1,)}
    assert reads(odoo, "res.country") == 2


COLUMNS = ["ref", "name", "country", "state", "tags"]
FIELDS = {
    "ref": "ref",
    "name": "name",
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    "state_id": {
        "columns": ["state", "country"],
        "lookup": {"model": "res.country.state", "by": ["code", "country_id.code"]},
    },
}


def test_what_was_missing_is_asked_for_again_once_all_rows_are_written(odoo):
    """A template comes with its variant, a partner with its user: the row that waits for it finds it then."""
    asking = lookups(odoo, fields=["country_id"])
    waits = record("a", country_id=Ref(COUNTRY, ("ZZ",), "defer"))
    (first,), _ = asking.resolve([waits])
    (made,) = odoo.add("res.country", {"code": "ZZ"})
    assert (first.values, first.later) == ({"ref": "a"}, waits)
    (found,), rejects = asking.resolve([waits], last=True)
    assert (found.values["country_id"], rejects) == (made, [])
    asking.resolve([record("b", country_id=Ref(COUNTRY, ("YY",), "defer"))], last=True)
    asked = reads(odoo, "res.country")
    asking.resolve([record("c", country_id=Ref(COUNTRY, ("YY",), "defer"))], last=True)
    assert reads(odoo, "res.country") == asked


def test_rows_without_their_record_are_rejects_with_the_key(odoo):
    """Missing, ambiguous and incomplete lookups name field and key; the other rows land."""
    odoo.add("res.country", {"code": "DE"})
    rows = [
        ("a", "A", "US", "NY", ""),
        ("b", "B", "ZZ", "", ""),
        ("c", "C", "DE", "", ""),
        ("d", "D", None, "NY", ""),
        ("e", "E", "USA", "", ""),
    ]
    ran = World(odoo).run(job_spec(FIELDS), ListSource(COLUMNS, rows))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "rejected": 4}, [3, 4, 5, 6])
    assert ran.codes == ["ambiguous_lookup", "incomplete_lookup", "lookup_missing", "lookup_missing"]
    reasons = " ".join(row.reason for row in ran.heard.rejects)
    assert "no res.country has code = 'ZZ'" in reasons
    assert "ids 3, 4" in reasons


@pytest.mark.parametrize(("command", "tags"), [("set", [1]), ("add", [1, 2]), ("remove", [2])])
def test_many_records_are_set_added_or_removed(odoo, command, tags):
    """`set` replaces, `add` keeps what was there, `remove` the rest of it; all are unchanged the second time."""
    odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    odoo.add("res.partner", {"ref": "a", "name": "A", "category_id": [1, 2] if command == "remove" else [2]})
    lookup = {"model": "res.partner.category", "by": "name", "on_missing": "empty"}
    fields = {
        "ref": "ref",
        "name": "name",
        "category_id": {"column": "tags", "split": "|", "command": command, "lookup": lookup},
    }
    world, source = World(odoo), ListSource(COLUMNS, [("a", "A", "", "", "red| no such |red||")])
    assert world.run(job_spec(fields), source).counts == {"updated": 1}
    assert odoo.records["res.partner"][1]["category_id"] == tags
    assert world.run(job_spec(fields), source).counts == {"unchanged": 1}


def test_what_one_lookup_does_not_find_the_next_one_is_asked_for(odoo):
    """Only that; a row that none finds is told all of them, and what may have been meant."""
    odoo.records["res.country"][3]["name"] = "Germany"
    country = [{"model": "res.country", "by": "code"}, {"model": "res.country", "by": "name", "ignore_case": True}]
    fields = {"ref": "ref", "name": "ref", "country_id": {"column": "country", "lookup": country}}
    rows = [("a", "US"), ("b", "GERMANY"), ("c", "Germanyy")]
    world = World(odoo)
    ran = world.run(job_spec(fields), ListSource(["ref", "country"], rows))
    assert world.partners("ref", "country_id") == [("a", 1), ("b", 3)]
    assert ran.heard.rejects[0].reason == (
        "no res.country has code = 'Germanyy', nor name = 'Germanyy'; did you mean Germany?"
    )


def test_an_ambiguous_key_may_mean_the_first_record(odoo):
    """The one with the lowest id."""
    odoo.add("res.country", {"code": "DE"})
    country = {"column": "country", "lookup": {"model": "res.country", "by": "code", "on_ambiguous": "first"}}
    fields = {"ref": "ref", "name": "ref", "country_id": country}
    world = World(odoo)
    world.run(job_spec(fields), ListSource(["ref", "country"], [("a", "DE")]))
    assert world.partners("ref", "country_id") == [("a", 3)]


def test_several_columns_find_one_of_many_records(odoo):
    """A many2many whose record is named by two columns gets a list of that one."""
    odoo.add("res.partner.category", {"name": "red", "color": 3}, {"name": "red", "color": 4})
    lookup = {"model": "res.partner.category", "by": ["name", "color"]}
    fields = {"ref": "ref", "name": "name", "category_id": {"columns": ["tags", "state"], "lookup": lookup}}
    ran = World(odoo).run(job_spec(fields), ListSource(COLUMNS, [("a", "A", "", "4", "red")]))
    assert ran.counts == {"created": 1}
    assert odoo.records["res.partner"][1]["category_id"] == [2]


def test_a_parent_of_an_earlier_chunk_is_found(odoo):
    """A job may refer to records that it made itself a chunk before."""
    fields = {
        "ref": "ref",
        "name": "name",
        "parent_id": {"column": "tags", "lookup": {"model": "res.partner", "by": "ref"}},
    }
    rows = [("a", "A", "", "", ""), ("b", "B", "", "", "a")]
    ran = World(odoo).run(job_spec(fields, load={"chunk_size": 1}), ListSource(COLUMNS, rows))
    assert ran.counts == {"created": 2}
    assert odoo.records["res.partner"][2]["parent_id"] == 1


def test_values_are_ids_where_the_job_says_so():
    """In the field's own model, or the one that is named; ids that nobody has are rejects."""
    world = World(MemoryOdoo())
    world.odoo.add("res.country", {"code": "US"}, {"code": "XX"})
    world.odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    fields = {
        "ref": "ref",
        "name": "ref",
        "country_id": {"column": "no", "lookup": {"by": "id"}},
        "category_id": {"column": "tags", "split": ",", "lookup": {"by": "id"}},
        "color": {"column": "no", "lookup": {"model": "res.country", "by": "id"}},
    }
    rows = [["a", "2", "1,2"], ["b", "7", "1"], ["c", "x", "1"], ["d", "1", "9"]]
    ran = world.run(job_spec(fields), ListSource(["ref", "no", "tags"], rows))
    assert world.partners("ref", "country_id", "category_id", "color") == [("a", 2, [1, 2], 2)]
    assert ran.codes == ["bad_number", "lookup_missing", "lookup_missing"]


def test_a_reference_names_the_model_of_its_record(odoo):
    """As Odoo writes it."""
    ref = Ref(COUNTRY, ("XX",), "reject", named=True)
    resolved, rejects = lookups(odoo, fields=["link"]).resolve([record("a", link=ref)])
    assert (resolved[0].values["link"], rejects) == ("res.country,2", [])


@pytest.mark.parametrize(("cached", "calls"), [(3, 2), (2, 3)])
def test_a_cache_that_is_just_full_forgets_nothing(odoo, cached, calls):
    """Three keys fit where there is room for three."""
    asking = lookups(odoo, cached_keys=cached)
    asking.find(COUNTRY, {("US",), ("XX",)})
    asking.find(COUNTRY, {("DE",)})
    asking.find(COUNTRY, {("US",), ("XX",)})
    assert reads(odoo, "res.country") == calls


def test_an_ambiguous_key_names_ten_records(odoo):
    """In order, and says how many there are."""
    odoo.add("res.country", *({"code": "YY"} for _ in range(11)))
    world = World(odoo)
    country = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    ran = world.run(
        job_spec({"ref": "ref", "name": "ref", "country_id": country}), ListSource(["ref", "country"], [("a", "YY")])
    )
    [row] = ran.heard.rejects
    assert row.reason == "11 records of res.country have code = 'YY': ids " + ", ".join(map(str, range(4, 14)))
