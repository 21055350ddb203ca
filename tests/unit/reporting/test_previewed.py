"""The first rows of a job as lines of text."""

from __future__ import annotations

import pytest

from odoo_etl.previews import REMOVED, JobPreview, PreviewedField, PreviewedFlaw, PreviewedRecord
from odoo_etl.reporting.previewed import previewed_lines

UPDATE = PreviewedRecord(
    (2, 3, 4, 9),
    "update",
    key="C-1",
    id=7,
    name="Acme",
    fields=[
        PreviewedField("name", {"name": " Acme Ltd "}, "Acme Ltd", old="Acme", changes=True),
        PreviewedField("is_company", {"kind": "B"}, True),
        PreviewedField("country_id", {"country": "DE"}, 57, names=("Germany",)),
        PreviewedField("category_id", {"tags": "a|b"}, {"add": [1, -2]}, names=("Gold", "Silver (new)")),
        PreviewedField("parent_id", {"parent": ""}, None, is_silent=True),
        PreviewedField("user_id", {"user": "x"}, None, asked=("res.users with login = 'x'",)),
        PreviewedField("order_line[10]", value=REMOVED, changes=True),
    ],
    notes=("it gets the external id legacy.c_1",),
)
REJECT = PreviewedRecord(
    (5,),
    "reject",
    "b.csv",
    "C-2",
    fields=[
        PreviewedField("name", {"name": None}, flaws=(PreviewedFlaw("required", "name needs a value", "name"),)),
        PreviewedField("note", {"note": "x" * 300}, "x" * 300),
    ],
    flaws=(PreviewedFlaw("ragged_line", "too many cells"),),
)
PREVIEW = JobPreview("partners", "res.partner", "https://erp, Odoo 19.0", records=[UPDATE, REJECT], read=5, filtered=2)


def test_cells_stand_beside_values():
    """Signs as in a plan; records by name, blanks in quotes, what is replaced, what is asked for."""
    lines = list(previewed_lines(PREVIEW))
    assert lines[:12] == [
        "partners → res.partner (https://erp, Odoo 19.0): 5 rows looked at, 2 more left",
        "out",
        "",
        "~ line 2-4, 9: C-1 (id 7, Acme) would be updated",
        "    it gets the external id legacy.c_1",
        '   ~ name            name: Acme Ltd   "Acme Ltd" (Odoo has "Acme")',
        "     is_company      kind: B          true",
        "     country_id      country: DE      Germany (id 57)",
        "     category_id     tags: a|b        add Gold (id 1), Silver (new)",
        "     parent_id       parent: (empty)  (left as it is)",
        "     user_id         user: x          asks for res.users with login = 'x'",
        "   ~ order_line[10]                   (removed)",
    ]


def test_flaws_stand_at_their_field_or_their_row():
    """With code and reason."""
    lines = list(previewed_lines(PREVIEW))
    start = lines.index("! line 5 of b.csv: C-2 would be rejected")
    assert lines[start + 1] == "    ! ragged_line: too many cells"
    assert lines[start + 2].startswith("   ! name  name: (empty)")
    assert "required: name needs a value" in lines[start + 2]
    assert lines[-1] == "1 to update, 1 rejected; nothing was written"


@pytest.mark.parametrize("width", [60, 80, 132])
def test_lines_keep_to_the_terminal(width):
    """However long cells and values are."""
    assert max(map(len, previewed_lines(PREVIEW, width))) <= width


def test_what_is_not_known_is_said():
    """No server, notes, and records that lookups would create."""
    offline = JobPreview("p", "res.partner", records=[PreviewedRecord((2,), "unknown", key="a")], notes=["no snapshot"])
    text = "\n".join(previewed_lines(offline))
    assert "(no server was asked)" in text
    assert "note: no snapshot" in text
    assert "? line 2: a\n" in text
    beside = JobPreview("p", "res.partner", created_beside={"res.country": 2})
    assert list(previewed_lines(beside))[-1] == "2 of res.country to create for lookups; nothing was written"
    assert "nothing was written" not in "\n".join(previewed_lines(JobPreview("p", "m", error="why")))
