"""What the tests' real Odoo is made of, as far as it needs none."""

from __future__ import annotations

from dataclasses import replace

from tests.real_odoo.parts import search_path
from tests.real_odoo.templates import BUSINESS, PLAIN, keys_in


def test_programs_of_the_system_are_found_where_path_lacks_their_folders():
    """A root without /usr/sbin still finds useradd; what PATH names comes first, and once."""
    assert search_path("/usr/local/bin:/usr/bin") == "/usr/local/bin:/usr/bin:/usr/sbin:/sbin"
    assert search_path("/usr/sbin:/usr/bin:/sbin") == "/usr/sbin:/usr/bin:/sbin"


def test_a_template_with_another_content_is_another_database():
    """What was built before is never taken for it."""
    names = {
        PLAIN.database,
        BUSINESS.database,
        replace(PLAIN, modules="base").database,
        replace(PLAIN, prepare="").database,
    }
    assert len(names) == 4


def test_keys_are_found_among_what_odoo_prints():
    """Warnings stand between them."""
    assert keys_in("KEY admin 12ab\nWARNING: KEY of nobody is old\nKEY clerk 34cd\n") == {
        "admin": "12ab",
        "clerk": "34cd",
    }
