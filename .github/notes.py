"""The words of a release: its section of CHANGELOG.md, which must have a date.

python .github/notes.py 1.2.3
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def notes(changelog: str, version: str) -> str:
    """The section of a version. Raises SystemExit: there is none, or it has no date yet."""
    heading = re.search(rf"^## {re.escape(version)} \((.*)\)$", changelog, re.MULTILINE)
    if heading is None:
        sys.exit(f"CHANGELOG.md has no section `## {version} (YYYY-MM-DD)`")
    if not re.fullmatch(r"20\d\d-\d\d-\d\d", heading[1]):
        sys.exit(f"CHANGELOG.md says `{heading[0]}`: give the section its date, `## {version} (YYYY-MM-DD)`")
    return re.split(r"^## ", changelog[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(notes(CHANGELOG.read_text("utf-8"), sys.argv[1]))
