"""How well some fields tell records apart."""

import tracemalloc

import pytest

from odoo_etl.checks import judge_key
from odoo_etl.errors import SpecError
from odoo_etl.odoo import ServerVersion
from tests.memory_models import MODELS
from tests.memory_odoo import MemoryOdoo

FIELDS = MODELS["res.partner"]


@pytest.fixture
def odoo():
    """Ten partners, one of them archived."""
    made = MemoryOdoo()
    refs = ["a", "b", "a", "A ", "a", False, "", "c", "b", "d"]
    made.add("res.partner", *({"ref": ref, "name": f"P{n}", "display_name": f"P{n}"} for n, ref in enumerate(refs)))
    made.records["res.partner"][3]["active"] = False
    return made


def judged(odoo, *names, page=3):
    """The report of a key."""
    return judge_key(odoo, "res.partner", FIELDS, names, page)


def test_repeated_and_missing_values_are_counted(odoo):
    """Page by page, with archived records; what differs in case or blanks alone is told apart, and told."""
    found = judged(odoo, "ref")
    assert (found.records, found.archived, found.blank, found.without) == (10, 1, {"ref": 2}, 2)
    assert (found.repeated, found.records_of_repeated, found.alike, found.is_unique) == (2, 5, 1, False)
    assert odoo.calls["res.partner.search_read"] == 4
    assert odoo.writes() == 0


def test_the_worst_come_first_with_their_records(odoo):
    """Value, number of records, and the first of these with their names."""
    found = judged(odoo, "ref")
    assert [(one.value, one.records, one.first) for one in found.examples] == [
        (("a",), 3, {1: "P0", 3: "P2", 5: "P4"}),
        (("b",), 2, {2: "P1", 9: "P8"}),
    ]


def test_several_fields_are_one_key(odoo):
    """Then a record lacks a key only where all of its parts are empty."""
    found = judged(odoo, "ref", "name")
    assert (found.repeated, found.without, found.blank) == (0, 0, {"ref": 2, "name": 0})
    assert found.is_unique


def test_numbers_that_python_hashes_alike_are_two_values(odoo):
    """-1 and -2, and 0, which is a value."""
    odoo.records["res.partner"] = {}
    odoo.add("res.partner", *({"name": "x", "color": color} for color in (-1, -2, 0, 5)))
    found = judged(odoo, "color")
    assert (found.repeated, found.without) == (0, 0)


def test_a_model_without_records_has_no_double():
    """One call, and nothing read by id."""
    found = judged(MemoryOdoo(), "ref")
    assert (found.records, found.repeated, found.examples) == (0, 0, ())


def test_fields_that_are_no_key_are_refused_or_warned_of(odoo):
    """All of them at once; what Odoo fills itself can be counted, with a note."""
    with pytest.raises(SpecError) as caught:
        judged(odoo, "reff", "comment", "name")
    assert [one.message.split(",")[0] for one in caught.value.problems] == [
        "res.partner has no field `reff`",
        "the key field `comment` is a html field",
    ]
    assert "did you mean `ref`?" in str(caught.value)
    assert (
        "filled by Odoo itself"
        in judge_key(odoo, "res.partner", {**FIELDS, "id": {"type": "integer"}}, ["id"]).notes[0]
    )


class Many:
    """Very many partners, whose refs are their numbers, and some twice."""

    def __init__(self, records):
        self.records = records

    def version(self):
        """Odoo 19."""
        return ServerVersion("19.0", 19)

    def search_read(self, _model, domain, _fields, *, limit, **_options):
        """The next page."""
        last = domain[0][2]
        return [{"id": n, "ref": f"R{n // 2 if n % 1000 == 1 else n}"} for n in range(last + 1, last + 1 + limit)][
            : max(0, self.records - last)
        ]

    def read(self, _model, ids, _fields, **_options):
        """Some of them."""
        return [{"id": n, "ref": "R", "display_name": "P"} for n in ids]


def test_memory_is_bounded():
    """Some 100 bytes a record at most, whatever its values are: a million take less than 100 MB."""
    tracemalloc.start()
    found = judge_key(Many(60_000), "res.partner", {"ref": {"type": "char"}}, ["ref"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.records, found.repeated) == (60_000, 59)
    assert peak < 60_000 * 100 + 4_000_000, peak
