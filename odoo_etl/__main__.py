"""The program, for an interpreter whose scripts are not on the PATH: `python -m odoo_etl`."""

from __future__ import annotations

from odoo_etl.cli.start import main

if __name__ == "__main__":
    main()
