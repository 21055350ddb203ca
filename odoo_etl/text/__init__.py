"""Texts of others: secrets redacted, control characters made visible, cells as text."""
