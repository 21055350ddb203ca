"""A job in the ledger: what earlier runs left, and what this one leaves to the next. Start with `books`."""

from odoo_etl.sync.session.books import Booking, Books, CannotResume, as_rejected, check_same, history_of, open_books
from odoo_etl.sync.session.history import Past, known_database, scope_of
from odoo_etl.sync.session.open_calls import Recovery
from odoo_etl.sync.session.stored_result import counts_kept, restored, stored_result
from odoo_etl.sync.session.watermark import Coverage, RejectedLines, covers_rows

__all__ = [
    "Booking",
    "Books",
    "CannotResume",
    "Coverage",
    "Past",
    "Recovery",
    "RejectedLines",
    "as_rejected",
    "check_same",
    "counts_kept",
    "covers_rows",
    "history_of",
    "known_database",
    "open_books",
    "restored",
    "scope_of",
    "stored_result",
]
