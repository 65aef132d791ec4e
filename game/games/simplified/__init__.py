"""The CHSH game: seat 1 gets A or B, seat 2 X or Y."""
