"""The CHSH game with any of A, B, X, Y for either seat: half of the pairs are scored, the same question twice shows agreement."""
