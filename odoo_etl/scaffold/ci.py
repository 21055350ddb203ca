"""The file that lets a CI service check a project: its files, its tests, and what a run would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Final

from odoo_etl.scaffold.settings import KEY, NewProject, Server


def ci_file(new: NewProject) -> dict[str, str]:
    """Path to text of the file of a service; nothing for none."""
    if new.ci == "none":
        return {}
    text = _TEXTS[new.ci](new)
    for line in () if new.has_sample else _OF_TESTS:  # `test` fails where there are none
        text = text.replace(line, "")
    return {_PATHS[new.ci]: text}


_OF_TESTS: Final = (
    "      - name: Do the jobs what their tests say?\n        run: odoo-etl test\n",
    "    - odoo-etl test\n",
)


def _github(new: NewProject) -> str:
    text = _GITHUB.replace("VERSION", version("odoo-etl"))
    text = text.replace("WHEN", "" if new.production.url else " && vars.ODOO_URL != ''")
    return text.replace(" # DEV", _github_env(new.dev)).replace(" # PRODUCTION", _github_env(new.production))


def _github_env(server: Server) -> str:
    """The variables that a step needs, from where the settings of a repository have them."""
    homes = {name: "secrets" if name == KEY else "vars" for name in _needed(server)}
    lines = [f'{name}: "${{{{ {home}.{name} }}}}"' for name, home in homes.items()]
    return "\n          ".join(["\n        env:", *lines]) if lines else ""


def _gitlab(new: NewProject) -> str:
    """Variables of a GitLab project are in the environment of its jobs, so none is named there."""
    names = ", ".join(dict.fromkeys([*_needed(new.dev), *_needed(new.production)]))
    text = _GITLAB.replace("VERSION", version("odoo-etl")).replace("NAMES", names)
    return text.replace("WHEN", "" if new.production.url else " && $ODOO_URL")


def _needed(server: Server) -> list[str]:
    """The variables that an environment needs."""
    if server.is_sandbox:
        return []
    return [KEY] if server.url else [KEY, "ODOO_URL", "ODOO_DB", "ODOO_USER"]


_PATHS: Final = {"github": ".github/workflows/odoo-etl.yaml", "gitlab": ".gitlab-ci.yml"}
_TEXTS: Final[Mapping[str, Callable[[NewProject], str]]] = {"github": _github, "gitlab": _gitlab}

_GITHUB: Final = """\
name: odoo-etl
on:
  push: {branches: [main]}
  pull_request:
permissions: {contents: read}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install "odoo-etl==VERSION"
      - name: Are the files right?
        run: odoo-etl validate # DEV
      - name: Do the jobs what their tests say?
        run: odoo-etl test
      - name: What would a run do in dev?
        run: odoo-etl plan # DEV
      - name: What would a run do in production?
        if: github.event_name == 'push'WHEN
        run: odoo-etl plan --env production # PRODUCTION
"""

_GITLAB: Final = """\
# Settings > CI/CD > Variables: NAMES; the key masked and protected.
image: python:3.12
before_script:
  - pip install "odoo-etl==VERSION"
check:
  script:
    - odoo-etl validate
    - odoo-etl test
    - odoo-etl plan
plan production:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCHWHEN
  script:
    - odoo-etl plan --env production
"""
