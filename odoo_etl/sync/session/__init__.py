"""What the ledger knows of a job: what earlier runs left, and what this one leaves to the next. Start with `books`."""
