"""Files of lines by their checksums, at any depth."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import Content, StoredContent
from odoo_etl.mapping import Record
from odoo_etl.planning import LineChanges, LineRules, Update
from odoo_etl.sync.existing import LineContents, hold_contents
from odoo_etl.sync.ports import Target
from tests.builders import target
from tests.unit.sync.existing.test_attachments import BLUE, GREEN, RED, Files, Known, sha1, stored_content

IMAGE = target("binary", "image", attachment=True)
DEEP = {"people": LineRules({"image": IMAGE}, model="deep")}
RULES = {"child_ids": LineRules({"image": IMAGE, "name": target("char", "name")}, children=DEEP, model="res.partner")}


def rows():
    """Two records with lines, one of which has a line."""
    return [
        {"id": 1, "child_ids": [{"id": 7, "name": "A", "people": [{"id": 9}]}, {"id": 8, "name": "B", "people": []}]},
        {"id": 2, "child_ids": []},
    ]


def contents(files, known=None, rules=RULES):
    """What brings them."""
    return LineContents(Target(files, "res.partner", {}), rules, known, learns=True)


@pytest.mark.parametrize(
    ("how", "reads"), [({}, []), ({"is_closed": True}, [[7, 8], [9]]), ({"major": 14, "lists": ()}, [[7, 8], [9]])]
)
def test_lines_get_checksums(how, reads):
    """Of fields that Odoo lists, or by reading them where it does not; no content is kept."""
    files = Files({7: {"image": RED}, 8: {}, 9: {"image": BLUE}}, **how)
    some = rows()
    contents(files).fill(some)
    (first, second) = some[0]["child_ids"]
    assert (first["image"], first["people"][0]["image"]) == (stored_content(RED), stored_content(BLUE))
    assert (second["image"], files.read) == (False, reads)


def test_what_odoo_made_of_a_content_is_known_the_next_time():
    """As long as Odoo holds it; also where lines were read with their contents."""
    files, known = Files({7: {"image": BLUE}, 8: {}, 9: {}}), Known()
    line = Record(("A",), {}, [])
    sent = Content("a.png", "/a.png", 3, sha1(RED))
    update = Update(line, 7, {"image": (stored_content(BLUE), sent)})
    contents(files, known).learn([LineChanges("child_ids", updates={"A": update})])
    some = rows()
    contents(files, known).fill(some)
    assert some[0]["child_ids"][0]["image"] == StoredContent(4, sha1(BLUE), sha1(RED))
    same = IMAGE.comparer()
    assert [same(one, some[0]["child_ids"][0]["image"]) for one in (sent, RED, BLUE, GREEN)] == [
        True,
        True,
        True,
        False,
    ]
    read = rows()
    read[0]["child_ids"][0]["image"], read[0]["child_ids"][1]["image"] = BLUE, GREEN
    contents(files, known).recognise(read)
    assert [one["image"] for one in read[0]["child_ids"]] == [StoredContent(6, sha1(BLUE), sha1(RED)), GREEN]
    files.stored[7]["image"] = GREEN
    contents(files, known).fill(some)
    assert some[0]["child_ids"][0]["image"] == stored_content(GREEN)


def test_lines_without_files_ask_for_nothing():
    """At any depth."""
    plain = LineRules({"name": target("char", "name")}, model="res.partner")
    assert (hold_contents({"child_ids": plain}), hold_contents(RULES)) == (False, True)
    assert hold_contents({"child_ids": LineRules(plain.fields, children=DEEP, model="res.partner")})
