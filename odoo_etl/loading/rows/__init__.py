"""What is read before anything is written: the source, put aside and gathered, or the rows of a rejects file."""
