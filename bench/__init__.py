"""`make bench`: the tool beside its peers and beside the limit of Odoo itself, on a real Odoo 19.

- `data`, `products`, `catalogue`: the rows, as CSV files and as the checksum that Odoo must hold afterwards;
- `environments`: where programs are installed; `process`: one process, measured;
- `tool`, `peers`: ours, and those of fluvo and odoo-import-export-client;
- `limit`: the same rows written by Odoo's own shell, as many processes as workers;
- `instant`: a server that answers at once, for what the tool itself costs;
- `steps`: what is measured, each run on a fresh database and verified; `own`, `stages`: the steps without a peer;
- `book`: the measurements on disk, so that a benchmark can be cut short and gone on with;
- `targets`, `page`, `plot`: ratios, the printed table, and docs/performance.md.

The figures of one machine mean little; the ratios travel.
"""
