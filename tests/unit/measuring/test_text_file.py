"""The text file of the node exporter."""

from __future__ import annotations

import pytest

from odoo_etl.measuring import write_text_file


def test_it_takes_the_place_of_the_one_before(tmp_path):
    """In one step; another user may read it, and its folder is made."""
    path = tmp_path / "textfile" / "odoo_etl.prom"
    write_text_file(path, b"a 1\n")
    write_text_file(path, b"b 2\n")
    assert path.read_bytes() == b"b 2\n"
    assert [each.name for each in path.parent.iterdir()] == ["odoo_etl.prom"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_one(tmp_path):
    """To a folder of the node exporter, say."""
    (tmp_path / "link.prom").symlink_to(tmp_path / "real.prom")
    write_text_file(tmp_path / "link.prom", b"a 1\n")
    assert (tmp_path / "link.prom").is_symlink()
    assert (tmp_path / "real.prom").read_bytes() == b"a 1\n"


def test_where_it_cannot_be_written_nothing_is_left_behind(tmp_path):
    """A folder stands in its place."""
    path = tmp_path / "odoo_etl.prom"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="odoo_etl"):
        write_text_file(path, b"a 1\n")
    assert [each.name for each in tmp_path.iterdir()] == ["odoo_etl.prom"]
