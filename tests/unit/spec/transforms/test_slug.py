"""`slug`: letters of any script."""

from __future__ import annotations

import pytest

from tests.unit.spec.transforms.test_steps import changed, steps_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ŁÓDŹ Straße", "lodz-strasse"),
        (" --a__b-- ", "a-b"),
        ("й ё", "й-ё"),
        ("İ", "i"),
        ("ﬁ ½", "fi-1-2"),
        ("㎩", "pa"),
    ],
)
def test_slugs(text, wanted):
    """Accents go from Latin letters alone: others are letters of their own with them."""
    assert changed(steps_of("slug"), text) == wanted
