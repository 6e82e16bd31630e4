"""Measurements beside named peers, printed as a table: `make bench`."""
