"""Regular expressions: bounded in time, with groups as Python has them."""

from __future__ import annotations

import pytest

from odoo_etl.spec.transforms import Unreadable
from tests.unit.spec.transforms.test_steps import changed, steps_of


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "a*a*a*a*a*a*b"])
def test_no_pattern_runs_away(pattern):
    """Each of these takes longer than a life in an engine that goes back and forth."""
    text = "a" * 5_000 + "!"
    assert changed(steps_of(f"{{regex: {{pattern: '^{pattern}', to: ''}}}}"), text) in {text, "!"}


@pytest.mark.parametrize(
    ("arguments", "text", "wanted"),
    [
        (r"{pattern: '(?P<y>\d{4})-(\d\d)', to: '\2/\g<y>'}", "2024-05 2023-06", "05/2024 06/2023"),
        (r"{pattern: '(a)|b', to: '<\1>'}", "ab", "<a><>"),
        (r"{pattern: 'x', to: '\\'}", "axb", "a\\b"),
        (r"{pattern: '\s*$', to: ''}", "a  ", "a"),
        (r"{pattern: 'É', to: 'E'}", "ÉÉ", "EE"),
        (r"{pattern: '\pL+', take: 0}", "12 élan 3", "élan"),
        (r"{pattern: '(b)?a', take: 1}", "a", ""),
    ],
)
def test_groups(arguments, text, wanted):
    """A group that took no part is empty."""
    assert changed(steps_of(f"{{regex: {arguments}}}"), text) == wanted


def test_half_a_character_is_refused():
    """RE2 reads UTF-8, which has none."""
    with pytest.raises(Unreadable) as caught:
        changed(steps_of("{regex: {pattern: a, to: b}}"), "a\ud800")
    assert caught.value.code == "bad_text"
