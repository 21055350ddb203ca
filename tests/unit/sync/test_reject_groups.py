"""Rejected rows by field and reason."""

from __future__ import annotations

from odoo_etl.results import RejectedRow, RejectGroup
from odoo_etl.sync.reject_groups import KEPT_GROUPS, OTHER, RejectGroups, added, without


def row(line, *flaws, file=""):
    """A rejected row with these (field, code, reason)."""
    field, code, reason = flaws[0]
    return RejectedRow(line, file, (), field, "map", code, reason, flaws=flaws if len(flaws) > 1 else ())


def groups(*rows):
    """The groups of these rows."""
    found = RejectGroups()
    for one in rows:
        found.add(one)
    return found.most_first()


EMAIL, OTHER_EMAIL = (("email", "bad_email", f"'{value}' is no address") for value in ("foo@", "bar"))
AMOUNT = ("amount", "bad_number", "'x' is not a number like 1234.5")


def test_every_flaw_of_a_row_is_counted():
    """A row with several is in several groups; most first, and the example is that of the first row."""
    assert groups(row(9, OTHER_EMAIL, AMOUNT), row(7, EMAIL)) == (
        RejectGroup("email", "bad_email", "… is no address", 2, 7, "", "'foo@' is no address"),
        RejectGroup("amount", "bad_number", "… is not a number like …", 1, 9, "", AMOUNT[2]),
    )


def test_groups_do_not_depend_on_the_order_of_rows():
    """Lanes bring them as they come."""
    rows = [row(line, EMAIL, file=file) for line in (4, 2, 3) for file in ("b.csv", "a.csv")]
    assert groups(*rows) == groups(*reversed(rows))
    assert (groups(*rows)[0].file, groups(*rows)[0].line) == ("a.csv", 2)


def test_all_flaws_are_counted_however_many_reasons_there_are():
    """Those beyond the most frequent are one group in the end."""
    found = groups(*(row(line, ("f", f"code{chr(97 + line % 26)}{line}", "no")) for line in range(KEPT_GROUPS + 5)))
    assert (len(found), found[-1]) == (KEPT_GROUPS + 1, RejectGroup("", "", OTHER.reason, 5))
    assert sum(one.rows for one in found) == KEPT_GROUPS + 5


def test_groups_of_parts_are_added_and_rows_taken_out():
    """Also what is over in each part."""
    one, other = groups(row(9, OTHER_EMAIL)), groups(row(7, EMAIL), row(8, AMOUNT))
    whole = added([*one, *other])
    assert whole == groups(row(9, OTHER_EMAIL), row(7, EMAIL), row(8, AMOUNT))
    assert [(one.field, one.rows) for one in without(whole, [row(8, AMOUNT), row(9, OTHER_EMAIL)])] == [("email", 1)]
