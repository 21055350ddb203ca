"""The page of names in other versions of Odoo, from `odoo_etl/versions/changes.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.versions import NameChange, all_changes

_HEAD = """# Names in other versions

What models, fields and values of selections were called before a version of Odoo, and since then.
[Across versions](../versions.md) tells where these names are said. Most come from the differences between versions that
[OpenUpgrade](https://github.com/OCA/OpenUpgrade) keeps for each module; the last column says in which folder.
"""


def renames_page() -> str:
    """All changes, the newest version first."""
    every = all_changes().every
    versions = sorted({one.version for one in every}, reverse=True)
    return "\n".join([_HEAD, *(line for version in versions for line in _chapter(version, every))]) + "\n"


def _chapter(version: int, every: tuple[NameChange, ...]) -> Iterator[str]:
    own = [one for one in every if one.version == version]
    yield from (
        f"## Odoo {version}",
        "",
        "| model | before | since | what to do | known from |",
        "|---|---|---|---|---|",
    )
    for one in sorted(own, key=lambda change: (change.model, change.field, change.old or change.new)):
        model = f"`{one.model}`" if one.model else "models"
        yield f"| {model} | {_name(one, one.old)} | {_name(one, one.new)} | {one.note} | {_known_from(one.source)} |"
    yield ""


def _name(change: NameChange, name: str) -> str:
    if not name:
        return "–"
    return f"`{change.field}: {name}`" if change.field else f"`{name}`"


def _known_from(source: str) -> str:
    """The folder of OpenUpgrade, or a commit."""
    _, _, folder = source.partition("openupgrade_scripts/scripts/")
    return folder.partition(",")[0].removesuffix("/post-migration.py") if folder else f"[commit]({source})"
