"""Fields whose cells name files: which keys they need, and where their folder is."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import FieldSpec, load_project
from tests.unit.spec.conftest import job_text


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"type": "file"}, "`type: file` needs `root`"),
        ({"root": "images"}, "`root` only makes sense with `type: file`"),
        ({"max_size": "1 MB"}, "`max_size` only makes sense with `type: file`"),
        ({"type": "base64", "on_missing": "empty"}, "`on_missing` only makes sense with `type: file`"),
        ({"type": "file", "root": "x", "lookup": {"model": "a.b"}}, "`lookup` beside `type: file`"),
        ({"type": "file", "root": "x", "max_size": "1 GB"}, "less than or equal to"),
        ({"type": "file", "root": "x", "max_size": 0}, "greater than 0"),
        ({"type": "file", "root": "x", "max_size": "big"}, "must be a size"),
    ],
)
def test_keys_that_do_not_fit(keys, message):
    """Each says what it goes with."""
    with pytest.raises(ValidationError, match=message):
        FieldSpec(column="photo", **keys)


@pytest.mark.parametrize(("text", "size"), [("500 kB", 500_000), ("1.5MiB", 1_572_864), ("10 MB", 10**7), (77, 77)])
def test_sizes(text, size):
    """With a unit, or bytes."""
    assert FieldSpec(column="photo", type="file", root="x", max_size=text).max_size == size


def test_the_folder_is_relative_to_the_file_of_the_job(make_project, tmp_path):
    """As every path of a job is."""
    fields = "\n  ref: ref\n  image_1920: {column: photo, type: file, root: ../images}\n"
    jobs = load_project(make_project(partners=job_text(fields=fields)), {}).jobs
    assert jobs["partners"].spec.fields["image_1920"].root == str(tmp_path / "images")
