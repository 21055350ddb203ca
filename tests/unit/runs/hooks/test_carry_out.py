"""Steps before and after a job: their order, and what a failure says."""

from __future__ import annotations

import sys

import pytest

from odoo_etl.results import Counts
from odoo_etl.runs.hooks import HookFailed, Hooks, listed
from odoo_etl.spec import CommandHook, HttpHook, SqlHook
from odoo_etl.stop import Stop


def python(code):
    """A step that runs Python."""
    return CommandHook(command=(sys.executable, "-c", code))


def hooks(folder, first=(), last=()):
    """These steps."""
    return Hooks(first, last, folder, {}, Stop())


def test_each_in_its_order_until_one_fails(tmp_path):
    """The failure says what had been done."""
    some = [python("open('1', 'w')"), python("import sys; sys.exit(2)"), python("open('3', 'w')")]
    with pytest.raises(HookFailed, match=r"^before: command .*: ended with exit code 2; nothing was"):
        hooks(tmp_path, some).before()
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_what_comes_after_says_the_counts(tmp_path):
    """They had been written by then."""
    counts = Counts(read=2003, created=2000, rejected=3)
    with pytest.raises(HookFailed, match=r"the rows had their outcome before that: 2,000 created, 3 rejected$"):
        hooks(tmp_path, last=[python("raise SystemExit(1)")]).after(counts)
    hooks(tmp_path, last=[python("open('done', 'w')")]).after(counts)
    assert (tmp_path / "done").exists()


def test_secrets_do_not_show(tmp_path):
    """Not even where a program prints what it was told elsewhere."""
    step = SqlHook(sql="SELECT 1", url="postgresql://me:sesame-open@127.0.0.1:1/shop", timeout=2)
    with pytest.raises(HookFailed) as failed:
        hooks(tmp_path, [step]).before()
    assert "sesame" not in str(failed.value)
    assert str(failed.value).startswith("before: sql: postgresql://127.0.0.1:1/shop: ")


def test_a_plan_lists_them():
    """By names without secrets."""
    http = HttpHook.model_validate({"http": {"url": "https://hooks.example.com/token"}})
    sql = SqlHook(sql="SELECT 1", url="sqlite:///x")
    assert listed([CommandHook(command=("export", "--all"))], [sql, http]) == [
        "a run does this first: command export",
        "a run does this last: sql, http POST https://hooks.example.com",
    ]
    assert listed([], []) == []
