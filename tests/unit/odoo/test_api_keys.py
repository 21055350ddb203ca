"""How long an API key is good for."""

from datetime import UTC, datetime

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.odoo import ServerVersion
from odoo_etl.odoo.api_keys import first_to_expire, key_expiry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Keys:
    """A client whose user has some keys."""

    def __init__(self, *rows, major=19, refuses=False):
        self.rows, self.major, self.refuses, self.asked = rows, major, refuses, []

    def version(self):
        """As configured."""
        return ServerVersion(f"{self.major}.0", self.major)

    def authenticate(self):
        """The user's id."""
        return 7

    def with_retry(self, policy):
        """Ask once."""
        assert policy.attempts == 1
        return self

    def search_read(self, model, domain, fields):
        """The keys."""
        self.asked.append((model, domain))
        if self.refuses:
            raise AccessRefused("no")
        return [dict(zip(("name", "expiration_date"), row, strict=True)) for row in self.rows]


@pytest.mark.parametrize(
    ("expires", "left", "warned"),
    [
        ("2026-03-20 00:00:00", 18, False),
        ("2026-03-16 11:00:00", 14, True),
        ("2026-03-02 12:00:00", 1, True),
        ("2026-03-01 18:00:00", 0, True),
        ("2026-02-28 00:00:00", -2, True),
        (False, None, False),
    ],
)
def test_days_are_counted_and_warned_of_from_14_on(expires, left, warned):
    """Odoo writes times in UTC."""
    found = first_to_expire([{"name": "nightly", "expiration_date": expires}])
    assert (found.days_left(NOW), bool(found.warning(NOW))) == (left, warned)


def test_the_key_is_named():
    """With the date, and the days that are left."""
    (one,) = [first_to_expire([{"name": "nightly", "expiration_date": "2026-03-10 13:00:00"}])]
    assert one.described(NOW) == "the API key 'nightly' expires: 2026-03-10, in 9 days"
    assert one.warning(NOW).startswith(f"{one.described(NOW)}; make a new one: `odoo-etl key rotate`")
    never = first_to_expire([{"name": "old", "expiration_date": False}])
    assert never.described(NOW) == "the API key 'old' does not expire"


def test_of_several_keys_the_first_to_expire_is_told():
    """Odoo does not say which of them we use."""
    found = key_expiry(Keys(("a", False), ("b", "2026-05-01 00:00:00"), ("c", "2026-03-10 13:00:00")), NOW)
    assert found.described(NOW) == (
        "of 3 API keys of the user, any of which may be ours, 'c' is the first to expire: 2026-03-10, in 9 days"
    )


def test_a_key_that_has_expired_is_not_ours():
    """Another one has let us in; only where there is no other, our clock may be wrong."""
    over, left = ("old", "2026-02-28 00:00:00"), ("new", "2026-05-01 00:00:00")
    assert key_expiry(Keys(over, left), NOW).described(NOW) == "the API key 'new' expires: 2026-05-01, in 60 days"
    assert key_expiry(Keys(over), NOW).name == "old"


def test_the_users_own_keys_are_asked_for_once():
    """Those that open the external API."""
    keys = Keys(("a", False))
    assert key_expiry(keys, NOW).at is None
    assert keys.asked == [
        ("res.users.apikeys", [["user_id", "=", 7], ["scope", "in", [False, "rpc"]]]),
    ]


@pytest.mark.parametrize("keys", [Keys(), Keys(major=17), Keys(refuses=True)])
def test_where_odoo_does_not_say_nobody_knows(keys):
    """No key, an older server, or a model that cannot be read: no error."""
    assert key_expiry(keys, NOW) is None
