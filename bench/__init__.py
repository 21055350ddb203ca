"""`make bench`: the tool beside the limit of Odoo itself, on a real Odoo 19.

- `data`: the rows, as CSV files and as the checksum that Odoo must hold afterwards;
- `measure`: one `odoo-etl run` as a process of its own;
- `limit`: the same rows written by Odoo's own shell, as many processes as workers;
- `experiment`: a fresh database, the limit, the four runs, each verified;
- `table`: medians, ratios, targets.

The figures of one machine mean little; the ratios travel.
"""
