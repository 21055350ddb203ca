"""Files that are due, moved as the ledger has them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from odoo_etl.runs.jobs.moving import Mover
from odoo_etl.sources.files import Here
from odoo_etl.state import open_ledger


class Inbox:
    """A file in a folder, and what the ledger knows of it."""

    def __init__(self, folder: Path, deliveries) -> None:
        self.folder, self.deliveries = folder, deliveries
        self.file = folder / "in" / "a.csv"
        self.file.parent.mkdir()
        self.file.write_text("rows", "utf-8")
        mark = hashlib.sha256(b"rows").hexdigest()
        deliveries.deliver("r1", "orders", [(str(self.file), mark, str(folder / "done"), "")])

    def move(self) -> list[str]:
        """Move what is due; what is said of it, the folder left out."""
        mover = Mover(self.deliveries, lambda _: Here())
        for one in self.deliveries.all():
            mover.move(one)
        return [text.replace(f"{self.folder}/", "") for text in mover.notes()]

    def names(self) -> list[str]:
        """All files that are there."""
        found = (path for path in self.folder.rglob("*.csv*") if path.is_file())
        return sorted(str(path.relative_to(self.folder)) for path in found)


@pytest.fixture
def inbox(tmp_path):
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        yield Inbox(tmp_path, ledger.deliveries)


def test_a_file_that_is_as_it_was_read_moves(inbox):
    """Its folder is made, and the ledger forgets it."""
    assert inbox.move() == ["done: a.csv moved to done"]
    assert (inbox.names(), inbox.deliveries.all(), inbox.move()) == (["done/a.csv"], [], [])


def test_another_file_of_the_same_name_stays(inbox):
    """It was not read; nobody moves it later for the one that was."""
    inbox.file.write_text("others", "utf-8")
    assert inbox.move() == ["done: a.csv was not moved: it has changed since it was read"]
    assert (inbox.names(), inbox.deliveries.all()) == (["in/a.csv"], [])


def test_a_file_that_somebody_took_away(inbox):
    """It is told, once."""
    inbox.file.unlink()
    assert inbox.move() == ["done: a.csv was not moved: it is no longer there"]
    assert inbox.move() == []


def test_a_name_that_is_taken(inbox):
    """Both files stay."""
    (inbox.folder / "done").mkdir()
    (inbox.folder / "done" / "a.csv").write_text("rows", "utf-8")
    assert inbox.move() == ["done: a.r1.csv moved to done"]
    assert inbox.names() == ["done/a.csv", "done/a.r1.csv"]


@pytest.mark.parametrize("is_left", [True, False])
def test_a_move_that_was_killed_is_ended(inbox, is_left):
    """The file stands under the name that was claimed: the old name goes, if it is left."""
    (one,) = inbox.deliveries.all()
    assert inbox.deliveries.claim(one, str(inbox.folder / "done" / "a.csv"))
    (inbox.folder / "done").mkdir()
    (inbox.folder / "done" / "a.csv").write_text("rows", "utf-8")
    if not is_left:
        inbox.file.unlink()
    assert inbox.move() == ["done: a.csv moved to done"]
    assert (inbox.names(), inbox.deliveries.all()) == (["done/a.csv"], [])


def test_a_folder_that_cannot_be_made_is_tried_again(inbox):
    """Until it can."""
    (inbox.folder / "done").write_text("a file", "utf-8")
    (said,) = inbox.move()
    assert said.startswith("done: a.csv could not be moved to done: ")
    assert inbox.names() == ["in/a.csv"]
    (inbox.folder / "done").unlink()
    assert inbox.move() == ["done: a.csv moved to done"]


def test_another_run_was_faster(inbox):
    """It moves the file; this one does not."""
    (seen,) = inbox.deliveries.all()
    assert inbox.deliveries.claim(seen, str(inbox.folder / "done" / "a.csv"))
    mover = Mover(inbox.deliveries, lambda _: Here())
    mover.move(seen)
    assert (list(mover.notes()), inbox.names()) == ([], ["in/a.csv"])


def test_many_files_are_one_note(inbox):
    """With one of them as an example."""
    other = inbox.file.with_name("b.csv")
    other.write_text("rows", "utf-8")
    (one,) = inbox.deliveries.all()
    inbox.deliveries.deliver("r1", "orders", [(str(other), one.mark, one.folder, "")])
    assert inbox.move() == ["done: 2 files, for example a.csv, moved to done"]
