"""Any sequence of edits gives the file that editing it by hand would have given."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.rejects.cells import guarded, unguarded
from odoo_etl.rejects.mending import CannotMend, RejectsFilter, Replacement
from tests.examples import examples
from tests.unit.rejects.mending.conftest import COLUMNS, FORM, MISSING, NO_NUMBER, left_by_a_run, set_cell

TEXTS = st.text(st.sampled_from("aAb1'=,;\"\n\r\t é\0\x1f\u202eЖ😀"), max_size=4)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6)
SET = st.tuples(st.just("set"), st.integers(0, 5), st.sampled_from(COLUMNS), TEXTS)
REPLACEMENTS = st.builds(
    lambda column, old, new, part: Replacement(column, old, new, part and bool(old)),
    st.sampled_from(COLUMNS),
    TEXTS,
    TEXTS,
    st.booleans(),
)
REPLACE = st.tuples(st.just("replace"), REPLACEMENTS, st.sampled_from(["", "bad_value"]))
UNDO = st.tuples(st.just("undo"))


class ByHand:
    """The file as a person edits it."""

    def __init__(self, data: bytes) -> None:
        self.header, *self.rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        self.before: list[list[list[str]]] = []

    def act(self, known, what, *how):
        """Do it here and there."""
        getattr(self, what)(known, *how)

    def set(self, known, number, column, text):
        number %= len(self.rows)
        self._keep([(number, COLUMNS.index(column), text)])
        set_cell(known, number, column, text)

    def replace(self, known, replacement, code):
        """One value for another, in all rows or in those of a code."""
        place, wanted, changes = COLUMNS.index(replacement.column), RejectsFilter(code=code), []
        for number, row in enumerate(self.rows):
            text = unguarded(row[place])
            if code and row[self.header.index("_code")] != code:
                continue
            if replacement.part:
                changes.append((number, place, text.replace(replacement.old, replacement.new)))
            elif text == replacement.old:
                changes.append((number, place, replacement.new))
        preview = known.preview(replacement, wanted)
        assert preview.cells == self._keep(changes)
        if preview.cells:
            known.replace(replacement, wanted, preview.version, "anna")

    def undo(self, known):
        if self.before:
            self.rows = self.before.pop()
            known.undo("anna")
            return
        try:
            known.undo("anna")
        except CannotMend:
            return
        raise AssertionError("there was nothing to take back")

    def _keep(self, changes):
        """Change cells; how many are others now."""
        new = [list(row) for row in self.rows]
        for number, place, text in changes:
            new[number][place] = guarded(text) if unguarded(new[number][place]) != text else new[number][place]
        changed = sum(
            a != b for one, other in zip(self.rows, new, strict=True) for a, b in zip(one, other, strict=True)
        )
        if changed:
            self.before.append(self.rows)
            self.rows = new
        return changed

    @property
    def data(self):
        """The file."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([self.header, *self.rows])
        return text.getvalue().encode("utf-8-sig")

    def found(self, wanted):
        """The rows of a filter, looked for one by one."""
        places = [self.header.index(wanted.column)] if wanted.column else range(len(self.header))
        needle = wanted.text.replace("\x1f", " ").casefold()
        return [
            number
            for number, row in enumerate(self.rows)
            if any(needle in unguarded(row[place]).replace("\x1f", " ").casefold() for place in places)
        ]


@given(ROWS, st.lists(st.one_of(SET, REPLACE, UNDO), max_size=6), TEXTS.filter(bool))
@examples(25)
def test_edits_are_as_by_hand(rows, acts, text):
    """Whatever the texts; what is found is what stands in the file; a look from anew sees the same."""
    with TemporaryDirectory() as folder:
        known = left_by_a_run(Path(folder), rows, flaws=[MISSING, NO_NUMBER])
        hand = ByHand(known.path.read_bytes())
        for act in acts:
            hand.act(known, *act)
            assert known.path.read_bytes() == hand.data
        wanted = [RejectsFilter(text=text), RejectsFilter(text=text, column="name")]
        found = [known.page(one) for one in wanted]
        assert [[row.number for row in page.rows] for page in found] == [hand.found(one) for one in wanted]
        shown = known.page()
        assert [[cell.text for cell in row.cells] for row in shown.rows] == [
            list(map(unguarded, row[:3])) for row in hand.rows
        ]
        (known.path.parent / ".mended/customers.index.sqlite3").unlink()
        assert known.page() == shown
        assert FORM.key == ("no",)
