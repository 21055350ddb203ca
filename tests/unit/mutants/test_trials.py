"""The copy that faults are put into, and the tests that are to notice them."""

from __future__ import annotations

import pytest

from tests.mutants.areas import AREAS, area_tests
from tests.mutants.trials import ROOT, Copy, copied


def modules(root):
    """The modules of the package below a folder, by their paths there."""
    return {path.relative_to(root) for path in (root / "odoo_etl").rglob("*.py")}


def test_the_copy_has_every_module_and_every_folder_of_tests():
    """A folder left behind for its name would let the tests fail before there is a fault."""
    with copied() as copy:
        assert modules(copy.root) == modules(ROOT)
        missing = {test for tests in AREAS.values() for test in tests if not (copy.root / test).exists()}
        assert missing == set()


def test_areas_are_folders_or_modules_of_the_package():
    """One that is renamed would have no faults, and nobody would see it."""
    assert [area for area in AREAS if not (ROOT / "odoo_etl" / area).exists()] == []
    assert {"planning", "rejects", "serving", "state"} <= set(AREAS)


@pytest.mark.parametrize("area", ["state", "state/slots.py", "odoo/retry.py", "rejects/mending"])
def test_a_part_of_an_area_has_the_area_tests_it(area):
    """`odoo/retry.py` is an area of its own, and `odoo` none."""
    assert area_tests(area) == AREAS.get(area.partition("/")[0], AREAS["odoo/retry.py"])


@pytest.mark.parametrize("area", ["odoo/client.py", "state/no_module.py", "no_folder"])
def test_what_is_in_no_area_has_no_tests(area):
    """The rest of `odoo/` is shown by tests that start servers."""
    with pytest.raises(ValueError, match=f"{area}: no area, nor a folder or module below one: alerting, "):
        area_tests(area)


def test_a_property_that_fails_is_not_made_smaller(tmp_path):
    """It has noticed the fault."""
    tests = tmp_path / "test_one.py"
    tests.write_text(
        "from hypothesis import given, settings, strategies\n"
        "@given(strategies.integers())\n"
        "def test_one(number):\n"
        "    assert [one.name for one in settings().phases] == ['explicit', 'reuse', 'generate']\n"
    )
    assert Copy(ROOT).passes([str(tests)])
