"""The source, read once before anything is written and put into a temporary file."""
