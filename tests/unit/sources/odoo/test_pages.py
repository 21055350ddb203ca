"""Pages of ids that stay what they are while people write."""

from __future__ import annotations

import pytest

from odoo_etl.sources.odoo import pages
from odoo_etl.sources.odoo.pages import PageSize, Range, Wanted, id_pages

EVERY = Range()


class Ids:
    """A client that knows some ids."""

    def __init__(self, ids):
        self.ids, self.limits = ids, []

    def search(self, model, domain, *, limit, order, context):
        """As Odoo: the conditions that a range makes."""
        assert (model, order, context) == ("res.partner", "id", {"lang": "fr_FR"})
        self.limits.append(limit)
        above = next((value for _, operator, value in domain if operator == ">"), 0)
        upto = next((value for _, operator, value in domain if operator == "<="), 10**9)
        return sorted(one for one in self.ids if above < one <= upto)[:limit]


def read(client, size=100, within=EVERY):
    """The pages."""
    return id_pages(client, Wanted("res.partner", [["a", "=", 1]], {"lang": "fr_FR"}), within, PageSize(size, size))


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2000, 2001])
def test_every_id_comes_once(count, monkeypatch):
    """Whether the last block is full or not."""
    monkeypatch.setattr(pages, "MOST_IDS", 1000)
    ids = list(range(3, 3 * count + 1, 3))
    assert [one for page in read(Ids(set(ids))) for one in page] == ids


def test_blocks_are_small_at_first():
    """Who looks at a few records has not asked for the ids of all."""
    client = Ids(set(range(1, 3000)))
    found = read(client, 500)
    assert [len(next(found)) for _ in range(3)] == [500, 500, 500]
    assert client.limits == [pages.FIRST_BLOCK, pages.MOST_IDS]


def test_records_that_come_and_go_between_pages_move_no_others():
    """None comes twice, none is left out; new ones come at the end."""
    client = Ids(set(range(1, 2001)))
    found = read(client, 500)
    first = [*next(found), *next(found)]
    client.ids -= {1, 2, 700, 1500}
    client.ids |= {3000}
    rest = [one for page in found for one in page]
    assert [*first, *rest] == [*range(1, 1500), *range(1501, 2001), 3000]


def test_ranges_have_their_ids_alone():
    """Together all of them."""
    client = Ids(set(range(1, 101)))
    ranges = [Range(None, 30), Range(30, 31), Range(31, None)]
    assert [[one for page in read(client, within=one) for one in page] for one in ranges] == [
        list(range(1, 31)),
        [31],
        list(range(32, 101)),
    ]


@pytest.mark.parametrize(("rows", "size"), [(1, 100), (100, 100), (101, 101), (1000, 1000), (50_000, 1000)])
def test_a_page_is_neither_tiny_nor_endless(rows, size):
    """Whatever chunks are asked for; the first one is small, since nobody knows the records yet."""
    found = PageSize.of(rows)
    assert found.rows == 100
    found.learn([("short",)] * 100)
    assert found.rows == size


def test_records_that_hold_much_text_make_small_pages():
    """So that what waits for its turn fits into memory."""
    found = PageSize.of(1000)
    found.learn([{"html": "x" * (1 << 17), "lines": [{"name": "y"}]}] * 100)
    assert found.rows == pages.MOST_CHARS // (1 << 17) - 1
    found.learn([("x" * (pages.MOST_CHARS * 2),)])
    assert found.rows == 1
    found.learn([])
    assert found.rows == 1
    found.learn([("short",)] * 7)
    assert found.rows == 1000


def test_a_page_may_be_of_another_size_than_the_one_before():
    """No id is left out between them."""
    size = PageSize(10, 3)
    found = id_pages(Ids(set(range(1, 21))), Wanted("res.partner", [], {"lang": "fr_FR"}), EVERY, size)
    first = next(found)
    size.rows = 10
    assert [list(first), *map(list, found)] == [[1, 2, 3], list(range(4, 14)), list(range(14, 21))]
