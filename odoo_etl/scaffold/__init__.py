"""New projects: the files that one begins with, and how they are written beside what is there. Start with `files`."""

from odoo_etl.scaffold.files import SECRET, files_of
from odoo_etl.scaffold.settings import CI_SERVICES, NewProject, Server
from odoo_etl.scaffold.write import Scaffold, write_files

__all__ = ["CI_SERVICES", "SECRET", "NewProject", "Scaffold", "Server", "files_of", "write_files"]
