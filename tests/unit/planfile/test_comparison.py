"""The plan again, held against the plan file: whatever differs is named before anything is written."""

from __future__ import annotations

import pytest

from tests.builders import ListSource, job_spec

FIELDS = {"ref": "ref", "name": "name", "email": "email"}
COLUMNS = ["ref", "name", "email"]


def rows(*pairs):
    """A source of (ref, name, email)."""
    return ListSource(COLUMNS, pairs)


PARTNERS = job_spec(FIELDS, load={"chunk_size": 2})
WANTED = (("a", "A", "a@x"), ("b", "old b", "b@x"), ("c", "old c", "new@x"), ("d", "D", "d@x"))


def set_name(odoo):
    odoo.records["res.partner"][1]["name"] = "somebody else's"


def set_other(odoo):
    odoo.records["res.partner"][1]["color"] = 7


def delete(odoo):
    del odoo.records["res.partner"][3]


def create(odoo):
    odoo.add("res.partner", {"ref": "d", "name": "D", "email": "d@x"})


def touch_unchanged(odoo):
    odoo.records["res.partner"][2]["email"] = "moved@x"


def do_it(odoo):
    odoo.records["res.partner"][1]["name"] = "A"


@pytest.mark.parametrize(
    ("meddle", "told"),
    [
        (set_name, ["partners: a (res.partner 1): name planned 'old a' → 'A', now \"somebody else's\" → 'A'"]),
        (set_other, []),
        (
            delete,
            ["partners: c (res.partner 3) is planned to be changed and is not there any more; it would be created"],
        ),
        (create, ["partners: d (new res.partner): the planned create is not due any more"]),
        (
            touch_unchanged,
            ["partners: b (res.partner 2) is not in the plan: email: 'moved@x' → 'b@x'"],
        ),
        (do_it, ["partners: a (res.partner 1): the planned update is not due any more"]),
    ],
)
def test_a_record_that_has_changed_is_named(desk, meddle, told):
    """With its key, its id, the fields, what was planned and what is there now; other fields do not matter."""
    desk.plan((PARTNERS, rows(*WANTED)))
    meddle(desk.odoo)
    again = desk.again((PARTNERS, rows(*WANTED)))
    assert (again.count, again.first) == (len(told), told)
    assert desk.odoo.writes() == 0


def test_the_same_plan_again_differs_in_nothing(desk):
    """However many lanes work on it."""
    desk.plan((PARTNERS, rows(*WANTED)))
    assert desk.again((job_spec(FIELDS, load={"chunk_size": 2, "concurrency": 3}), rows(*WANTED))).first == []


def test_other_rows_are_told_with_what_follows_from_them(desk):
    """The source, and the records."""
    desk.plan((PARTNERS, rows(*WANTED)))
    again = desk.again((PARTNERS, rows(("a", "A2", "a@x"), *WANTED[1:3])))
    assert again.first == [
        "partners: the rows of its source have changed (rows.csv: 4 rows then, 3 now)",
        "partners: a (res.partner 1): name planned 'old a' → 'A', now 'old a' → 'A2'",
        "partners: d (new res.partner): the planned create is not due any more",
    ]


def test_so_many_differences_are_named_and_the_others_counted(desk):
    """Twenty of them."""
    many = [(f"n{number}", "N", "") for number in range(30)]
    desk.plan((PARTNERS, rows(*many)))
    again = desk.again((PARTNERS, rows()))
    assert (again.count, len(again.first)) == (31, 20)
