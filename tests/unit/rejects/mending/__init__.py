"""Rejects that are mended in their file."""
