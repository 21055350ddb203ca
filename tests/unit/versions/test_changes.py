"""The changes themselves: their form, and against what real servers of both ends have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from odoo_etl.versions import NameChange, all_changes
from tests.names_there import There

EVERY = all_changes().every
MODULES = {"base", "product", "uom", "sale", "purchase", "stock", "account", "crm", "hr", "project", "mail", "mrp"}


def there(major: int) -> There:
    """What a real server with many modules has of the names."""
    return There(**json.loads(Path(__file__).with_name(f"odoo_{major}.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def odoo_14() -> There:
    """A real Odoo 14 with some 30 modules."""
    return there(14)


@pytest.fixture(scope="module")
def odoo_19() -> There:
    """A real Odoo 19 with some 30 modules."""
    return there(19)


def is_first(change: NameChange, same: list[NameChange]) -> bool:
    """Whether the old name is one of Odoo 14: no earlier change brought it."""
    return bool(change.old) and all(one.new != change.old for one in same)


def is_last(change: NameChange, same: list[NameChange]) -> bool:
    """Whether the new name is one of Odoo 19: no later change took it away."""
    return bool(change.new) and all(one.old != change.new for one in same)


def of_same(change: NameChange) -> list[NameChange]:
    """The changes of the same model, selection, or of all models."""
    changes = all_changes()
    if not change.model:
        return list(changes.of_models())
    if change.field:
        return list(changes.of_values(change.model, change.field))
    return list(changes.of_fields(change.model))


def test_each_change_says_what_where_and_from_where():
    """A name that is gone, new, or another one; a version of 15 to 19; a source that leads to one file or commit."""
    for one in EVERY:
        assert one.old != one.new, one
        assert one.version in range(15, 20), one
        assert one.source.startswith("https://github.com/"), one
        assert one.model or not one.field, one
        assert len({one.old, one.new} - {""}) == 2 or not one.field, one
    assert {one.source.partition("scripts/scripts/")[2].partition("/")[0] for one in EVERY} >= MODULES


def test_no_change_stands_twice():
    """One line a name of a model that goes or comes with a version."""
    named = [(one.version, one.model, one.field, one.old or one.new) for one in EVERY]
    assert sorted(named) == sorted(set(named))


def test_what_came_is_in_odoo_19_and_what_went_is_not(odoo_19):
    """Every name, checked with a real server; nothing is of a module that it lacks."""
    for one in EVERY:
        has = odoo_19.has_model if not one.model else lambda name, one=one: odoo_19.has(one, name)
        assert not one.model or odoo_19.knows(one), one
        assert not one.old or not has(one.old), one
        assert not is_last(one, of_same(one)) or has(one.new), one


def test_what_went_was_in_odoo_14(odoo_14):
    """Names between two versions, of both of which no server is here, came with 15 and went before 19: few."""
    missing = [
        one
        for one in EVERY
        if is_first(one, of_same(one))
        and not (odoo_14.has_model(one.old) if not one.model else not odoo_14.knows(one) or odoo_14.has(one, one.old))
    ]
    assert {one.version for one in missing} <= {17, 18, 19}
    assert len(missing) < len(EVERY) // 8, [(one.model, one.old) for one in missing]


def test_a_model_has_the_names_of_all_versions():
    """Also those of the model whose fields it has."""
    names = all_changes().names_of
    assert names("discuss.channel.member") == {"mail.channel.partner", "mail.channel.member", "discuss.channel.member"}
    assert names("product.product") == {"product.product", "product.template"}
    assert names("product.template") == {"product.template"}
    assert names("x.mine") == {"x.mine"}
