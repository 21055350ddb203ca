"""Updates on servers before Odoo 19, which have no `web_save_multi`."""

from __future__ import annotations

import pytest

from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo
from tests.unit.sync.named import NAMED, rows


def test_an_older_server_gets_grouped_writes():
    """Odoo 18 has no web_save_multi: one `write` for each set of equal values."""
    world = World(MemoryOdoo(major=18))
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(30)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), f"new {n % 3}") for n in range(30))))
    assert (ran.counts, ran.result.calls["res.partner.write"]) == ({"updated": 30}, 3)


@pytest.mark.parametrize(("count", "loads"), [(2, 1), (50, 1), (51, 2), (120, 3)])
def test_an_older_server_gets_records_with_values_of_their_own_by_load(count, loads):
    """So many in a call; unchanged the second time."""
    world = World(MemoryOdoo(major=14))
    world.odoo.add("res.country", {"code": "DE"}, {"code": "FR"})
    world.odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(count)))
    fields = {
        **NAMED,
        "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
        "category_id": {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}},
    }
    lines = [(str(n), f"new {n}", "FR" if n % 2 else "DE", "red|blue" if n % 2 else "blue") for n in range(count)]
    source = ListSource(["ref", "name", "country", "tags"], lines)
    ran = world.run(job_spec(fields), source)
    assert (ran.counts, ran.result.calls["res.partner.load"], ran.writes) == ({"updated": count}, loads, loads)
    assert world.partners("name", "country_id", "category_id")[0] == ("new 0", 1, [2])
    assert world.run(job_spec(fields), source).counts == {"unchanged": count}


def test_what_an_older_server_cannot_load_is_written():
    """Records that are added, and what is emptied of many records; the others are loaded beside them."""
    world = World(MemoryOdoo(major=14))
    world.odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old", "category_id": [1]} for n in range(4)))
    tags = {"column": "tags", "command": "add", "lookup": {"model": "res.partner.category", "by": "name"}}
    lines = [("0", "a", "blue"), ("1", "b", "blue"), ("2", "c", ""), ("3", "d", "")]
    ran = world.run(job_spec({**NAMED, "category_id": tags}), ListSource(["ref", "name", "tags"], lines))
    calls = [ran.result.calls[f"res.partner.{method}"] for method in ("load", "write")]
    assert (ran.counts, calls) == ({"updated": 4}, [1, 2])
    assert world.partners("name", "category_id") == [("a", [1, 2]), ("b", [1, 2]), ("c", [1]), ("d", [1])]


@pytest.mark.parametrize("bad", [0, 7, 59])
def test_an_older_server_refuses_one_row_alone(bad):
    """The others land."""
    world = World(MemoryOdoo(major=14, refuses=lambda values: values.get("name") == "bad"))
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(60)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "bad" if n == bad else f"new {n}") for n in range(60))))
    assert (ran.counts, ran.heard.rejected_lines) == ({"updated": 59, "rejected": 1}, [bad + 2])
    assert ran.result.calls["res.partner.load"] <= 8
