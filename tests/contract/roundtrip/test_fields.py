"""Values of every field type, written to a real Odoo and read back: nothing is left to write."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from odoo_etl.fieldtypes import IdList, to_write
from odoo_etl.mapping.references import converter
from odoo_etl.planning import Planner, RecordRules, difference
from odoo_etl.sync.existing.schema import Schema
from tests.builders import field_spec
from tests.contract.roundtrip.conftest import CONTEXT

pytestmark = pytest.mark.odoo

TEXTS = [
    "two\nlines",
    "two\r\nlines",
    "old\rmac",
    "  blanks around  ",
    "tab\t",
    "\n",
    " ",
    unicodedata.normalize("NFC", "Ünïcödé"),
    unicodedata.normalize("NFD", "Ünïcödé"),
    "\u00a0hard\u00a0",
    "😀 𝒳",
    "\u202e rtl \u200b",
    "\x01 control \x1f",
    "<b>&amp;</b>",
    "0",
    "False",
    "'; --",
    "x" * 5000,
]
DAYS = [
    "2024-02-29",
    "1900-01-01",
    "9999-12-31",
    "0999-12-31",
    "0001-01-01",
    date(2020, 5, 17),
    datetime(1, 2, 3, 4, 5),  # noqa: DTZ001 - a date has no zone
]
MOMENTS = [
    "2024-02-29 23:59:59",
    "2024-02-29T23:59:59.999999+01:00",
    "1969-12-31 23:59:59",
    "0999-01-01 00:00:00",
    "9999-12-31 23:59:59",
    date(2024, 1, 1),
    datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=45))),
]
NUMBERS = [
    *[
        "0.1234567",
        "0.125",
        "0.285",
        "1.005",
        "2.675",
        "-0.005",
        "0.004999999",
        "1e-7",
        "-0",
        "0",
        "1e15",
        "123456789.125",
        "1e20",
        "-1e22",
    ],
    0.1 + 0.2,
    Decimal("1.10"),
    Decimal("3.14159265358979323846"),
    "9007199254740993",
]


@dataclass
class Desk:
    """Writes values to one model and tells what would be written again."""

    client: Any
    model: str
    base: dict[str, Any]

    def left(self, field: str, cells: list[Any]) -> dict[Any, Any]:
        """Cell to the difference that is left after it was created and read back."""
        target = Schema(self.client, CONTEXT).fields(self.model, [field])
        convert = converter(field_spec(), target[field])
        wanted = [{field: cell if isinstance(cell, IdList) else convert(cell)} for cell in cells]
        existing = self.existing(field, [{name: to_write(value) for name, value in one.items()} for one in wanted])
        same = {field: target[field].comparer()}
        found = [difference(ours, theirs, same) for ours, theirs in zip(wanted, existing, strict=True)]
        return {str(cell): left for cell, left in zip(cells, found, strict=True) if left}

    def existing(self, field: str, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What Odoo holds after it created records with these values."""
        ids = self.client.create(self.model, [{**self.base, **one} for one in values], context=CONTEXT)
        rows = self.client.search_read(self.model, [["id", "in", ids]], [field], load="_classic_write", context=CONTEXT)
        by_id = {row["id"]: row for row in rows}
        return [by_id[one] for one in ids]


@pytest.fixture(scope="module")
def partners(client):
    """The desk of res.partner."""
    return Desk(client, "res.partner", {"name": "round trip"})


@pytest.fixture(scope="module")
def products(client):
    """The desk of product.template."""
    return Desk(client, "product.template", {"name": "round trip"})


@pytest.mark.parametrize("field", ["ref", "street", "function"])
def test_char(partners, field):
    """Text of any kind."""
    assert partners.left(field, TEXTS) == {}


@pytest.mark.parametrize("field", ["description_sale", "description_purchase"])
def test_text(products, field):
    """Long text, translated or not."""
    assert products.left(field, TEXTS) == {}


def test_html(partners):
    """Plain text in an HTML field: whatever it looks like, Odoo keeps it as text, with its lines."""
    cells = [text for text in TEXTS if "\x01" not in text]
    cells += [
        "a < b > c & d;",
        "&nbsp;&lt;",
        "<script>x</script>",
        "<!-- x -->",
        "three\n\n\nlines\n",
        "javascript:x",
        "<o:p>",
    ]
    assert partners.left("comment", cells) == {}


@pytest.mark.parametrize("field", ["weight", "list_price", "standard_price", "volume"])
def test_product_numbers(products, field):
    """Floats with digits and amounts, rounded by Odoo on the way in."""
    numbers = [cell for cell in NUMBERS if field != "standard_price" or float(cell) >= 0]
    assert products.left(field, numbers) == {}


@pytest.mark.parametrize("field", ["partner_latitude", "partner_longitude"])
def test_coordinates(partners, field):
    """Floats with seven digits."""
    assert partners.left(field, [cell for cell in NUMBERS if abs(float(cell)) < 1000]) == {}


def test_many_random_numbers(products):
    """A thousand numbers at every scale: rounding is the same as Odoo's."""
    chance = random.Random(19)
    numbers = [f"{chance.uniform(-1, 1) * 10 ** chance.randint(-4, 9):.{chance.randint(1, 6)}f}" for _ in range(1000)]
    assert products.left("weight", numbers) == {}
    assert products.left("list_price", [f"{n / 1000:.3f}" for n in range(-500, 500, 5)]) == {}


def test_integers(partners):
    """To the ends of what PostgreSQL takes."""
    assert partners.left("color", ["0", "7", "-7", "2147483647", "-2147483648", Decimal("5.0")]) == {}


def test_booleans(partners):
    """True and false, in any spelling."""
    assert partners.left("is_company", ["true", "0", True, False, 1, "No"]) == {}


def test_selection(partners):
    """Values of a selection."""
    assert partners.left("type", ["contact", "invoice", "delivery"]) == {}


def test_dates(client):
    """Days from year 1 to 9999."""
    rates = Desk(client, "res.currency.rate", {"currency_id": _currency(client), "rate": 1.0})
    assert rates.left("name", DAYS) == {}


def test_datetimes(client):
    """Moments in UTC, without fractions of a second."""
    pricelist = client.create("product.pricelist", {"name": "round trip"})
    items = Desk(client, "product.pricelist.item", {"pricelist_id": pricelist})
    assert items.left("date_start", MOMENTS) == {}


def _currency(client):
    return client.create("res.currency", {"name": "XTS", "symbol": "t"}, context=CONTEXT)


def test_many2one_and_many2many(client, partners):
    """Ids, and sets of ids in any order."""
    tags = client.create("res.partner.category", [{"name": f"round trip {n}"} for n in range(3)])
    sets = [IdList(ids, "set") for ids in ((), (tags[0],), tuple(tags), tuple(reversed(tags)))]
    assert partners.left("category_id", [*sets, IdList(tuple(tags[:2]), "add"), IdList((), "add")]) == {}
    assert partners.left("country_id", client.search("res.country", [], limit=3)) == {}


def test_an_emptied_field_stays_empty(client, partners):
    """False, written to a field of any type that has a value, leaves nothing to write."""
    names = ["ref", "comment", "country_id", "color", "partner_latitude", "lang", "is_company", "category_id"]
    targets = Schema(client, CONTEXT).fields("res.partner", names)
    clear = {name: targets[name].type.cleared for name in names}
    planner = Planner("upsert", RecordRules(targets, ("ref",)))
    existing = partners.existing("ref", [{name: to_write(value) for name, value in clear.items()}])[0]
    rows = client.read("res.partner", [existing["id"]], names, load="_classic_write", context=CONTEXT)
    assert planner.key_in(rows[0]) == (False,)
    assert difference(clear, rows[0], {name: one.comparer() for name, one in targets.items()}) == {}
