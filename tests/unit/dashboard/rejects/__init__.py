"""Rejects in the page."""
