"""Print docs/codes.md."""

from __future__ import annotations

import sys

from odoo_etl.explaining import all_chapters, as_markdown

sys.stdout.write(as_markdown(all_chapters()))
