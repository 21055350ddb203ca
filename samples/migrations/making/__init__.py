"""The data of the migrations, one module each, and what all of them need: names, numbers with check digits, files."""
