"""A real Odoo with PostgreSQL for the tests, `make odoo` and `make bench`, without root and without containers.

- `parts`: fetches Odoo's Debian package and its Python libraries, once, into a cache folder under the home directory;
- `postgres`: a PostgreSQL cluster from a PyPI wheel, kept in the same cache;
- `templates`: the databases that others are copied from: `plain`, `business` and `migrations`;
- `server`: fresh copies of the templates, and Odoo processes that serve them;
- `snapshot`: takes what the sandbox serves;
- `python -m tests.real_odoo`: the same for a person.
"""
