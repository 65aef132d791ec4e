"""Mermin and Peres' magic square: one seat fills a row, the other a column."""
