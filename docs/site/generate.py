"""Run by mkdocs: writes the pages that come from the code, the first page, and llms.txt."""

from __future__ import annotations

import mkdocs_gen_files

from docs.site.llms import whole, written
from docs.site.reference import PAGES, first_page

for path, text in {"index.md": first_page(), **{path: make() for path, make in PAGES.items()}}.items():
    with mkdocs_gen_files.open(path, "w") as file:
        file.write(text)

editor = mkdocs_gen_files.FilesEditor.current()
site = written(editor.config)
for path, text in {"llms.txt": site.index(), "llms-full.txt": whole(site)}.items():
    with mkdocs_gen_files.open(path, "w") as file:
        file.write(text)
