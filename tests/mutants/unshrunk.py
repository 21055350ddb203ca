"""A pytest plugin: a property that fails has noticed a fault, and nobody wants the smallest example of it.

To find that takes minutes where an example takes a second.
"""

from __future__ import annotations

from hypothesis import Phase, settings


def pytest_configure() -> None:
    """Once `tests/conftest.py` has said how many examples there are, and before tests ask for that."""
    settings.register_profile("unshrunk", settings(), phases=[Phase.explicit, Phase.reuse, Phase.generate])
    settings.load_profile("unshrunk")
