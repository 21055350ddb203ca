"""Writing a new project beside what is there."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.scaffold import SECRET, NewProject, files_of, write_files


def test_a_file_that_is_there_stays(tmp_path):
    """Whatever it is; lines that it lacks are told."""
    (tmp_path / ".gitignore").write_text(".odoo_etl/\n")
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/partners.yaml").symlink_to("nowhere")
    made = write_files(tmp_path, files_of(NewProject()), SECRET)
    assert made.left == ("pipelines/partners.yaml", ".gitignore")
    assert made.ignored == (".env", ".env.*", "!.env.example")
    assert (tmp_path / ".gitignore").read_text() == ".odoo_etl/\n"
    assert not (tmp_path / "nowhere").exists()
    again = write_files(tmp_path, files_of(NewProject()), SECRET)
    assert (again.written, set(again.left)) == ((), {*made.written, *made.left})


def test_a_folder_is_made(tmp_path):
    """With those above it."""
    made = write_files(tmp_path / "a/b", {"c/d.txt": "é\n"})
    assert (made.folder / "c/d.txt").read_bytes() == "é\n".encode()


def test_where_no_file_can_be(tmp_path):
    """It says so."""
    (tmp_path / "a").write_text("")
    with pytest.raises(UsageError, match=r"a is no folder|a/pipelines.*Not a directory"):
        write_files(tmp_path / "a", files_of(NewProject()))
