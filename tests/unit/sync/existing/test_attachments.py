"""Files and images by their checksums: which contents are read, which count as equal, what is remembered of them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.fieldtypes import StoredContent
from odoo_etl.odoo import ServerVersion
from odoo_etl.planning import Create, Plan, Update
from odoo_etl.sync.existing import AttachmentFinder, ExistingRecords, content_fields
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Target
from tests.builders import record, target

RED, BLUE, GREEN = (base64.b64encode(text).decode() for text in (b"red", b"blue", b"green"))


def sha1(content):
    """The checksum that Odoo has of a content."""
    return hashlib.sha1(base64.b64decode(content), usedforsecurity=False).hexdigest()


def of(content):
    """What `ir.attachment` has of a content."""
    return {"checksum": sha1(content), "file_size": len(base64.b64decode(content))}


def stored_content(content):
    """A content that nobody has read."""
    return StoredContent(len(base64.b64decode(content)), sha1(content)) if content else False


@dataclass
class Files:
    """An Odoo whose partners have an image and a scan; every content that is read is noted.

    Attributes:
        stored: by record and field.
        read: ids of the records whose contents were asked for, call by call.
        lists: the fields whose attachments a search finds.
    """

    stored: dict[int, dict[str, str]] = field(default_factory=dict)
    is_closed: bool = False
    read: list[list[int]] = field(default_factory=list)
    major: int = 19
    lists: tuple[str, ...] = ("image", "scan")

    def version(self):
        """As configured."""
        return ServerVersion(f"{self.major}.0", self.major)

    def search_read(self, model, domain, fields, *, load=None, context=None):
        """Attachments by what they belong to, or the contents of partners."""
        asked = {name: value for name, _, value in domain}
        if model != "ir.attachment":
            self.read.append(asked["id"])
            return [
                {"id": each, **{name: self.stored[each].get(name, False) for name in fields}} for each in asked["id"]
            ]
        if self.is_closed:
            raise AccessRefused("not for you")
        if "id" in asked:
            return [{"id": each, **of(self.stored[each]["datas"])} for each in asked["id"]]
        return [
            {"res_id": each, "res_field": name, **of(self.stored[each][name])}
            for each in asked["res_id"]
            for name in asked["res_field"]
            if name in self.lists and self.stored.get(each, {}).get(name)
        ]


@dataclass
class Found:
    """A finder by `ref`: the ids that have it."""

    by_ref: dict[str, list[int]]
    fields: list[str] = field(default_factory=lambda: ["ref"])
    landings: int = 0

    def of(self, records):
        """What Odoo has of them, without their contents."""
        keys = {self.key_of(one) for one in records}
        rows = {
            key: [{"id": each, "ref": key[0]} for each in self.by_ref[key[0]]] for key in keys if key[0] in self.by_ref
        }
        return ExistingRecords(rows)

    def key_of(self, one):
        """By `ref`."""
        return one.key

    def ids(self, keys):
        """Those that have it."""
        return {key: self.by_ref[key[0]] for key in keys if key[0] in self.by_ref}

    def landed(self, plan, outcome):
        """Counted."""
        self.landings += 1


@dataclass
class Known:
    """What is remembered of contents that Odoo stored otherwise than they were sent."""

    records: dict = field(default_factory=dict)

    def recall(self, places):
        """Those that are known."""
        return {place: self.records[place] for place in places if place in self.records}

    def remember(self, records):
        """In place of what was known."""
        self.records |= records


def finder(files, inner, known=None, *, names=("image", "scan"), learns=True, model="res.partner"):
    """A finder of contents."""
    return AttachmentFinder(inner, Target(files, model, {}), names, known, learns=learns)


def existing(found):
    """Key to the contents that were found."""
    return {
        key[0]: [{name: row.get(name) for name in ("image", "scan")} for row in rows]
        for key, rows in found.existing.items()
    }


def test_contents_with_a_checksum_of_their_own():
    """Those of attached fields, and of attachments themselves."""
    fields = {
        "image": target("binary", "image", attachment=True),
        "raw": target("binary", "raw"),
        "ref": target("char", "ref"),
    }
    assert content_fields("res.partner", fields) == ["image"]
    assert content_fields("ir.attachment", {"datas": target("binary", "datas"), "raw": fields["raw"]}) == ["datas"]


def test_equal_contents_are_not_read():
    """Neither of one record nor of several; they are given as the row has them."""
    files = Files({1: {"image": RED, "scan": BLUE}, 2: {"image": GREEN}})
    records = [record("a", image=RED, scan=BLUE), record("b", image=GREEN, scan=False)]
    found = finder(files, Found({"a": [1], "b": [2]})).of(records)
    assert existing(found) == {"a": [{"image": RED, "scan": BLUE}], "b": [{"image": GREEN, "scan": False}]}
    assert files.read == []


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [
        ({"image": BLUE, "scan": BLUE}, {"image": RED, "scan": BLUE}),
        ({"image": RED, "scan": RED}, {"image": RED, "scan": BLUE}),
        ({"image": RED}, {}),
        ({"image": False}, {"image": RED}),
        ({"image": RED, "scan": False}, {"image": RED, "scan": BLUE}),
    ],
)
def test_a_content_that_differs_is_told_by_its_checksum(wanted, stored):
    """Whichever it is; none is read."""
    files = Files({1: stored, 2: {"image": GREEN, "scan": BLUE}})
    records = [record("b", image=GREEN, scan=BLUE), record("a", **wanted), record("c", image=RED)]
    found = existing(finder(files, Found({"a": [1], "b": [2]})).of(records))
    assert files.read == []
    expected = {
        name: content if content == stored.get(name, False) else stored_content(stored.get(name))
        for name, content in wanted.items()
    }
    assert found["a"] == [{"image": expected["image"], "scan": expected.get("scan")}]
    assert found["b"] == [{"image": GREEN, "scan": BLUE}]


def test_a_field_that_the_row_says_nothing_of_is_not_compared():
    """Though there is a content in it."""
    files = Files({1: {"image": RED, "scan": BLUE}})
    assert existing(finder(files, Found({"a": [1]})).of([record("a", image=RED)])) == {
        "a": [{"image": RED, "scan": None}]
    }
    assert files.read == []


def test_who_may_not_see_checksums_reads_all_contents():
    """Of the records that are there."""
    files = Files({1: {"image": RED}, 2: {"image": BLUE}}, is_closed=True)
    found = finder(files, Found({"a": [1], "b": [2]})).of([record("a", image=RED), record("b", image=RED)])
    assert [sorted(ids) for ids in files.read] == [[1, 2]]
    assert {name: rows[0]["image"] for name, rows in existing(found).items()} == {"a": RED, "b": BLUE}


@pytest.mark.parametrize("lists", [(), ("scan",)])
def test_what_an_older_server_does_not_list_is_read(lists):
    """Of the records that are there; equal contents are equal, others are told by what they are."""
    files = Files({1: {"image": RED, "scan": BLUE}, 2: {"image": GREEN, "scan": RED}, 3: {}}, major=14, lists=lists)
    records = [record("a", image=RED), record("b", image=BLUE, scan=RED), record("c", image=RED), record("d", scan=RED)]
    found = existing(finder(files, Found({"a": [1], "b": [2], "c": [3]})).of(records))
    assert files.read == [[1, 2, 3]]
    assert [found[name][0]["image"] for name in "abc"] == [RED, stored_content(GREEN), False]
    assert found["b"][0]["scan"] == RED


def test_what_an_older_server_lists_is_not_read():
    """All that the rows bring."""
    files = Files({1: {"image": RED}, 2: {"scan": BLUE}}, major=18)
    finder(files, Found({"a": [1], "b": [2]})).of([record("a", image=BLUE), record("b", scan=BLUE)])
    assert files.read == []


def test_large_contents_are_read_in_portions():
    """One call need not carry those of a whole chunk."""
    large = base64.b64encode(bytes(9 * 1024 * 1024)).decode()
    files = Files({number: {"image": RED} for number in (1, 2, 3)}, major=14, lists=())
    names = {name: [number] for number, name in enumerate("abc", 1)}
    finder(files, Found(names)).of([record(name, image=large) for name in names])
    assert files.read == [[1], [2], [3]]


def test_what_an_older_server_made_of_a_content_is_equal_the_next_time():
    """Though it lists none."""
    known, files, sent = Known(), Files({1: {"image": GREEN}}, major=14, lists=()), record("a", image=RED)
    made = finder(files, Found({"a": [1]}), known)
    landed(made, sent)
    assert existing(made.of([sent])) == {"a": [{"image": RED, "scan": None}]}


def test_a_key_of_several_records_reads_none_of_them():
    """Its rows are rejects."""
    files = Files({1: {"image": RED}, 2: {"image": RED}})
    finder(files, Found({"a": [1, 2]})).of([record("a", image=BLUE)])
    assert files.read == []


def test_no_records_ask_nothing():
    """Of new records there is nothing to ask."""
    files = Files(is_closed=True)
    assert finder(files, Found({})).of([record("a", image=RED)]).existing == {}
    assert files.read == []


def test_an_attachment_has_its_own_checksum():
    """And not that of a field of it."""
    files = Files({1: {"datas": RED}, 2: {"datas": BLUE}})
    found = finder(files, Found({"a": [1], "b": [2]}), names=["datas"], model="ir.attachment")
    found.of([record("a", datas=RED), record("b", datas=RED)])
    assert found.of([record("a", datas=RED), record("b", datas=BLUE)]).existing[("b",)][0]["datas"] == BLUE
    assert found.of([record("a", datas=GREEN)]).existing[("a",)][0]["datas"] == stored_content(RED)
    assert files.read == []


def landed(made, one, *, update=False, outcome=None):
    """Tell the finder that a record was written."""
    plan = (
        Plan(updates=[Update(one, 1, {"image": (False, one.values.get("image"))})]) if update else Plan([Create(one)])
    )
    outcome = outcome or (Outcome(updated=[one]) if update else Outcome(created=[one]))
    made.landed(plan, outcome)


@pytest.mark.parametrize("update", [False, True])
def test_what_odoo_made_of_a_content_is_equal_the_next_time(update):
    """A large image that it shrank; another content is not, and neither is what somebody put there since."""
    known, files, sent = Known(), Files({1: {"image": GREEN}}), record("a", image=RED)
    made = finder(files, Found({"a": [1]}), known)
    assert existing(made.of([sent]))["a"][0]["image"] == stored_content(GREEN)
    landed(made, sent, update=update)
    assert existing(made.of([sent])) == {"a": [{"image": RED, "scan": None}]}
    assert existing(made.of([record("a", image=BLUE)]))["a"][0]["image"] == stored_content(GREEN)
    files.stored[1]["image"] = BLUE
    assert existing(made.of([sent]))["a"][0]["image"] == stored_content(BLUE)
    assert files.read == []


def test_what_was_remembered_of_one_field_or_record_says_nothing_of_others():
    """Each has its own."""
    known, files = Known(), Files({1: {"image": GREEN, "scan": GREEN}, 2: {"image": GREEN}})
    made = finder(files, Found({"a": [1], "b": [2]}), known)
    landed(made, record("a", image=RED))
    assert existing(made.of([record("a", scan=RED)]))["a"][0]["scan"] == stored_content(GREEN)
    assert existing(made.of([record("b", image=RED)]))["b"][0]["image"] == stored_content(GREEN)


def test_what_was_stored_as_it_was_sent_need_not_be_remembered():
    """The checksums agree; an empty content has none."""
    known, files = Known(), Files({1: {"image": RED}})
    landed(finder(files, Found({"a": [1]}), known), record("a", image=RED, scan=False))
    assert known.records == {}


@pytest.mark.parametrize(
    ("learns", "by_ref", "outcome", "is_closed"),
    [
        (False, {"a": [1]}, None, False),  # a plan sends nothing
        (True, {"a": [1]}, Outcome(), False),  # it was refused
        (True, {"a": [1, 2]}, None, False),  # whose content would it be
        (True, {}, None, False),
        (True, {"a": [1]}, None, True),
    ],
)
def test_what_nobody_knows_for_sure_is_not_remembered(learns, by_ref, outcome, is_closed):
    """And what stands around is told in any case."""
    known, inner = Known(), Found(by_ref)
    files = Files({1: {"image": GREEN}, 2: {"image": GREEN}}, is_closed=is_closed)
    landed(finder(files, inner, known, learns=learns), record("a", image=RED), outcome=outcome)
    assert known.records == {}
    assert inner.landings == 1


def test_an_update_of_other_fields_says_nothing_of_contents():
    """They were not sent."""
    known, one = Known(), record("a", image=RED)
    made = finder(Files({1: {"image": GREEN}}), Found({"a": [1]}), known)
    made.landed(Plan(updates=[Update(one, 1, {"name": ("A", "B")})]), Outcome(updated=[one]))
    assert known.records == {}
