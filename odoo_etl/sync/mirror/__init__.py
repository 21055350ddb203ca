"""Records whose rows vanished from the source, and those whose rows are there again."""
