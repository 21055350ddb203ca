"""Records and what Odoo holds, to a plan; updates to calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.fieldtypes import IdList, to_write
from odoo_etl.fieldtypes.properties import Properties
from odoo_etl.mapping import Record, Row, Variant, VariantValues
from odoo_etl.planning import Currencies, EqualWrites, ManyWrites, Planner, RecordRules, Update, batches
from odoo_etl.planning.changes import Create
from tests.boms import FRENCH, OTHER, bom, rules
from tests.builders import partner_fields, record, target

FIELDS = partner_fields("ref", "name", "category_id")
NO_MONEY = Currencies()


def planner(mode="upsert", fields=FIELDS, currencies=NO_MONEY, **options):
    """A planner by `ref`."""
    return Planner(mode, RecordRules(fields, ("ref",), currencies), **options)


def kinds(plan):
    """How many records are in each list."""
    lists = {
        name: len(getattr(plan, name)) for name in ("creates", "updates", "unchanged", "skipped", "rejects", "apart")
    }
    return {name: size for name, size in lists.items() if size}


HELD = {("a",): [{"id": 7, "ref": "a", "name": "A"}]}


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("upsert", {"creates": 1, "updates": 1, "unchanged": 1}),
        ("create", {"creates": 1, "skipped": 2}),
        ("update", {"updates": 1, "unchanged": 1, "skipped": 1}),
    ],
)
def test_the_mode_decides(mode, wanted):
    """What exists, what is missing, what is equal."""
    existing = {**HELD, ("b",): [{"id": 8, "ref": "b", "name": "B"}]}
    plan = planner(mode).plan([record("a", name="A"), record("b", name="new"), record("c", name="C")], existing)
    assert kinds(plan) == wanted


def test_an_update_carries_only_what_differs():
    """With the old value beside the new."""
    (update,) = planner().plan([record("a", name="new")], HELD).updates
    assert (update.id, update.changes, update.values) == (7, {"name": ("A", "new")}, {"name": "new"})


def test_an_ambiguous_key_rejects_every_row_of_it():
    """The reason names the ids, at most ten."""
    both = Record(("a",), {"ref": "a"}, [Row(2, "", (), 2), Row(3, "", (), 3)])
    plan = planner().plan([both], {("a",): [{"id": one} for one in range(20, 8, -1)]})
    assert [reject.row.line for reject in plan.rejects] == [2, 3]
    assert "ids 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, …" in plan.rejects[0].flaws[0].reason


@pytest.mark.parametrize("value", [False])
def test_a_new_record_needs_what_odoo_requires(value):
    """An emptied required field is a reject before any call; a field that is not mapped is Odoo's matter."""
    plan = planner().plan([record("a", name=value), record("b")], {})
    assert (kinds(plan), plan.rejects[0].flaws[0].code) == ({"creates": 1, "rejects": 1}, "required")


@pytest.mark.parametrize("ttype", ["boolean", "integer", "float", "monetary"])
def test_false_and_zero_fill_a_required_field(ttype):
    """Numbers and booleans are never empty."""
    fields = {"ref": target("char", "ref"), "field": target(ttype, "field", required=True)}
    assert kinds(planner(fields=fields).plan([record("a", field=False)], {})) == {"creates": 1}


MONEY = {
    "ref": target("char", "ref"),
    "amount": target("monetary", "amount", currency_field="currency_id"),
    "currency_id": target("many2one", "currency_id", relation="res.currency"),
}


@pytest.mark.parametrize(
    ("wanted", "existing", "changes"),
    [
        ({"amount": 10.004}, {"amount": 10.0, "currency_id": 1}, {}),
        ({"amount": 10.004}, {"amount": 10.0, "currency_id": [1, "EUR"]}, {}),
        ({"amount": 10.4}, {"amount": 10.0, "currency_id": 2}, {}),
        ({"amount": 10.4}, {"amount": 10.0, "currency_id": 1}, {"amount": (10.0, 10.4)}),
        ({"amount": 10.004}, {"amount": 10.0, "currency_id": False}, {"amount": (10.0, 10.004)}),
        ({"amount": 10.4, "currency_id": 2}, {"amount": 10.0, "currency_id": 1}, {"currency_id": (1, 2)}),
        ({"amount": False}, {"amount": 0.0, "currency_id": 1}, {}),
    ],
)
def test_amounts_are_compared_at_the_digits_of_their_currency(wanted, existing, changes):
    """That of the record, or the one that it is about to get."""
    made = planner(fields=MONEY, currencies=Currencies({1: 0.01, 2: 1.0}, {"amount": "currency_id"}))
    plan = made.plan([record("a", **wanted)], {("a",): [{"id": 1, "ref": "a", **existing}]})
    assert (plan.updates[0].changes if plan.updates else {}) == changes


@pytest.mark.parametrize(("many", "ids"), [(10, "ids 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;"), (11, "9, 10, …;")])
def test_an_ambiguous_key_shows_ten_ids(many, ids):
    """Of more it says that there are."""
    existing = {("a",): [{"id": number, "ref": "a"} for number in range(many, 0, -1)]}
    [reject] = planner().plan([record("a", name="A")], existing).rejects
    assert ids in reject.flaws[0].reason
    assert reject.flaws[0].reason.startswith(f"{many} records in Odoo have ref = 'a'")


def test_the_empty_part_of_a_key_of_texts_is_false():
    """As Odoo answers it, whichever side it comes from."""
    two = Planner("upsert", RecordRules(FIELDS, ("ref", "name")))
    ours = Record(("a", False), {"ref": "a", "name": False}, [Row(2, "", (), 2)])
    assert two.key_of(ours) == ("a", False) == two.key_in({"ref": "a", "name": ""}) == two.key_in({"ref": "a"})
    assert two.key_of(Record(("a", "b"), {"ref": "a", "name": "b"}, [])) == ("a", "b")


def test_of_an_update_only_what_is_asked_for():
    """All of it, some of it, none of it."""
    update = Update(record("a"), 1, {"name": ("A", "B"), "color": (1, 2)})
    assert update.only({"name", "color", "street"}) is update
    assert update.only({"color"}).changes == {"color": (1, 2)}
    assert update.only({"street"}) is None


def test_x2many_become_commands():
    """`set` replaces in one command, `add` links each."""
    assert to_write(IdList((1, 2), "set")) == [[6, 0, [1, 2]]]
    assert to_write(IdList((1, 2), "add")) == [[4, 1, 0], [4, 2, 0]]
    assert to_write(IdList((), "set")) == [[6, 0, []]]
    assert to_write("x") == "x"


def updates(*names):
    """One update for each new name."""
    return [Update(record(str(n)), n, {"name": ("old", name)}) for n, name in enumerate(names)]


def test_properties_that_the_source_does_not_name_are_written_as_they_are():
    """Odoo empties what a write does not name."""
    existing = [
        {"name": "size", "type": "char", "value": "S"},
        {"name": "maker", "type": "many2one", "value": [7, "Seven"]},
        {"name": "note", "type": "char"},
    ]
    sized = Properties(size="L")
    update = Update(record("a"), 1, {"extra": (existing, sized)}, {"extra": existing})
    assert update.values == {"extra": {"size": "L", "maker": 7, "note": False}}
    assert type(update.values["extra"]) is dict  # XML-RPC takes no other
    assert Create(record("a", extra=sized)).values["extra"] == {"size": "L"}


def test_updates_go_in_as_few_calls_as_the_server_allows():
    """Many equal ones share a `write`, before Odoo 19 fewer do; the rest go together."""
    mixed = updates(*["same"] * 20, "one", "two", "two")
    many = batches(mixed, many=True)
    assert [(type(call), len(call.updates)) for call in many] == [(EqualWrites, 20), (ManyWrites, 3)]
    grouped = batches(updates("one", *["two"] * 2, *["three"] * 3), many=False)
    assert [(type(call), len(call.updates)) for call in grouped] == [(EqualWrites, 3), (ManyWrites, 3)]


@pytest.mark.parametrize(("equal", "calls"), [(19, [(ManyWrites, 21)]), (20, [(EqualWrites, 20), (ManyWrites, 2)])])
def test_twenty_equal_updates_are_worth_a_call(equal, calls):
    """One fewer go with the others."""
    found = batches(updates(*["same"] * equal, "one", "two"), many=True)
    assert [(type(call), len(call.updates)) for call in found] == calls


def test_equal_updates_share_one_call_however_few():
    """A chunk that needs one `write` gets one."""
    assert [type(call) for call in batches(updates("x", "x"), many=True)] == [EqualWrites]


@pytest.mark.parametrize("many", [True, False])
def test_no_updates_no_calls(many):
    """And no update is lost otherwise."""
    assert batches([], many=many) == []
    mixed = updates(*(str(n % 7) for n in range(200)))
    assert sorted(one.id for call in batches(mixed, many=many) for one in call.updates) == list(range(200))


@pytest.mark.parametrize("many", [False, True])
def test_what_one_write_gives_to_the_first_alone_is_written_one_by_one(many):
    """As the image of a product, which Odoo computes from its template's; others are written together."""
    same = [Update(record("a"), number, {"image": (None, "x")}) for number in range(30)]
    assert [type(call) for call in batches(same, many=many)] == [EqualWrites]
    assert [type(call) for call in batches(same, many=many, alone={"image"})] == [ManyWrites]


def test_values_of_different_types_are_different_writes():
    """True is not 1, and "1" is neither."""
    values = [value for value in (True, 1, "1", 1.5) for _ in range(3)]
    mixed = [Update(record("a"), n, {"f": (None, value)}) for n, value in enumerate(values)]
    assert [(type(call), len(call.updates)) for call in batches(mixed, many=False)] == [(EqualWrites, 3)] * 4


@pytest.mark.parametrize(
    ("begun", "parent", "changes"),
    [
        ({1}, False, [{"parent_id": (False, 5)}]),  # what it waited for is there now
        ({1}, 9, []),  # somebody has seen to it
        (set(), False, []),  # another's record
    ],
)
def test_mode_create_finishes_what_the_job_began(begun, parent, changes):
    """And nothing else of it."""
    fields = partner_fields("ref", "name", "parent_id")
    existing = {("a",): [{"id": 1, "ref": "a", "name": "Changed by a person", "parent_id": parent}]}
    made = planner("create", fields, deferred=["parent_id"])
    plan = made.plan([record("a", ref="a", name="A", parent_id=5)], existing, begun=begun)
    assert [one.changes for one in plan.updates] == changes
    assert len(plan.skipped) == 1 - len(changes)


SPARING = partner_fields("ref", "name", "email", "color", "comment", "category_id")


def sparing(only_new=(), if_empty=(), **options):
    """A planner of a job whose fields do not all go to every record."""
    rules = RecordRules(SPARING, ("ref",), NO_MONEY, frozenset(only_new), frozenset(if_empty))
    return Planner("upsert", rules, **options)


def test_what_only_new_records_get_is_never_compared():
    """It was not even read; a new record gets it."""
    plan = sparing(only_new=["email"]).plan([record("a", name="A", email="x"), record("b", name="B", email="x")], HELD)
    assert kinds(plan) == {"creates": 1, "unchanged": 1}
    assert plan.creates[0].values["email"] == "x"


def test_what_a_record_keeps_goes_with_no_write():
    """Also not along with what differs."""
    (update,) = (
        sparing(only_new=["email"], if_empty=["color"])
        .plan([record("a", name="new", email="x", color=2)], {("a",): [{"id": 7, "ref": "a", "name": "A", "color": 5}]})
        .updates
    )
    assert (update.changes, update.record.values) == ({"name": ("A", "new")}, {"ref": "a", "name": "new"})


@pytest.mark.parametrize(
    ("name", "empty", "wanted"),
    [
        ("email", False, "x"),
        ("email", "", "x"),
        ("color", 0, 3),
        ("category_id", [], IdList((5,), "set")),
        ("comment", False, "<p>x</p>"),
        ("comment", "<p><br></p>", "<p>x</p>"),
    ],
)
def test_an_empty_field_is_filled(name, empty, wanted):
    """As Odoo has emptiness: 0 is that of numbers, a paragraph without text that of HTML."""
    planner = sparing(if_empty=[name])
    existing = {("a",): [{"id": 7, "ref": "a", name: empty}]}
    (update,) = planner.plan([record("a", **{name: wanted})], existing).updates
    assert update.changes == {name: (empty, wanted)}


@pytest.mark.parametrize(
    ("name", "kept", "wanted"),
    [
        ("email", " ", "x"),
        ("color", -1, 3),
        ("category_id", [4], IdList((5,), "set")),
        ("comment", "<p>y</p>", "<p>x</p>"),
        ("comment", '<p><img src="/web/image/1"></p>', "<p>x</p>"),
    ],
)
def test_a_field_with_a_value_stays(name, kept, wanted):
    """Whatever the source wants."""
    planner = sparing(if_empty=[name])
    assert kinds(planner.plan([record("a", **{name: wanted})], {("a",): [{"id": 7, "ref": "a", name: kept}]})) == {
        "unchanged": 1
    }


@pytest.mark.parametrize(
    ("own", "french", "changes", "created"),
    [
        ({"name": "B"}, "FA", {FRENCH: {"name": ("FA", "B")}}, [{"name": "B"}]),
        ({"name": "A"}, "FA", {FRENCH: {"name": ("FA", "A")}}, [{"name": "A"}]),
        ({}, "FA", {FRENCH: {"name": ("FA", "A")}}, [{}]),
        ({}, "A", {}, [{}]),
    ],
)
def test_a_language_without_a_text_of_its_own_shows_that_of_the_job(own, french, changes, created):
    """The new one, or what Odoo has; a new record has it in every language as it is."""
    wanted = bom("a", variants={FRENCH: {"name": False}}, **own)
    plan = Planner("upsert", rules()).plan(
        [wanted], {("a",): [{"id": 7, "code": "a", "name": "A", "name@fr_FR": french}]}
    )
    assert [dict(one.variants) for one in plan.updates] == ([changes] if changes else [])
    plan = Planner("upsert", rules()).plan([wanted], {})
    assert [[one.values for one in each.record.variants] for each in plan.creates] == [created]


def test_what_waited_for_others_is_written_to_a_record_that_is_new():
    """The second pass finds it there already; other fields that only new records get it has."""
    planner = sparing(only_new=["email", "name"], deferred=["email"])
    plan = planner.plan([record("a", name="other", email="x")], HELD, own=True, begun=[7])
    assert [update.changes for update in plan.updates] == [{"email": (False, "x")}]


def test_values_of_other_languages_are_spared_alike():
    """Empty is what is empty in that language."""
    french = VariantValues(Variant("fr_FR"), {"name": "Nom", "email": "e"})
    one = replace(record("a", name="B", email="e"), variants=(french,))
    existing = {("a",): [{"id": 7, "ref": "a", "name": "A", "name@fr_FR": False, "email": False, "email@fr_FR": False}]}
    (update,) = sparing(only_new=["email"], if_empty=["name"]).plan([one], existing).updates
    assert (update.changes, [two.changes for two in update.variants]) == ({}, [{"name": (False, "Nom")}])


@pytest.mark.parametrize("write", ["only_new", "if_empty"])
@pytest.mark.parametrize(
    ("begun", "found", "changes", "beside"),
    [
        ({7}, {"email": False, "name@fr_FR": "A"}, {"email": (False, "e")}, {"name": ("A", "FA")}),
        ({7}, {"email": "by hand", "name@fr_FR": "de main"}, {}, {}),
        ({7}, {"name@fr_FR": False}, {}, {"name": (False, "FA")}),  # what was not read is not known to be empty
        ((), {"email": "by hand", "name@fr_FR": "de main"}, {}, {}),
        ((), {"email": False, "name@fr_FR": "A"}, {}, {}),
    ],
)
def test_a_record_that_was_not_finished_gets_what_new_ones_get(write, begun, found, changes, beside):
    """As far as it is empty there: a run was killed, or a row rejected. French without a text of its own is empty."""
    if write == "if_empty" and not begun and not found["email"]:
        changes, beside = {"email": (False, "e")}, {"name": ("A", "FA")}
    elif write == "if_empty" and "email" not in found:
        changes = {"email": (False, "e")}
    french = VariantValues(Variant("fr_FR"), {"name": "FA"})
    wanted = replace(record("a", name="A", email="e"), variants=(french,))
    planner = sparing(**{write: ["name", "email"]})
    plan = planner.plan([wanted], {("a",): [{"id": 7, "ref": "a", "name": "A", **found}]}, begun=begun)
    got = [(update.changes, [one.changes for one in update.variants]) for update in plan.updates]
    assert got == ([(changes, [beside] if beside else [])] if changes or beside else [])


@pytest.mark.parametrize(
    ("begun", "french", "cost", "changes"),
    [
        ({7}, "A", 0.0, {FRENCH: {"name": ("A", "FA")}, OTHER: {"cost": (0.0, 5.0)}}),
        ({7}, "by hand", 4.0, {}),
        ({7}, "FA", 0.0, {OTHER: {"cost": (0.0, 5.0)}}),
        ((), "A", 0.0, {}),
    ],
)
def test_mode_create_finishes_texts_and_companies(begun, french, cost, changes):
    """Of records that the job created in a run which ended then; what somebody wrote since stays."""
    wanted = bom("a", variants={FRENCH: {"name": "FA"}, OTHER: {"cost": 5.0}}, name="A")
    existing = {"id": 7, "code": "a", "name": "A", "name@fr_FR": french, "cost@company:3": cost}
    plan = Planner("create", rules()).plan([wanted], {("a",): [existing]}, begun=begun)
    found = [dict(one.variants) for one in plan.updates]
    assert (found, len(plan.skipped)) == (([changes], 0) if changes else ([], 1))
