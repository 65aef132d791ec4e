"""
Values that follow from a game's declaration alone.  Plain Python, for every process.

declared    the part of a declared game that physics reads
plans       every deterministic plan of a game and its value
see_saw     a quantum strategy for a game of wins and losses, by climbing: a lower bound
quantum     the Born rule for declared strategies; operators: small matrices
"""
