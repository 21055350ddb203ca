"""What the house asks of itself: tests that mirror the modules, few rules muted, one list of Python versions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
UNIT, PACKAGE = ROOT / "tests/unit", ROOT / "odoo_etl"

# Comments that mute a rule of ruff, in the package. It may only become smaller.
MUTED_RULES = 77

ABOUT_MORE_THAN_A_MODULE = {
    *(
        "test_documented_limits.py",
        "test_habits.py",
        "test_layers.py",
        "test_manifests.py",
        "test_network.py",
        "test_package.py",
        "test_release.py",
    ),
    "test_words.py",
    *("fieldtypes/test_every_type.py", "fieldtypes/test_names_of_types.py"),
}


def modules(folder):
    """Names of the modules and folders in a folder, if there is one; a private module goes without its underscore."""
    inside = folder.iterdir() if folder.is_dir() else ()
    return {path.stem.removeprefix("_") for path in inside if path.suffix == ".py" or path.is_dir()}


def is_mirrored(test):
    """True for `test_<name>.py` and `test_<name>_<what of it>.py`: a module or folder beside, or the folder itself."""
    name = test.stem.removeprefix("test_")
    folder = test.parent.relative_to(UNIT)
    known = {folder.name or "odoo_etl"}.union(*(modules(root / folder) for root in (PACKAGE, ROOT, ROOT / "tests")))
    return any(name == one or name.startswith(f"{one}_") for one in known)


def test_tests_are_found_where_their_module_is():
    """`planning/test_rules_diff.py` is about `odoo_etl/planning/rules.py`; `bench/` and the harness have tests, too."""
    lost = {str(test.relative_to(UNIT)) for test in UNIT.rglob("test_*.py") if not is_mirrored(test)}
    assert lost == ABOUT_MORE_THAN_A_MODULE


def test_fewer_and_fewer_rules_are_muted():
    """Where a rule is in the way, the design mostly is."""
    found = sum(path.read_text("utf-8").count("# noqa") for path in PACKAGE.rglob("*.py"))
    assert found <= MUTED_RULES, f"{found - MUTED_RULES} more rules are muted than before: cut the code otherwise"
    assert found == MUTED_RULES, f"well done: now set MUTED_RULES to {found}, so that it stays so"


def test_tests_run_on_what_users_install():
    """The lock file of tests has the packages of the other one, in the same versions."""
    users, tests = (
        set(re.findall(r"^([\w.-]+==[^ ;]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert users - tests == set()


def test_one_list_of_python_versions():
    """What the metadata promises, what CI tries, and what the tools assume."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["project"]["classifiers"]))
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yaml").read_text("utf-8"))
    assert workflow["jobs"]["checks"]["strategy"]["matrix"]["python"] == promised
    assert project["project"]["requires-python"] == f">={promised[0]}"
    assert project["tool"]["mypy"]["python_version"] == promised[0]
    assert project["tool"]["ruff"]["target-version"] == f"py{promised[0].replace('.', '')}"


@pytest.mark.parametrize(
    "page", sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
)
def test_links_of_the_docs_lead_somewhere(page):
    """Files move; what names them moves along."""
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_tests_that_the_docs_name_are_there():
    """`docs/guarantees.md` names the test of each promise."""
    known = {path.name for path in (ROOT / "tests").rglob("*.py")}
    text = "".join(path.read_text("utf-8") for path in ROOT.glob("docs/*.md"))
    named = set(re.findall(r"`(?:[\w/]+/)?(test_\w+\.py)`", text))
    assert named - known == set()
