"""`odoo-etl serve`: runs jobs by their schedules. Start with `server`; what it shares with tests' worlds is `parts`."""

from odoo_etl.serving.aside import Aside, Threads, outcome_of
from odoo_etl.serving.opened import Serve, opened_server, served
from odoo_etl.serving.parts import Child, Clock, Known, Look, News, Parts, Processes, SystemClock
from odoo_etl.serving.project import ProjectFiles
from odoo_etl.serving.server import Server
from odoo_etl.serving.station import Station

__all__ = [
    "Aside",
    "Child",
    "Clock",
    "Known",
    "Look",
    "News",
    "Parts",
    "Processes",
    "ProjectFiles",
    "Serve",
    "Server",
    "Station",
    "SystemClock",
    "Threads",
    "opened_server",
    "outcome_of",
    "served",
]
