"""Tests of jobs: rows through the real source, mapping and lookups, in a world of tables; `odoo-etl test` runs them."""

from odoo_etl.jobtests.junit import junit
from odoo_etl.jobtests.run import Tested, run_tests

__all__ = ["Tested", "junit", "run_tests"]
