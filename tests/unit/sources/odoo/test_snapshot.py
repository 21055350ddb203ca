"""Records that changed since the last run, in the order in which they changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.odoo import snapshot
from odoo_etl.sources.odoo.pages import PageSize, Range, Wanted
from odoo_etl.sources.odoo.reading import Reading
from odoo_etl.sources.odoo.snapshot import Cursor, Snapshot, snapshot_of
from odoo_etl.spec import IncrementalSpec

DAY = datetime(2024, 5, 1, 12, tzinfo=UTC)


def at(seconds):
    """A moment of that day."""
    return DAY + timedelta(seconds=seconds)


def test_records_come_by_their_cursors_then_ids():
    """Over all blocks; those without a cursor last."""
    found = Snapshot()
    found.add([1, 2, 3], [at(5), None, at(1)])
    found.add([4, 5], [at(1), at(0)])
    assert list(found.pages(PageSize(2, 2))) == [[(5, at(0)), (3, at(1))], [(4, at(1)), (1, at(5))], [(2, None)]]


def test_a_record_takes_eight_bytes():
    """However many there are."""
    found = Snapshot()
    found.add(range(1, 1001), [DAY] * 1000)
    assert sum(block.itemsize * len(block) for block in found.blocks) == 8000


@pytest.mark.parametrize("moment", [datetime(1969, 12, 31, tzinfo=UTC), datetime(2107, 1, 1, tzinfo=UTC)])
def test_a_cursor_out_of_range(moment):
    """Is refused, not cut."""
    with pytest.raises(SourceError, match="must lie between 1970 and 2105"):
        Snapshot().add([1], [moment])


class Rows:
    """A client that knows records by id and remembers what it is asked."""

    def __init__(self, rows):
        self.rows, self.domains = rows, []

    def search_read(self, model, domain, fields, *, limit, order, context):
        """As Odoo: those behind the last id."""
        self.domains.append(domain)
        last = domain[0][2]
        found = [{"id": one, "write_date": moment} for one, moment in sorted(self.rows.items()) if one > last]
        return found[:limit]


def read(client, watermark=None, **keys):
    """The snapshot."""
    spec = IncrementalSpec(cursor="write_date", **keys)
    typed = lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None  # noqa: E731
    return snapshot_of(client, Wanted("res.partner", [["a", "=", 1]], {}), Cursor(spec, typed, watermark))


def test_ids_and_cursors_are_asked_for_in_blocks(monkeypatch):
    """Until one is not full."""
    monkeypatch.setattr(snapshot, "BLOCK", 2)
    client = Rows(dict.fromkeys(range(1, 5), "2024-05-01 12:00:00"))
    assert [one for page in read(client).pages(PageSize(9, 9)) for one, _ in page] == [1, 2, 3, 4]
    assert [domain[0] for domain in client.domains] == [["id", ">", 0], ["id", ">", 2], ["id", ">", 4]]


@pytest.mark.parametrize(
    ("watermark", "keys", "begin"),
    [
        (None, {}, None),
        (None, {"initial": "2024-01-31"}, "2024-01-31 00:00:00"),
        (None, {"initial": "2024-01-31 10:00:00+02:00"}, "2024-01-31 08:00:00"),
        (DAY, {}, "2024-05-01 12:00:00"),
        (DAY, {"lag": "5m"}, "2024-05-01 11:55:00"),
        (DAY.replace(microsecond=999_999), {}, "2024-05-01 12:00:00"),
        (DAY.astimezone().replace(tzinfo=None), {}, None),
        ("2024-05-01 12:00:00", {}, "2024-05-01 12:00:00"),
        (date(2024, 5, 1), {}, "2024-05-01 00:00:00"),
    ],
)
def test_where_a_run_begins(watermark, keys, begin):
    """At the watermark itself, which may have come to stand for more; records without a cursor come every time."""
    client = Rows({})
    read(client, watermark, **keys)
    [domain] = client.domains
    if begin is None:
        assert domain[1:] == [["a", "=", 1]] or watermark is not None
    else:
        assert domain[1:] == ["|", ["write_date", "=", False], ["write_date", ">=", begin], ["a", "=", 1]]


@pytest.mark.parametrize(("watermark", "keys"), [(17, {}), (None, {"initial": "soon"}), (None, {"initial": 3})])
def test_what_is_no_moment(watermark, keys):
    """Says what to do."""
    with pytest.raises(SourceError, match=r"--full-refresh|no date or time in ISO 8601"):
        read(Rows({}), watermark, **keys)


def test_rows_come_in_the_order_of_their_changes(source, client):
    """With the cursor that they had when the reading began, whatever is written meanwhile."""
    ids = client.create("res.partner", [{"name": name, "ref": name} for name in "ABC"])
    spec = source({"name": "name"}, incremental={"cursor": "write_date"})
    reading = Reading(spec, client)
    [page] = reading.pages(Range(), PageSize(100, 100))
    assert page[0] == ids
    client.write("res.partner", ids[:1], {"name": "A2"})
    table = reading.table(page)
    assert table["name"] == ["A2", "B", "C"]
    assert table["write_date"] == list(page[1])


def test_the_next_run_begins_at_the_watermark(source, client):
    """What was not changed since is not read."""
    client.create("res.partner", [{"name": name, "ref": name} for name in "AB"])
    spec = source({"name": "name", "when": "write_date"}, incremental={"cursor": "write_date"})
    rows = open_source(spec)
    assert rows.cursor == "when"
    assert rows.columns() == ["name", "when"]
    [chunk] = rows.chunks(10)
    later = chunk.columns["when"][-1] + timedelta(seconds=1)
    assert list(open_source(spec, SourceMemory(later)).chunks(10)) == []
    [again] = open_source(spec, SourceMemory(chunk.columns["when"][-1])).chunks(10)
    assert "B" in again.columns["name"]


def test_the_cursor_is_a_column_of_its_own_where_the_job_has_none(source, client):
    """Which the watermark is taken from."""
    spec = source(["name"], incremental={"cursor": "write_date"})
    assert (open_source(spec).cursor, open_source(spec).columns()) == ("write_date", ["name", "write_date"])


@pytest.mark.parametrize("cursor", ["name", "color", "nope"])
def test_a_field_that_cannot_be_a_cursor(source, cursor):
    """Is told with its place."""
    with pytest.raises(SourceError, match=r"must be a datetime that is stored|no field `nope`") as error:
        open_source(source(["name"], incremental={"cursor": cursor})).columns()
    assert error.value.at == ("source", "incremental", "cursor")
