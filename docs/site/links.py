"""A hook of mkdocs: links from a page to files outside of the documentation lead to the repository."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

LINK = re.compile(r"\]\((?![a-z]+:|#|/)([^)\s]+)\)")
SOURCE_ONLY = (".py", ".yaml")  # what lies below docs/ and is no page


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """The text of a page whose links all lead somewhere in the site, or to the repository."""
    folder = PurePosixPath("docs", page.file.src_uri).parent
    return LINK.sub(lambda link: f"]({_target(link[1], folder, config.repo_url)})", markdown)


def _target(link: str, folder: PurePosixPath, repository: str) -> str:
    path, mark, anchor = link.partition("#")
    place = _normal(folder / path)
    if place.parts[:1] == ("docs",) and len(place.parts) > 1 and place.suffix and place.suffix not in SOURCE_ONLY:
        return link
    return f"{repository}/{place}{mark}{anchor}"


def _normal(path: PurePosixPath) -> PurePosixPath:
    """Without `..`."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)
