"""
What follows from a game's declaration alone, without a single round played.  Plain Python, for every process.

declared    what physics needs to know of a game
plans       every deterministic plan of a game and what it reaches
quantum     the Born rule for declared strategies; operators: small matrices
"""
